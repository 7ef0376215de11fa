import { plain } from './plain.ts';

/**
 * Tagged errors. `tag` names what went wrong for programs, `message` says in one line what was wrong and
 * what would be right, `retryable` says whether the same call may succeed later without a change.
 */
export class UnderstudyError extends Error {
  readonly tag: string;
  readonly retryable: boolean;

  constructor(tag: string, message: string, options: { cause?: unknown; retryable?: boolean } = {}) {
    super(plain(message), options.cause === undefined ? undefined : { cause: options.cause });
    this.name = tag;
    this.tag = tag;
    this.retryable = options.retryable ?? false;
  }
}

/** A flag, file, environment variable or request body that the configuration schema refuses. */
export class ConfigError extends UnderstudyError {
  constructor(message: string, cause?: unknown) {
    super('ConfigError', message, { cause });
  }
}

/** A request that another one stands in the way of: a key that was used before. */
export class ConflictError extends UnderstudyError {
  constructor(message: string) {
    super('ConflictError', message);
  }
}

/** A robot, estimator or format that no registry knows; the message lists the known names. */
export class UnknownNameError extends UnderstudyError {
  constructor(kind: string, name: string, known: Iterable<string>) {
    super('UnknownNameError', `unknown ${kind} '${name}'; known: ${[...known].join(', ')}`);
  }
}

/** Media that exists but cannot be used: not a video, broken, without frames, of a forbidden format. */
export class MediaError extends UnderstudyError {
  constructor(message: string, cause?: unknown) {
    super('MediaError', message, { cause });
  }
}

/** An input that is not there, for good: a missing file, an empty folder, HTTP 404. */
export class SourceError extends UnderstudyError {
  constructor(message: string, cause?: unknown) {
    super('SourceError', message, { cause });
  }
}

/** A source that may answer later: connection refused, time-out, HTTP 5xx or 429. */
export class SourceUnavailableError extends UnderstudyError {
  constructor(message: string, cause?: unknown) {
    super('SourceUnavailableError', message, { cause, retryable: true });
  }
}

/** An address that the address guard refuses: not http(s), not a public unicast address. */
export class RefusedAddressError extends UnderstudyError {
  constructor(message: string) {
    super('RefusedAddressError', message);
  }
}

/** A source that may not be used: its licence, or its site's robots.txt, and the settings that follow them. */
export class PolicyError extends UnderstudyError {
  constructor(message: string) {
    super('PolicyError', message);
  }
}

/** A list of inputs with a row that cannot be read; the message names file and row. */
export class ListError extends UnderstudyError {
  constructor(message: string, cause?: unknown) {
    super('ListError', message, { cause });
  }
}

/** A folder that cannot be read or written as a dataset. */
export class DatasetError extends UnderstudyError {
  constructor(message: string, cause?: unknown) {
    super('DatasetError', message, { cause });
  }
}

/** A dataset in whose place another one was put while it was read. */
export class ReplacedError extends UnderstudyError {
  constructor(message: string, cause?: unknown) {
    super('ReplacedError', message, { cause, retryable: true });
  }
}

/** The artifact store or output folder cannot be written: no space, no permission. */
export class StoreError extends UnderstudyError {
  constructor(message: string, cause?: unknown) {
    super('StoreError', message, { cause, retryable: true });
  }
}

/** The queue's database cannot be reached, or was asked for something that cannot be. */
export class QueueError extends UnderstudyError {
  constructor(message: string, cause?: unknown) {
    super('QueueError', message, { cause, retryable: true });
  }
}

/** A network file that is missing, damaged or of an unknown layout. */
export class ModelError extends UnderstudyError {
  constructor(message: string, cause?: unknown) {
    super('ModelError', message, { cause });
  }
}

/** A robot description that is inconsistent; the message names the joint or link. */
export class RobotError extends UnderstudyError {
  constructor(message: string) {
    super('RobotError', message);
  }
}

export const isUnderstudyError = (error: unknown): error is UnderstudyError =>
  error instanceof UnderstudyError;
