/** What every screen is given. */
import type { Session } from '../../client/index.ts';
import type { Api } from '../api/api.ts';
import type { Route } from './router.ts';

export type Role = NonNullable<Session['role']>;

export interface Studio {
  api: Api;
  /** What this person may do. */
  role: Role;
  /** Says something to those who do not see the page, and shows it for a moment to those who do. */
  announce(text: string): void;
}

/**
 * Fills `host`; lives until the signal aborts. What it throws before it has drawn is shown in its place.
 */
export type Screen = (
  host: HTMLElement,
  route: Route,
  studio: Studio,
  signal: AbortSignal,
) => Promise<void> | void;

/** Of the document: the server answers again. */
export const ONLINE_EVENT = 'understudy-online';

export const mayChange = ({ role }: Studio): boolean => role !== 'read';
