/**
 * The network files: which npm package carries each one, how it is taken out and how it is known to be whole.
 * All are MediaPipe's, published by Google under Apache-2.0 in @mediapipe/hands, @mediapipe/pose and @mediapipe/face_detection.
 */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { ModelFile } from '../../src/core/artifacts.ts';
import { ModelError } from '../../src/core/errors.ts';
import { ensureFile } from './cache.ts';
import { CONVERTER_VERSION, tfliteToOnnx } from './convert/convert.ts';

interface NetworkFile {
  package: '@mediapipe/hands' | '@mediapipe/pose' | '@mediapipe/face_detection';
  /** A file of the package, or of its packed assets if `packed` names their common prefix. */
  file: string;
  packed?: string;
  /** Of the TFLite file as published. */
  sha256: string;
  /** Outputs that are read, by name; the rest (the segmentation mask) is not converted. */
  outputs: readonly string[];
}

const BOXES = ['Identity', 'Identity_1'];
const HAND = ['Identity', 'Identity_1', 'Identity_2', 'Identity_3'];
const BODY = ['Identity', 'Identity_1', 'Identity_3', 'Identity_4'];

const NETWORK_FILES = {
  'palm-detection-full': {
    package: '@mediapipe/hands',
    file: 'palm_detection_full.tflite',
    packed: 'hands_solution',
    sha256: '2f25e740121983f68ffc05f99991d524dc0ea812134f6316a26125816941ee85',
    outputs: BOXES,
  },
  'hand-landmark-full': {
    package: '@mediapipe/hands',
    file: 'hand_landmark_full.tflite',
    sha256: '8c026882c9ec059ce0f8e75266bee5a9a23c341a40e0000df755374d3d1b9b68',
    outputs: HAND,
  },
  'hand-landmark-lite': {
    package: '@mediapipe/hands',
    file: 'hand_landmark_lite.tflite',
    sha256: 'd7fde8ac11f8ce03f8663775bfc323f4fc9f2a38062b4f4efa142874ef5b2a48',
    outputs: HAND,
  },
  'pose-detection': {
    package: '@mediapipe/pose',
    file: 'pose_detection.tflite',
    packed: 'pose_solution',
    sha256: 'a63c614bef30d35947f13be361820b1e4e3bec9cfeebf4d11216a18373108e85',
    outputs: BOXES,
  },
  'pose-landmark-lite': {
    package: '@mediapipe/pose',
    file: 'pose_landmark_lite.tflite',
    sha256: 'f17bfbecadb61c3be1baa8b8d851cc6619c870a87167b32848ad20db306b9d61',
    outputs: BODY,
  },
  'pose-landmark-full': {
    package: '@mediapipe/pose',
    file: 'pose_landmark_full.tflite',
    sha256: 'e9a5c5cb17f736fafd4c2ec1da3b3d331d6edbe8a0d32395855aeb2cdfd64b9f',
    outputs: BODY,
  },
  'pose-landmark-heavy': {
    package: '@mediapipe/pose',
    file: 'pose_landmark_heavy.tflite',
    sha256: '59e42d71bcd44cbdbabc419f0ff76686595fd265419566bd4009ef703ea8e1fe',
    outputs: BODY,
  },
  'face-detection-full-range': {
    package: '@mediapipe/face_detection',
    file: 'face_detection_full_range_sparse.tflite',
    sha256: '671dd2f9ed11a78436fc21cc42357a803dfc6f73e9fb86541be942d5716c2dce',
    outputs: BOXES,
  },
} as const satisfies Record<string, NetworkFile>;

export type NetworkName = keyof typeof NETWORK_FILES;
export const NETWORK_NAMES = Object.keys(NETWORK_FILES) as NetworkName[];

export const modelFile = (name: NetworkName): ModelFile => ({
  name,
  sha256: NETWORK_FILES[name].sha256,
  license: 'Apache-2.0',
});

/**
 * The network as published, a TFLite file.
 * @throws ModelError if the package is not installed or the bytes are not the known ones.
 */
export const readNetwork = async (name: NetworkName): Promise<Uint8Array> => {
  const source: NetworkFile = NETWORK_FILES[name];
  const bytes = await readSource(source);
  const digest = createHash('sha256').update(bytes).digest('hex');
  if (digest !== source.sha256) {
    throw new ModelError(
      `${source.file} of ${source.package} has SHA-256 ${digest}, expected ${source.sha256}`,
    );
  }
  return bytes;
};

/**
 * Path of the network as an ONNX file in `cacheDir`, converted at first use (under half a second each).
 * @throws ModelError as readNetwork; StoreError if the folder cannot be written.
 */
export const ensureModel = (name: NetworkName, cacheDir: string): Promise<string> => {
  const { sha256, outputs } = NETWORK_FILES[name];
  const path = join(cacheDir, `${name}-${sha256.slice(0, 12)}-v${CONVERTER_VERSION}.onnx`);
  return ensureFile(path, async () => tfliteToOnnx(await readNetwork(name), outputs));
};

const readSource = async ({ package: name, file, packed }: NetworkFile): Promise<Uint8Array> => {
  try {
    const folder = dirname(createRequire(import.meta.url).resolve(`${name}/package.json`));
    if (packed === undefined) return await readFile(join(folder, file));
    const loader = await readFile(join(folder, `${packed}_packed_assets_loader.js`), 'utf8');
    const data = await readFile(join(folder, `${packed}_packed_assets.data`));
    const { start, end } = packedRange(loader, file);
    return data.subarray(start, end);
  } catch (cause) {
    if (cause instanceof ModelError) throw cause;
    throw new ModelError(
      `cannot read ${file} of ${name}: install the package's version in package.json`,
      cause,
    );
  }
};

/** Emscripten's loader lists the packed files with their byte ranges as JSON. */
const packedRange = (loader: string, file: string): { start: number; end: number } => {
  const list = /"files":\s*(\[[^\]]*\])/.exec(loader)?.[1] ?? '[]';
  const files = JSON.parse(list) as { filename: string; start: number; end: number }[];
  const found = files.find(({ filename }) => filename.endsWith(`/${file}`));
  if (found === undefined) throw new ModelError(`the packed assets do not list ${file}`);
  return found;
};
