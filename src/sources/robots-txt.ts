/** robots.txt: what a site asks automatic visitors to leave alone (RFC 9309). */
import { fitsWildcards } from './wildcards.ts';

/** The name by which a site can address this program; it is looked for without regard to case. */
const ROBOT_NAME = 'understudy';

/** More of a robots.txt is not read, bytes (RFC 9309, 2.5: at least 500 KiB). */
export const ROBOTS_MAX_BYTES = 500 * 1024;
/** More of the rules for this robot are not looked at: each is held against every address. */
const MOST_RULES = 5_000;

interface Rule {
  allow: boolean;
  path: string;
}

/** Whether `path` (with its query) may be fetched. The longest rule that fits decides, `allow` where two are as long. */
export function robotsAllow(robotsTxt: string, path: string): boolean {
  let best: Rule | null = null;
  for (const rule of rulesFor(robotsTxt, ROBOT_NAME)) {
    if (rule.path === '' || !fitsRule(path, rule.path)) continue;
    const longer = !best || rule.path.length > best.path.length;
    if (longer || (best && rule.path.length === best.path.length && rule.allow)) best = rule;
  }
  return best?.allow ?? true;
}

/** Rules of the groups that name this robot; where none does, those of `*`. Others' are not kept: there may be many. */
function rulesFor(robotsTxt: string, name: string): Rule[] {
  const groups = new Map<string, Rule[]>();
  const current = new Set<string>();
  let open = false;
  for (const line of robotsTxt.split(/\r\n|\r|\n/)) {
    const [statement] = line.split('#', 1);
    const colon = statement.indexOf(':');
    if (colon < 0) continue;
    const field = statement.slice(0, colon).trim().toLowerCase();
    const value = statement.slice(colon + 1).trim();
    if (field === 'user-agent') {
      // Several of these lines in a row begin one group.
      if (!open) current.clear();
      open = true;
      const agent = value.toLowerCase();
      if (agent !== name && agent !== '*') continue;
      current.add(agent);
      if (!groups.has(agent)) groups.set(agent, []);
    } else if (field === 'allow' || field === 'disallow') {
      open = false;
      for (const agent of current) groups.get(agent)?.push({ allow: field === 'allow', path: value });
    }
  }
  return (groups.get(name) ?? groups.get('*') ?? []).slice(0, MOST_RULES);
}

/** `*` stands for anything, `$` at the end for the end. */
const fitsRule = (path: string, rule: string): boolean =>
  fitsWildcards(path, rule.endsWith('$') ? rule.slice(0, -1) : `${rule}*`);
