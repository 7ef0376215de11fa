/** Files that a person picked or dropped, or that lie inside the page, as a dataset. */
import { DatasetError } from '../../core/errors.ts';
import type { DatasetFiles } from '../../dataset/reader/files.ts';

const INFO = 'meta/info.json';

/** @param files by their path in the dataset */
export function blobFiles(address: string, files: ReadonlyMap<string, Blob>): DatasetFiles {
  const addresses = new Map<string, string>();
  return {
    address,
    async open(path) {
      const file = files.get(path);
      if (!file) throw new DatasetError(`${address} has no ${path}, which it speaks of`);
      return {
        byteLength: file.size,
        slice: (start, end) => file.slice(start, end).arrayBuffer(),
      };
    },
    text: async path => files.get(path)?.text() ?? null,
    exists: async path => (files.get(path)?.size ?? 0) > 0,
    locate(path) {
      const file = files.get(path);
      if (!file) return '';
      if (!addresses.has(path)) addresses.set(path, URL.createObjectURL(file));
      return addresses.get(path)!;
    },
  };
}

/** The dataset in a picked folder, however deep it lies there. Throws DatasetError when there is none. */
export function pickedDataset(picked: readonly File[]): DatasetFiles {
  const paths = picked.map(file => [file.webkitRelativePath || file.name, file] as const);
  const info = paths
    .map(([path]) => path)
    .filter(path => path === INFO || path.endsWith(`/${INFO}`))
    .sort((a, b) => a.length - b.length)[0];
  const folder = paths[0]?.[0].split('/')[0] ?? 'the folder';
  if (info === undefined) throw new DatasetError(`${folder} is not a LeRobot dataset: it has no ${INFO}`);
  const root = info.slice(0, -INFO.length);
  const inside = paths.filter(([path]) => path.startsWith(root));
  const name = root.replace(/\/$/, '') || folder;
  return blobFiles(name, new Map(inside.map(([path, file]) => [path.slice(root.length), file])));
}
