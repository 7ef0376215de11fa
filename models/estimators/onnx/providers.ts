/**
 * Which processor computes: the graphics card where ONNX Runtime can use one, else the CPU. ONNX Runtime's build for
 * Node lists CUDA wherever it could run, but its library is not part of the package: `onnxruntime_node_install`
 * fetches it when it is allowed to. It is asked for only where that has happened.
 */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

type Provider = 'cuda' | 'cpu';

/**
 * Lists of providers to try, in order. The CPU stays behind CUDA for the operators that it lacks, and alone for a
 * machine without a card or a driver.
 */
export const providersToTry = (
  backends: readonly { name: string; bundled: boolean }[],
  libraryIsThere: boolean,
): Provider[][] => {
  const cuda = backends.find(({ name }) => name === 'cuda');
  return cuda && (cuda.bundled || libraryIsThere) ? [['cuda', 'cpu'], ['cpu']] : [['cpu']];
};

/** Whether ONNX Runtime's CUDA library lies beside its binding. */
export function cudaLibraryIsThere(): boolean {
  const entry = createRequire(import.meta.url).resolve('onnxruntime-node');
  const folder = path.resolve(path.dirname(entry), '../bin/napi-v6', process.platform, process.arch);
  return ['libonnxruntime_providers_cuda.so', 'onnxruntime_providers_cuda.dll'].some(file =>
    existsSync(path.join(folder, file)),
  );
}
