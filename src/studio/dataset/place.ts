/** Where a dataset is, as a person names it: by its name on this server, or by an address here or elsewhere. */
import { DatasetError } from '../../core/errors.ts';

export type Place =
  | { kind: 'built'; name: string }
  /** Below an address of this server. */
  | { kind: 'here'; address: string }
  | { kind: 'elsewhere'; address: string };

const NAME = /^[a-z0-9][a-z0-9._-]{0,63}$/;
/** A dataset's page on the Hugging Face Hub, with its revision; its files are below …/resolve/REVISION. */
const HUB_PAGE = /^\/datasets\/([^/]+)\/([^/]+)(?:\/(?:tree|blob|resolve)\/([^/]+))?\/?$/;

/**
 * @param page address of this page
 * @throws DatasetError for what is neither a name nor an http(s) address
 */
export function placeOf(given: string, page: string): Place {
  const text = given.trim();
  if (NAME.test(text)) return { kind: 'built', name: text };
  const hasPath = text.startsWith('/') || /^https?:\/\//i.test(text);
  if (!hasPath || !URL.canParse(text, page))
    throw new DatasetError(
      `'${text}' is no address of a dataset: https://… where meta/, data/ and videos/ begin`,
    );
  const url = new URL(text, page);
  if (url.origin === new URL(page).origin) return { kind: 'here', address: url.href };
  const hub = url.hostname === 'huggingface.co' && HUB_PAGE.exec(url.pathname);
  if (hub) url.pathname = `/datasets/${hub[1]}/${hub[2]}/resolve/${hub[3] ?? 'main'}/`;
  // Whoever copies info.json's own address means the dataset around it.
  url.pathname = url.pathname.replace(/meta\/info\.json$/, '');
  url.hash = '';
  return { kind: 'elsewhere', address: url.href };
}
