/** What may be fetched and used: the licence as its submitter states it, and the site's robots.txt. */
import { request } from 'undici';
import { isUnderstudyError, PolicyError, SourceUnavailableError } from '../core/errors.ts';
import { checkAddress, guardedAgent } from './guard.ts';
import { ROBOTS_MAX_BYTES, robotsAllow } from './robots-txt.ts';
import { told } from './told.ts';
import { fitsWildcards } from './wildcards.ts';

export interface LicensePolicy {
  /** Licences that may be used, `*` for any part of a name; none: every known licence that is not denied. */
  licenseAllow: readonly string[];
  /** Licences that may not, whatever the other list says. */
  licenseDeny: readonly string[];
  /** Sources whose licence nobody has stated: they are neither in the one list nor in the other. */
  licenseUnknown: 'use' | 'refuse';
}

/** What an item without a licence has. */
const UNKNOWN = new Set(['', 'unknown', 'none', 'n/a']);

/** @throws PolicyError that names the list */
export function checkLicense(address: string, license: string | undefined, policy: LicensePolicy): void {
  const name = (license ?? '').trim().toLowerCase();
  if (UNKNOWN.has(name)) {
    if (policy.licenseUnknown === 'use') return;
    throw new PolicyError(
      `${address}: its licence is not stated, and licenseUnknown is 'refuse'; state it in the list`,
    );
  }
  const fits = (patterns: readonly string[]) =>
    patterns.some(pattern => fitsWildcards(name, pattern.toLowerCase()));
  if (fits(policy.licenseDeny))
    throw new PolicyError(
      `${address}: licence '${license}' is refused by licenseDeny (${policy.licenseDeny.join(', ')})`,
    );
  if (policy.licenseAllow.length > 0 && !fits(policy.licenseAllow))
    throw new PolicyError(
      `${address}: licence '${license}' is not in licenseAllow (${policy.licenseAllow.join(', ')})`,
    );
}

/** A robots.txt is asked for again after this time, ms (RFC 9309, 2.4: at most a day). */
const FRESH_MS = 60 * 60 * 1000;
/** A site that sends its robots.txt for longer counts as failing, s. */
const MAX_SECONDS = 30;
/** Sites that are remembered at once. */
const MOST_SITES = 10_000;
const MAX_REDIRECTS = 5;

const known = new Map<string, { text: Promise<string>; at: number }>();

/**
 * Ask the site whether the address may be fetched. A site without robots.txt allows everything; one whose robots.txt
 * cannot be had now allows nothing for now (RFC 9309, 2.3.1). Who asks meanwhile waits for the same answer, and leaves
 * by a signal of their own.
 * @throws PolicyError, SourceUnavailableError, RefusedAddressError; the signal's reason when aborted
 */
export async function checkRobots(
  url: URL,
  allowHosts: readonly string[],
  signal?: AbortSignal,
): Promise<void> {
  let entry = known.get(url.origin);
  if (!entry || performance.now() - entry.at > FRESH_MS) {
    if (known.size >= MOST_SITES) known.clear();
    entry = { text: robotsTxt(url.origin, allowHosts), at: performance.now() };
    known.set(url.origin, entry);
    entry.text.catch(() => known.delete(url.origin));
  }
  const text = await unlessAborted(entry.text, signal).catch(error => {
    if (!(error instanceof SourceUnavailableError)) throw error;
    throw new SourceUnavailableError(`${told(url)}: robots.txt of ${url.host} ${error.message}`, error);
  });
  if (!robotsAllow(text, `${url.pathname}${url.search}`))
    throw new PolicyError(
      `${told(url)}: robots.txt of ${url.host} asks that it is not fetched; see robotsTxt of the settings`,
    );
}

/** What `work` gives, or the signal's reason where that comes first; `work` goes on for the others. */
async function unlessAborted<T>(work: Promise<T>, signal?: AbortSignal): Promise<T> {
  if (!signal) return work;
  signal.throwIfAborted();
  let leave = () => {};
  const left = new Promise<never>((_, reject) => {
    leave = () => reject(signal.reason);
    signal.addEventListener('abort', leave, { once: true });
  });
  return Promise.race([work, left]).finally(() => signal.removeEventListener('abort', leave));
}

async function robotsTxt(origin: string, allowHosts: readonly string[]): Promise<string> {
  const agent = guardedAgent(allowHosts);
  const signal = AbortSignal.timeout(MAX_SECONDS * 1000);
  try {
    let url = new URL('/robots.txt', origin);
    for (let hops = 0; hops <= MAX_REDIRECTS; hops++) {
      const { statusCode, headers, body } = await request(url, { dispatcher: agent, signal });
      const location = headers['location'];
      if (statusCode >= 300 && statusCode < 400 && typeof location === 'string') {
        await body.dump();
        url = checkAddress(new URL(location, url).href, allowHosts);
        continue;
      }
      if (statusCode >= 500) throw new SourceUnavailableError(`answered HTTP ${statusCode}`);
      if (statusCode !== 200) return '';
      let text = '';
      for await (const chunk of body.setEncoding('utf8')) {
        text += chunk;
        if (text.length > ROBOTS_MAX_BYTES) break;
      }
      return text;
    }
    return '';
  } catch (error) {
    if (signal.aborted) throw new SourceUnavailableError(`took longer than ${MAX_SECONDS} s`, error);
    const { cause, code, message } = error as NodeJS.ErrnoException & { cause?: unknown };
    if (isUnderstudyError(error)) throw error;
    if (isUnderstudyError(cause)) throw cause;
    throw new SourceUnavailableError(`cannot be reached now (${code || message})`, error);
  } finally {
    await agent.destroy();
  }
}
