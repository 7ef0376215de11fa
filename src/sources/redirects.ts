/** Redirects under the guard: each stop is judged before it is asked. */
import { type Agent, type Dispatcher, request } from 'undici';
import { SourceError } from '../core/errors.ts';
import { checkAddress } from './guard.ts';
import { told } from './told.ts';

/** Enough for a short link, a mirror choice and a signed address; a loop ends here. */
const MAX_REDIRECTS = 5;

export interface Question {
  /** Of `guardedAgent`. */
  dispatcher: Agent;
  allowHosts: readonly string[];
  method?: 'GET' | 'HEAD';
  headers: Record<string, string>;
  signal?: AbortSignal;
}

/** @throws RefusedAddressError, SourceError for a redirect without end or aim, or what the network says */
export async function followRedirects(
  start: URL,
  { allowHosts, ...options }: Question,
): Promise<{ response: Dispatcher.ResponseData; finalUrl: URL }> {
  let url = start;
  for (let hops = 0; hops <= MAX_REDIRECTS; hops++) {
    const response = await request(url, options);
    const location = headerOf(response, 'location');
    if (![301, 302, 303, 307, 308].includes(response.statusCode) || !location) {
      return { response, finalUrl: url };
    }
    discard(response);
    if (!URL.canParse(location, url.href))
      throw new SourceError(`${told(url)}: redirects to what is no address`);
    url = checkAddress(new URL(location, url).href, allowHosts);
  }
  throw new SourceError(`${told(start)}: more than ${MAX_REDIRECTS} redirects`);
}

/** Lets go of a body that nobody reads; how it ends is of no interest either. */
export const discard = ({ body }: Dispatcher.ResponseData): void => {
  body.on('error', () => {}).destroy();
};

/** The first header of that name; '' when there is none. */
export function headerOf(response: Dispatcher.ResponseData, name: string): string {
  const value = response.headers[name];
  return (Array.isArray(value) ? value[0] : value) ?? '';
}
