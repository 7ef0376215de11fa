/** What one request may ask for. Every number is a setting of this server, not of a standard. */
export const LIMITS = {
  /** Bytes of a request's body: a list of 20,000 addresses of 400 characters each. */
  bodyBytes: 8 * 2 ** 20,
  /** Videos of one batch. */
  items: 20_000,
  /** Lines of a list, the blank ones too: they are counted before the list is read. */
  lines: 80_000,
  /** Of the names of robots, with commas between them. */
  robotsLength: 1_000,
  /** Ours have 64 characters at most; a review's document has the episode's in its name. */
  idLength: 100,
  urlLength: 2_048,
  taskLength: 1_000,
  licenseLength: 200,
  reasonLength: 1_000,
  whereLength: 2_000,
  /** Rows of a page: what is given when nothing is asked for, and at most. */
  page: 50,
  pageMost: 500,
  /** Broken rows that one answer names. */
  faults: 100,
  /** Batches and datasets that one client may ask for in a minute. */
  submitsPerMinute: 600,
  /** Requests of one client in a minute that go on to another host, and how many of them at one time of all. */
  remotePerMinute: 1_200,
  remoteStreams: 64,
  /** Events that a reader may be behind; a slower one is let go and comes back with Last-Event-ID. */
  eventsBehind: 5_000,
  /** Streams of events at one time, and how many of them one token may have. */
  eventStreams: 500,
  eventStreamsEach: 100,
} as const;

/** How long a slow client may take, ms. Node closes the connection with 408 when a request takes longer. */
export interface Patience {
  /** For a request's headers, and for the whole request. */
  headersMs: number;
  requestMs: number;
  /** Between two bytes of a connection; streams of events are kept alive by a comment. */
  silenceMs: number;
}

export const PATIENCE: Patience = { headersMs: 10_000, requestMs: 60_000, silenceMs: 120_000 };

/** A comment in every stream of events, so that neither end takes it for dead, ms. */
export const HEARTBEAT_MS = 15_000;
