/** The estimators by name. An engine is loaded when it is asked for: the others cost nothing. */
import { UnknownNameError } from '../../src/core/errors.ts';
import type { Estimator } from './types.ts';

export interface EstimatorOptions {
  /** Folder of converted networks and bundles; made if missing. */
  cacheDir: string;
  hand: 'lite' | 'full';
  body: 'lite' | 'full' | 'heavy';
  /** JSON files of the user's own landmark networks; default none. Engines that cannot run them refuse. */
  handNetwork?: string | null;
  bodyNetwork?: string | null;
}

const LOADERS: ReadonlyMap<string, (options: EstimatorOptions) => Promise<Estimator>> = new Map([
  ['onnx', async options => (await import('./onnx/tracker.ts')).createOnnxEstimator(options)],
  ['tasks-vision', async options => (await import('./tasks-vision.ts')).createTasksVisionEstimator(options)],
]);

export const ESTIMATOR_NAMES: readonly string[] = [...LOADERS.keys()];

/** @throws UnknownNameError; ModelError if a network file is missing or damaged; StoreError for the cache. */
export const loadEstimator = (name: string, options: EstimatorOptions): Promise<Estimator> => {
  const load = LOADERS.get(name);
  if (load === undefined) throw new UnknownNameError('estimator', name, ESTIMATOR_NAMES);
  return load(options);
};
