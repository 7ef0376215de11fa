/** What a person can do about a failure, by its tag (docs/conventions.md). */
const ADVICE: Readonly<Record<string, string>> = {
  SourceError: 'Check the address: what it names is not there.',
  SourceUnavailableError: 'The source may answer later: retry.',
  RefusedAddressError:
    'Only public http(s) addresses are fetched. An administrator can let a host of your own through.',
  MediaError: 'The file is no usable video. Convert it, for example to H.264 in an mp4, and submit it again.',
  ListError: 'Correct the row and submit it again.',
  ConfigError: 'Correct the settings and submit the video again.',
  UnknownNameError: 'Choose one of the names that the message lists.',
  StoreError: 'The store is full or away. When an administrator has made room: retry.',
  ModelError: 'A network file is missing or damaged on the worker; an administrator has to look at it.',
  RobotError: 'The table of the robot contradicts itself; choose another robot.',
  QueueError: 'The queue did not answer: retry.',
};

export const adviceFor = (tag: string, retryable: boolean): string =>
  ADVICE[tag] ??
  (retryable
    ? 'Retry; it may work the next time.'
    : 'This is a fault of the program, not of the video: tell whoever runs the server.');
