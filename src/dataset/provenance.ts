/** Where an episode comes from and what made it, as written into the dataset. */

export interface ModelProvenance {
  name: string;
  /** SHA-256 of the network's file, hex. */
  sha256: string;
  license: string;
}

export interface EpisodeProvenance {
  /** Address or file name, as given by the user. */
  source: string;
  /** SHA-256 of the media file, hex. */
  sha256: string;
  /** Licence of the source as the user gave it; null when not given. */
  license: string | null;
  /** The demonstration's span in the source, s. */
  startS: number;
  endS: number;
  models: readonly ModelProvenance[];
  /** Digest of the configuration that was in force, hex. */
  configuration: string;
  /** Version of Understudy. */
  understudy: string;
}
