/** Addresses as messages tell them: logs, jobs and datasets keep those, and pass them on. */

/** Without the query, which may be a key: stores and video sites sign addresses there, also those that they redirect to. */
export const told = ({ origin, pathname, search }: URL): string =>
  `${origin}${pathname}${search === '' ? '' : '?…'}`;

/** Without name and password; the text may be no valid address. */
export const withoutPassword = (address: string): string =>
  address.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/?#]*@/i, '$1');
