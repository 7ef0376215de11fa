/**
 * The address guard: HTTP sources may only lead to public addresses, so that nobody can make a worker read
 * its own machine or network (server-side request forgery).
 *
 * It looks twice. Before connecting, a literal address is judged in every spelling (the URL parser turns
 * 2130706433 and 0x7f.1 into 127.0.0.1, ipaddr.process turns ::ffff:127.0.0.1 into it) and every address that
 * a name resolves to is judged. After connecting, the address at the other end is judged again before a byte
 * of the request is sent, which closes the gap of a name that resolves differently the second time.
 */
import { lookup as dnsLookup, type LookupAddress } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';
import { Agent, buildConnector } from 'undici';
import { RefusedAddressError } from '../core/errors.ts';

/** Time to reach a server, and time without a byte from it, ms. */
const CONNECT_TIMEOUT_MS = 10_000;
const SILENCE_TIMEOUT_MS = 30_000;

/** Whether an IP address is public unicast: not loopback, private, link-local, multicast, translated, … */
export function isPublicAddress(ip: string): boolean {
  return ipaddr.isValid(ip) && ipaddr.process(ip).range() === 'unicast';
}

/**
 * Refuse what cannot be a public HTTP address, without asking the network.
 * @param allowHosts `host` or `host:port` that are let through unjudged, such as a server of one's own.
 * @throws RefusedAddressError
 */
export function checkAddress(address: string, allowHosts: readonly string[]): URL {
  if (!URL.canParse(address)) throw new RefusedAddressError(`${address}: not a valid address`);
  const url = new URL(address);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new RefusedAddressError(
      `${address}: ${url.protocol} is refused; only http: and https: are fetched`,
    );
  }
  if (url.username || url.password) {
    throw new RefusedAddressError(`${url.host}: an address with a user name or password is refused`);
  }
  const host = bare(url.hostname);
  if (!isAllowed(url.hostname, url.port, allowHosts) && isIP(host) && !isPublicAddress(host)) {
    throw refused(url.hostname, host);
  }
  return url;
}

/** An HTTP agent that opens connections only to public addresses and to `allowHosts`. Close it after use. */
export function guardedAgent(allowHosts: readonly string[]): Agent {
  const trusted = buildConnector({ timeout: CONNECT_TIMEOUT_MS });
  const guarded = buildConnector({ timeout: CONNECT_TIMEOUT_MS, lookup: publicLookup });
  return new Agent({
    headersTimeout: SILENCE_TIMEOUT_MS,
    bodyTimeout: SILENCE_TIMEOUT_MS,
    connect(options, callback) {
      if (isAllowed(options.hostname, options.port, allowHosts)) return trusted(options, callback);
      const host = bare(options.hostname);
      if (isIP(host) && !isPublicAddress(host)) return callback(refused(options.hostname, host), null);
      guarded(options, (error, socket) => {
        if (error) return callback(error, null);
        const reached = socket.remoteAddress ?? '';
        if (isPublicAddress(reached)) return callback(null, socket);
        socket.destroy();
        callback(refused(options.hostname, reached), null);
      });
    },
  });
}

/** DNS lookup that fails when any answer is not public: a mixed answer is an attack or a mistake. */
const publicLookup: LookupFunction = (hostname, options, callback) => {
  dnsLookup(hostname, { ...options, all: true }, (error, found: LookupAddress[]) => {
    if (error) return callback(error, '', 0);
    const bad = found.find(({ address }) => !isPublicAddress(address));
    if (bad) return callback(refused(hostname, bad.address), '', 0);
    if (options.all) return callback(null, found);
    callback(null, found[0].address, found[0].family);
  });
};

const bare = (hostname: string) => hostname.replace(/^\[|\]$/g, '');

function isAllowed(hostname: string, port: string, allowHosts: readonly string[]): boolean {
  return allowHosts.includes(hostname) || (port !== '' && allowHosts.includes(`${hostname}:${port}`));
}

const refused = (host: string, ip: string) =>
  new RefusedAddressError(
    `${host}${ip === bare(host) ? '' : ` (${ip})`}: not a public address; only public addresses are fetched`,
  );
