/** robots.txt: what a site asks automatic visitors to leave alone (RFC 9309). */

/** The name by which a site can address this program; it is looked for without regard to case. */
export const ROBOT_NAME = 'understudy';

/** More of a robots.txt is not read, bytes (RFC 9309, 2.5: at least 500 KiB). */
export const ROBOTS_MAX_BYTES = 500 * 1024;

interface Rule {
  allow: boolean;
  path: string;
}

/** Whether `path` (with its query) may be fetched. The longest rule that fits decides, `allow` where two are as long. */
export function robotsAllow(robotsTxt: string, path: string): boolean {
  let best: Rule | null = null;
  for (const rule of rulesFor(robotsTxt, ROBOT_NAME)) {
    if (rule.path === '' || !patternOf(rule.path).test(path)) continue;
    const longer = !best || rule.path.length > best.path.length;
    if (longer || (best && rule.path.length === best.path.length && rule.allow)) best = rule;
  }
  return best?.allow ?? true;
}

/** Rules of the groups that name this robot; where none does, those of `*`. */
function rulesFor(robotsTxt: string, name: string): Rule[] {
  const groups = new Map<string, Rule[]>();
  let current: string[] = [];
  let open = false;
  for (const line of robotsTxt.split(/\r\n|\r|\n/)) {
    const [, key, value] = /^\s*([a-z-]+)\s*:\s*([^#]*?)\s*(?:#.*)?$/i.exec(line) ?? [];
    if (key === undefined) continue;
    const field = key.toLowerCase();
    if (field === 'user-agent') {
      // Several of these lines in a row begin one group.
      if (!open) current = [];
      open = true;
      current.push(value.toLowerCase());
      for (const agent of current) if (!groups.has(agent)) groups.set(agent, []);
    } else if (field === 'allow' || field === 'disallow') {
      open = false;
      for (const agent of current) groups.get(agent)?.push({ allow: field === 'allow', path: value });
    }
  }
  return groups.get(name) ?? groups.get('*') ?? [];
}

/** `*` stands for anything, `$` at the end for the end. */
function patternOf(path: string): RegExp {
  const end = path.endsWith('$');
  const text = (end ? path.slice(0, -1) : path)
    .split(/\*+/)
    .map(part => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
    .join('[^]*?');
  return new RegExp(`^${text}${end ? '$' : ''}`);
}
