/**
 * Plain data on disk: one JSON file for the shape, one .npy file per typed array.
 * Everything that a stage leaves behind can be opened with numpy.
 */
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { ArtifactName, Artifacts } from '../core/artifacts.ts';
import { type NpyArray, readNpy, writeNpy } from './arrays.ts';

const REFERENCE = '$npy';

/** Write `value` (objects, arrays, scalars, typed arrays) as `name`.json and `name`.….npy in `dir`. */
export async function writeArtifact<N extends ArtifactName>(
  dir: string,
  name: N,
  value: Artifacts[N],
): Promise<void> {
  const arrays: [string, NpyArray][] = [];
  const plain = (node: unknown, trail: string): unknown => {
    if (ArrayBuffer.isView(node)) {
      arrays.push([`${trail}.npy`, node as NpyArray]);
      return { [REFERENCE]: `${trail}.npy` };
    }
    if (Array.isArray(node)) return node.map((entry, i) => plain(entry, `${trail}.${i}`));
    if (node && typeof node === 'object')
      return Object.fromEntries(
        Object.entries(node).map(([key, entry]) => [key, plain(entry, `${trail}.${key}`)]),
      );
    return node;
  };
  const json = plain(value, name);
  for (const [file, array] of arrays) await writeNpy(path.join(dir, file), array);
  await writeFile(path.join(dir, `${name}.json`), `${JSON.stringify(json)}\n`);
}

/** Read back what `writeArtifact` wrote. */
export async function readArtifact<N extends ArtifactName>(dir: string, name: N): Promise<Artifacts[N]> {
  const whole = async (node: unknown): Promise<unknown> => {
    if (Array.isArray(node)) return Promise.all(node.map(whole));
    if (node && typeof node === 'object') {
      if (REFERENCE in node) return (await readNpy(path.join(dir, String(node[REFERENCE])))).data;
      const entries = Object.entries(node).map(async ([key, entry]) => [key, await whole(entry)] as const);
      return Object.fromEntries(await Promise.all(entries));
    }
    return node;
  };
  return (await whole(JSON.parse(await readFile(path.join(dir, `${name}.json`), 'utf8')))) as Artifacts[N];
}
