/** Whether something can be written at a place: said before the work, not after. */
import { access, constants, stat } from 'node:fs/promises';
import path from 'node:path';
import { StoreError } from '../core/errors.ts';
import { storeFault } from '../core/faults.ts';

/** Throws StoreError when no file can be put in `folder`, which need not be there yet. */
export async function checkWritable(folder: string): Promise<void> {
  for (let place = path.resolve(folder); ; place = path.dirname(place)) {
    const found = await stat(place).catch(error => {
      if (error.code === 'ENOENT') return null;
      throw storeFault(folder, error);
    });
    if (!found) continue;
    if (!found.isDirectory())
      throw new StoreError(`${folder}: ${place} is a file, where a folder is needed: choose another place`);
    await access(place, constants.W_OK | constants.X_OK).catch(error => {
      throw storeFault(place, error);
    });
    return;
  }
}
