/** Version of this package, as written into datasets. */
import { readFileSync } from 'node:fs';

const find = (folder: URL): URL => {
  const file = new URL('package.json', folder);
  try {
    readFileSync(file);
    return file;
  } catch {
    return find(new URL('..', folder));
  }
};

export const VERSION: string = JSON.parse(readFileSync(find(new URL('.', import.meta.url)), 'utf8')).version;
