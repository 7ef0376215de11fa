/** Commands that ask a server: where it is, and what its refusals become. */
import type { Command } from 'commander';
import { type Batch, type Client, connect, ProblemError } from '../client/index.ts';
import { environment } from '../config.ts';
import { ConfigError, SourceUnavailableError } from '../core/errors.ts';

/** Where `understudy serve` listens when nothing is said. */
const DEFAULT_SERVER = 'http://127.0.0.1:8090';

export const serverFlag = (command: Command): Command =>
  command.option('--server <url>', `the server (default $UNDERSTUDY_SERVER, or ${DEFAULT_SERVER})`);

/**
 * `work` with the client of a server; the token is $UNDERSTUDY_TOKEN.
 * @throws ConfigError for what the server refuses; SourceUnavailableError when it cannot be reached
 */
export async function withServer<T>(
  flag: string | undefined,
  work: (server: Client) => Promise<T>,
): Promise<T> {
  const address = flag ?? environment.server() ?? DEFAULT_SERVER;
  if (!URL.canParse(address))
    throw new ConfigError(`--server ${address}: expected an address such as ${DEFAULT_SERVER}`);
  const token = environment.token()?.trim();
  // The client's own complaint would repeat it.
  if (token !== undefined && !/^[\x21-\x7e]*$/.test(token))
    throw new ConfigError('UNDERSTUDY_TOKEN has blanks or signs in it that no token has');
  try {
    return await work(connect(address, { token }));
  } catch (error) {
    if (error instanceof ProblemError) throw new ConfigError(explain(error), error);
    if (error instanceof TypeError && error.message === 'fetch failed')
      throw new SourceUnavailableError(
        `${address} does not answer (${(error.cause as Error)?.message}); start one with: understudy serve`,
        error,
      );
    if (error instanceof SyntaxError)
      throw new ConfigError(`${address} answers, and is no server of Understudy`, error);
    throw error;
  }
}

/** '3 completed, 1 failed'. */
export const countsInWords = (counts: Batch['counts']): string =>
  Object.entries(counts)
    .filter(([, n]) => n > 0)
    .map(([state, n]) => `${n} ${state}`)
    .join(', ');

function explain({ problem: { status, detail, errors = [] } }: ProblemError): string {
  const hint = status === 401 ? '; the token is read from UNDERSTUDY_TOKEN' : '';
  const rows = errors
    .slice(1)
    .map(({ row, subject, reason }) => `\n  ${row === null ? '' : `row ${row}: `}${subject}: ${reason}`);
  return `${detail}${hint}${rows.join('')}`;
}
