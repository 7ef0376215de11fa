/** MediaPipe's palm detector and hand landmark network on ONNX Runtime. */
import type { HandReading } from '../../../src/core/readings.ts';
import { HAND_LANDMARKS } from '../../../src/core/skeletons.ts';
import { type CropFormat, crop, letterbox } from '../crop.ts';
import { modelFile } from '../files.ts';
import type { HandNetworks } from '../types.ts';
import { describedHand, type LandmarkNetwork } from './described.ts';
import { Detector, type DetectorFormat } from './detector.ts';
import { Network } from './network.ts';
import { placePixels, placeWorld } from './placement.ts';

export interface HandNetworksOptions {
  /** Folder of the converted networks; made if missing. */
  cacheDir: string;
  variant: 'lite' | 'full';
  /** JSON file of a landmark network to use instead; default none. */
  networkFile?: string | null;
  /** Palms below this score are not reported, 0…1; default 0.5 (palm_detection_cpu.pbtxt). */
  minScore?: number;
}

/** Source: palm_detection_cpu.pbtxt. */
const PALM: DetectorFormat = {
  network: 'palm-detection-full',
  picture: { size: 192, scale: 1 / 255, offset: 0, border: 'zero' },
  strides: [8, 16, 16, 16],
  anchors: 2,
  keypoints: 7,
};

/** Source: hand_landmark_cpu.pbtxt. */
const HAND: CropFormat = { size: 224, scale: 1 / 255, offset: 0, border: 'replicate' };

/** @throws ModelError, StoreError as ensureModel. */
export const createHandNetworks = async ({
  cacheDir,
  variant,
  networkFile = null,
  minScore = 0.5,
}: HandNetworksOptions): Promise<HandNetworks & { close(): Promise<void> }> => {
  const landmarks = networkFile
    ? await describedHand(networkFile)
    : await mediapipeHand(`hand-landmark-${variant}`, cacheDir);
  const detector = await Detector.load(PALM, cacheDir, minScore);
  return {
    models: [modelFile(PALM.network), landmarks.model],
    detect: (frame, region = letterbox(frame)) => detector.detect(frame, region),
    read: landmarks.read,
    close: async () => {
      await detector.close();
      await landmarks.close();
    },
  };
};

async function mediapipeHand(
  name: `hand-landmark-${'lite' | 'full'}`,
  cacheDir: string,
): Promise<LandmarkNetwork<HandReading>> {
  const network = await Network.load(name, cacheDir);
  return {
    model: modelFile(name),
    read: (frame, roi) =>
      network.run(
        input => crop(frame, roi, HAND, input),
        ({ Identity: points, Identity_1: presence, Identity_2: right, Identity_3: world }) => ({
          roi,
          presence: presence[0],
          right: right[0],
          pixels: placePixels(points, 3, HAND_LANDMARKS, HAND.size, roi),
          world: placeWorld(world, HAND_LANDMARKS, roi),
        }),
      ),
    close: () => network.close(),
  };
}
