/** One video to process, as plain data: where it is, and what its submitter says of it. */
export interface SourceItem {
  /** http(s) address, or an absolute path of a local file. */
  address: string;
  /** What is done in the video, in words. */
  task?: string;
  /** Licence of the video, as the submitter states it. */
  license?: string;
  /** Part of the video to use, s; both ends are optional. */
  startS?: number;
  endS?: number;
}

/** `https://…` and `http://…`; a path is anything without a scheme. */
export const isWebAddress = (address: string): boolean => /^https?:\/\//i.test(address);

/** Any `scheme://`. A Windows drive (`C:\`) has no slashes after its colon, so it is a path. */
export const hasScheme = (address: string): boolean => /^[a-z][a-z0-9+.-]*:\/\//i.test(address);
