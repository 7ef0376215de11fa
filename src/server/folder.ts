/** The files of a folder that a request may have: those that are listed, and no others. */
import { lstat, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import type { FileEntry } from '../core/api.ts';

/** Regular files below `folder` in the order of their names; links and hidden ones are left out. */
export async function filesOf(folder: string): Promise<FileEntry[]> {
  const found: FileEntry[] = [];
  const visit = async (inner: string): Promise<void> => {
    const entries = await readdir(path.join(folder, inner), { withFileTypes: true });
    entries.sort((a, b) => (a.name < b.name ? -1 : 1));
    for (const entry of entries) {
      if (entry.name.startsWith('.')) continue;
      const name = inner === '' ? entry.name : `${inner}/${entry.name}`;
      if (entry.isDirectory()) await visit(name);
      else if (entry.isFile()) found.push({ name, bytes: (await stat(path.join(folder, name))).size });
    }
  };
  await visit('');
  return found;
}

/** Whether `filesOf` lists a file of this name; asked without listing. */
export async function hasFile(folder: string, name: string): Promise<boolean> {
  const parts = name.split('/');
  if (parts.some(part => part === '' || part.startsWith('.') || /[\\\0]/.test(part))) return false;
  for (let depth = 1; depth <= parts.length; depth++) {
    const at = await lstat(path.join(folder, ...parts.slice(0, depth))).catch(() => null);
    if (!(depth < parts.length ? at?.isDirectory() : at?.isFile())) return false;
  }
  return true;
}
