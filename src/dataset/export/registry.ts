/** Export formats by name, loaded when asked for. A new one is one file and one line here. */
import { UnknownNameError } from '../../core/errors.ts';
import type { ExportFormat } from './format.ts';

const LOADERS = new Map<string, () => Promise<ExportFormat>>([
  ['lerobot-v2.1', async () => (await import('./lerobot-v21.ts')).lerobotV21],
  ['gr00t', async () => (await import('./gr00t.ts')).gr00t],
  ['mcap', async () => (await import('./mcap.ts')).mcap],
  ['hdf5', async () => (await import('./hdf5.ts')).hdf5],
  ['arrow', async () => (await import('./arrow.ts')).arrow],
  ['csv', async () => (await import('./csv.ts')).csv],
]);

export const exportFormatNames: readonly string[] = [...LOADERS.keys()];

/** Throws UnknownNameError, which lists the known names. */
export async function loadExportFormat(name: string): Promise<ExportFormat> {
  const load = LOADERS.get(name);
  if (!load) throw new UnknownNameError('format', name, exportFormatNames);
  return load();
}
