/** MediaPipe's pose detector and pose landmark network on ONNX Runtime. */
import type { BodyReading, Roi } from '../../../src/core/readings.ts';
import { BODY_LANDMARKS } from '../../../src/core/skeletons.ts';
import { type CropFormat, crop, letterbox } from '../crop.ts';
import { modelFile } from '../files.ts';
import type { BodyNetworks } from '../types.ts';
import { describedBody, type LandmarkNetwork } from './described.ts';
import { Detector, type DetectorFormat } from './detector.ts';
import { refine } from './heatmap.ts';
import { Network, type Outputs } from './network.ts';
import { placePixels, placeWorld } from './placement.ts';
import { roiFromAlignment } from './roi.ts';

export interface BodyNetworksOptions {
  /** Folder of the converted networks; made if missing. */
  cacheDir: string;
  variant: 'lite' | 'full' | 'heavy';
  /** JSON file of a landmark network to use instead; default none. */
  networkFile?: string | null;
  /** Bodies below this score are not reported, 0…1; default 0.5 (pose_detection_cpu.pbtxt). */
  minScore?: number;
}

/** Source: pose_detection_cpu.pbtxt; the pixel range is [−1, 1]. */
const PERSON: DetectorFormat = {
  network: 'pose-detection',
  picture: { size: 224, scale: 2 / 255, offset: -1, border: 'zero' },
  strides: [8, 16, 32, 32, 32],
  anchors: 2,
  keypoints: 4,
};

/** Source: pose_landmark_by_roi_cpu.pbtxt. */
const BODY_PICTURE: CropFormat = { size: 256, scale: 1 / 255, offset: 0, border: 'replicate' };
/** The network's rows: x, y, z px, visibility and presence logits; 33 landmarks and 6 auxiliary points. */
const ROW = 5;
const POINTS = 39;
/** The auxiliary points that say where the body will be: middle of the hips, rim of the body's circle. */
const CENTRE = 33;
const RIM = 34;
const HEATMAP_CELLS = 64;

/** @throws ModelError, StoreError as ensureModel. */
export const createBodyNetworks = async ({
  cacheDir,
  variant,
  networkFile = null,
  minScore = 0.5,
}: BodyNetworksOptions): Promise<BodyNetworks & { close(): Promise<void> }> => {
  const landmarks = networkFile
    ? await describedBody(networkFile)
    : await mediapipeBody(`pose-landmark-${variant}`, cacheDir);
  const detector = await Detector.load(PERSON, cacheDir, minScore);
  return {
    models: [modelFile(PERSON.network), landmarks.model],
    detect: frame => detector.detect(frame, letterbox(frame)),
    read: landmarks.read,
    close: async () => {
      await detector.close();
      await landmarks.close();
    },
  };
};

async function mediapipeBody(
  name: `pose-landmark-${'lite' | 'full' | 'heavy'}`,
  cacheDir: string,
): Promise<LandmarkNetwork<BodyReading>> {
  const network = await Network.load(name, cacheDir);
  return {
    model: modelFile(name),
    read: (frame, roi) =>
      network.run(
        input => crop(frame, roi, BODY_PICTURE, input),
        outputs => readBody(outputs, roi),
      ),
    close: () => network.close(),
  };
}

const readBody = (outputs: Outputs, roi: Roi): BodyReading => {
  const { Identity: rows, Identity_1: presence, Identity_3: heatmap, Identity_4: world } = outputs;
  refine(rows, ROW, POINTS, BODY_PICTURE.size, heatmap, HEATMAP_CELLS);
  const pixels = placePixels(rows, ROW, POINTS, BODY_PICTURE.size, roi);
  const visibility = new Float32Array(BODY_LANDMARKS);
  for (let k = 0; k < BODY_LANDMARKS; k++) visibility[k] = 1 / (1 + Math.exp(-rows[ROW * k + 3]));
  return {
    roi,
    presence: presence[0],
    pixels: pixels.slice(0, 2 * BODY_LANDMARKS),
    world: placeWorld(world, BODY_LANDMARKS, roi),
    visibility,
    next: roiFromAlignment(
      [pixels[2 * CENTRE], pixels[2 * CENTRE + 1]],
      [pixels[2 * RIM], pixels[2 * RIM + 1]],
    ),
  };
};
