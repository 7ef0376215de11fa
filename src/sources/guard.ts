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
import { connect, isIP, type LookupFunction, type Socket } from 'node:net';
import ipaddr from 'ipaddr.js';
import { Agent, buildConnector, fetch as undiciFetch } from 'undici';
import { RefusedAddressError } from '../core/errors.ts';
import { isWebAddress } from './item.ts';
import { withoutPassword } from './told.ts';

/** Time to reach a server, and time without a byte from it, ms. */
const CONNECT_TIMEOUT_MS = 10_000;
const SILENCE_TIMEOUT_MS = 30_000;

/** What IANA has given out of IPv6 as global unicast; all else is special, ::127.0.0.1 among it (RFC 4291, 2.4). */
const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR('2000::/3');
/** A public number by which virtual machines of Azure reach their own host (its 'wire server'). */
const OWN_HOST = '168.63.129.16';

/** Whether an IP address is public unicast: not loopback, private, link-local, multicast, translated, … */
export function isPublicAddress(ip: string): boolean {
  if (!ipaddr.isValid(ip)) return false;
  const address = ipaddr.process(ip);
  if (address.range() !== 'unicast' || address.toString() === OWN_HOST) return false;
  return address.kind() === 'ipv4' || address.match(GLOBAL_UNICAST);
}

/** Names that lead nowhere else than into one's own network: RFC 6761, 6762, 7686, 8375, ICANN's `.internal`. */
const OWN_NAME = /(^|\.)(localhost|localdomain|local|internal|intranet|svc|home\.arpa|onion)\.?$/i;

/** Names without a dot are found in one's own network too, if at all. */
const isOwnName = (host: string): boolean =>
  !isIP(host) && (OWN_NAME.test(host) || !host.replace(/\.$/, '').includes('.'));

/**
 * Refuse what cannot be a public HTTP address, without asking the network. The URL parser also takes `http:/host`,
 * `http:host` and blanks in front for addresses; they are refused, as whoever looks for `http://` takes them for paths.
 * @param allowHosts `host` or `host:port` that are let through unjudged, such as a server of one's own.
 * @throws RefusedAddressError
 */
export function checkAddress(address: string, allowHosts: readonly string[]): URL {
  if (!URL.canParse(address))
    throw new RefusedAddressError(`${withoutPassword(address)}: not a valid address`);
  const url = new URL(address);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new RefusedAddressError(
      `${withoutPassword(address)}: ${url.protocol} is refused; only http: and https: are fetched`,
    );
  }
  if (!isWebAddress(address))
    throw new RefusedAddressError(`${withoutPassword(address)}: an address begins with http:// or https://`);
  if (url.username || url.password) {
    throw new RefusedAddressError(`${url.host}: an address with a user name or password is refused`);
  }
  const host = bare(url.hostname);
  if (isAllowed(url.hostname, url.port, allowHosts)) return url;
  if (isOwnName(host) || (isIP(host) && !isPublicAddress(host))) throw refused(url.hostname, host);
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
      if (isAllowed(options.hostname, options.port, allowHosts))
        return trusted(options, (error, socket) =>
          error ? callback(error, null) : callback(null, endWhenRead(socket)),
        );
      const host = bare(options.hostname);
      if (isOwnName(host) || (isIP(host) && !isPublicAddress(host)))
        return callback(refused(options.hostname, host), null);
      guarded(options, (error, socket) => {
        if (error) return callback(error, null);
        const reached = socket.remoteAddress ?? '';
        if (isPublicAddress(reached)) return callback(null, endWhenRead(socket));
        socket.destroy();
        callback(refused(options.hostname, reached), null);
      });
    },
  });
}

/** How soon to look whether a body that is held up goes on, ms. */
const LOOK_AGAIN_MS = 5;

/**
 * A socket that ends when undici has passed on all that came before. Undici 7 asserts in its listener of the end that the
 * body is not held up just then, and nobody can catch that (nodejs/undici issue 5360, mended in 8 only): a server
 * that closes the connection while the file is being written would end this process.
 */
function endWhenRead<S extends Socket>(socket: S): S {
  const push = socket.push.bind(socket);
  const isHeldUp = (): boolean => {
    const name = Object.getOwnPropertySymbols(socket).find(symbol => symbol.description === 'parser');
    const parser = name && (socket as unknown as Record<symbol, { paused?: boolean } | null>)[name];
    return socket.readableLength > 0 || parser?.paused === true;
  };
  const end = (): void => {
    if (socket.destroyed) return;
    if (isHeldUp()) setTimeout(end, LOOK_AGAIN_MS);
    else {
      push(null);
      socket.read(0);
    }
  };
  socket.push = (chunk: unknown, encoding?: BufferEncoding): boolean => {
    if (chunk !== null) return push(chunk, encoding);
    end();
    return false;
  };
  return socket;
}

/** `fetch` under the guard, for libraries that ask by themselves. Close it after use. */
export function guardedFetch(allowHosts: readonly string[]): { fetch: typeof fetch; close(): Promise<void> } {
  const dispatcher = guardedAgent(allowHosts);
  const ask = async (input: string | URL | Request, init?: RequestInit) => {
    const { url } = input instanceof Request ? input : { url: String(input) };
    checkAddress(url, allowHosts);
    return undiciFetch(input as string, { ...init, dispatcher } as object);
  };
  return { fetch: ask as unknown as typeof fetch, close: () => dispatcher.destroy() };
}

/**
 * A connection for others to speak over: to the host and port of `address`, under the same guard.
 * @throws RefusedAddressError, or what the network says
 */
export async function guardedSocket(address: string, allowHosts: readonly string[]): Promise<Socket> {
  const { hostname, port } = checkAddress(address, allowHosts);
  const trusted = isAllowed(hostname, port, allowHosts);
  const socket = connect({
    host: bare(hostname),
    port: Number(port || 443),
    ...(trusted ? {} : { lookup: publicLookup }),
    timeout: CONNECT_TIMEOUT_MS,
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve).once('error', reject);
    socket.once('timeout', () => socket.destroy(new Error(`${hostname}: no connection in time`)));
  });
  socket.setTimeout(0);
  const reached = socket.remoteAddress ?? '';
  if (trusted || isPublicAddress(reached)) return socket;
  socket.destroy();
  throw refused(hostname, reached);
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
