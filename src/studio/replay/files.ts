/** The files of one episode, wherever they are: behind the server, or inside the page itself. */
import type { ArtifactName, Artifacts } from '../../core/artifacts.ts';
import { StoreError } from '../../core/errors.ts';
import { parseNpy } from './npy.ts';

export interface EpisodeFiles {
  /** null: there is no such file. */
  read(name: string): Promise<Uint8Array<ArrayBuffer> | null>;
  /** An address that a video or a picture can be shown from; null: there is no such file. */
  address(name: string): Promise<string | null>;
}

const REFERENCE = '$npy';

/** Plain data of `name`.json with its arrays, as src/store/artifact.ts writes it; null: not there. */
export async function readArtifact<N extends ArtifactName>(
  files: EpisodeFiles,
  name: N,
): Promise<Artifacts[N] | null> {
  const whole = async (node: unknown): Promise<unknown> => {
    if (Array.isArray(node)) return Promise.all(node.map(whole));
    if (!node || typeof node !== 'object') return node;
    if (REFERENCE in node) {
      const file = String(node[REFERENCE]);
      const bytes = await files.read(file);
      if (!bytes) throw new StoreError(`${name}.json speaks of ${file}, which is not there`);
      return parseNpy(bytes, file);
    }
    const entries = Object.entries(node).map(async ([key, entry]) => [key, await whole(entry)] as const);
    return Object.fromEntries(await Promise.all(entries));
  };
  const json = await files.read(`${name}.json`);
  return json && ((await whole(JSON.parse(new TextDecoder().decode(json)))) as Artifacts[N]);
}
