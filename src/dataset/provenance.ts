/** Where an episode comes from and what made it, as written into the dataset. */
import type { ModelFile } from '../core/artifacts.ts';
import { DatasetError } from '../core/errors.ts';

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
  models: readonly ModelFile[];
  /** Digest of the configuration that was in force, hex. */
  configuration: string;
  /** Version of Understudy. */
  understudy: string;
}

/** The column `provenance` of a dataset, which may be anybody's. Throws DatasetError, naming `where`, when it is none of ours. */
export function parseProvenance(text: string, where: string): EpisodeProvenance {
  let value: Partial<Record<keyof EpisodeProvenance, unknown>> | null = null;
  try {
    value = JSON.parse(text);
  } catch {
    // Said below.
  }
  const isText = (one: unknown) => typeof one === 'string';
  const { source, sha256, license, startS, endS, models } = value ?? {};
  const isOurs =
    [source, sha256].every(isText) &&
    (license === null || isText(license)) &&
    [startS, endS].every(Number.isFinite) &&
    Array.isArray(models) &&
    models.every(model => [model?.name, model?.sha256, model?.license].every(isText));
  if (!isOurs) throw new DatasetError(`${where}: its provenance is not as Understudy writes it`);
  return value as EpisodeProvenance;
}
