/** The .task bundles that MediaPipe Tasks loads: a detector and a landmark network with input metadata, zipped. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ensureFile } from '../cache.ts';
import { modelFile, type NetworkName, readNetwork } from '../files.ts';
import { type Normalization, withInputMetadata } from './metadata.ts';
import { storedZip } from './zip.ts';

/** Changes whenever the same networks give other bytes: part of the cached files' names. */
const BUNDLE_VERSION = 1;

interface BundleEntry {
  /** The name under which the task looks for it. */
  entry: string;
  network: NetworkName;
  normalization: Normalization;
}

/** Bytes to [0, 1]. */
const UNIT: Normalization = { mean: 0, deviation: 255 };
/** Bytes to [−1, 1]. */
const SIGNED: Normalization = { mean: 127.5, deviation: 127.5 };

export const handBundle = (variant: 'lite' | 'full'): BundleEntry[] => [
  { entry: 'hand_detector.tflite', network: 'palm-detection-full', normalization: UNIT },
  { entry: 'hand_landmarks_detector.tflite', network: `hand-landmark-${variant}`, normalization: UNIT },
];

export const poseBundle = (variant: 'lite' | 'full' | 'heavy'): BundleEntry[] => [
  { entry: 'pose_detector.tflite', network: 'pose-detection', normalization: SIGNED },
  { entry: 'pose_landmarks_detector.tflite', network: `pose-landmark-${variant}`, normalization: UNIT },
];

/** The bundle's bytes, kept in `cacheDir`. @throws ModelError, StoreError as ensureModel. */
export const loadBundle = async (entries: readonly BundleEntry[], cacheDir: string): Promise<Uint8Array> => {
  const digests = entries.map(({ network }) => modelFile(network).sha256.slice(0, 12)).join('-');
  const path = join(cacheDir, `${entries[1].network}-${digests}-v${BUNDLE_VERSION}.task`);
  return readFile(
    await ensureFile(path, async () => {
      const files = new Map<string, Uint8Array>();
      for (const { entry, network, normalization } of entries) {
        files.set(entry, withInputMetadata(await readNetwork(network), normalization));
      }
      return storedZip(files);
    }),
  );
};
