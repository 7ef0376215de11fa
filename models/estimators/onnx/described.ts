/** Running a network that a JSON file describes, as the landmark network of hands or bodies. */
import { Tensor } from 'onnxruntime-node';
import type { ModelFile } from '../../../src/core/artifacts.ts';
import { ModelError } from '../../../src/core/errors.ts';
import type { BodyReading, HandReading, Roi } from '../../../src/core/readings.ts';
import { BODY_LANDMARKS, HAND_LANDMARKS } from '../../../src/core/skeletons.ts';
import type { RgbFrame } from '../../../src/core/types.ts';
import { type CropFormat, crop } from '../crop.ts';
import { type NetworkDescription, readNetworkFile } from '../network-file.ts';
import { openSession } from './network.ts';
import { placePixels, placeWorld } from './placement.ts';

/** A landmark network: one region in, one reading out. */
export interface LandmarkNetwork<Reading> {
  readonly model: ModelFile;
  read(frame: RgbFrame, roi: Roi): Promise<Reading>;
  close(): Promise<void>;
}

type Outputs = Record<string, Float32Array>;

const activated = (value: number, activation: 'none' | 'sigmoid'): number =>
  activation === 'sigmoid' ? 1 / (1 + Math.exp(-value)) : value;

/** @throws ConfigError, ModelError */
export const describedHand = (file: string): Promise<LandmarkNetwork<HandReading>> =>
  load(file, 'hand', ({ input, output }, outputs, roi) => ({
    ...landmarks(outputs, output, input.size, HAND_LANDMARKS, roi),
    // A network that does not say leaves it to the body and to the place in the picture.
    right: output.right ? activated(outputs[output.right.name][0], output.right.activation) : 0.5,
  }));

/** @throws ConfigError, ModelError */
export const describedBody = (file: string): Promise<LandmarkNetwork<BodyReading>> =>
  load(file, 'body', ({ input, output }, outputs, roi) => {
    const { name, stride, visibility } = output.points;
    return {
      ...landmarks(outputs, output, input.size, BODY_LANDMARKS, roi),
      visibility: Float32Array.from({ length: BODY_LANDMARKS }, (_, k) =>
        visibility ? activated(outputs[name][stride * k + visibility.column], visibility.activation) : 1,
      ),
      next: roi,
    };
  });

function landmarks(
  outputs: Outputs,
  { points, presence, world }: NetworkDescription['output'],
  size: number,
  count: number,
  roi: Roi,
): Pick<HandReading, 'roi' | 'presence' | 'pixels' | 'world'> {
  return {
    roi,
    presence: activated(outputs[presence.name][0], presence.activation),
    pixels: placePixels(outputs[points.name], points.stride, count, points.space === 'unit' ? 1 : size, roi),
    world: placeWorld(outputs[world.name], count, roi),
  };
}

async function load<Reading>(
  file: string,
  kind: 'hand' | 'body',
  decode: (description: NetworkDescription, outputs: Outputs, roi: Roi) => Reading,
): Promise<LandmarkNetwork<Reading>> {
  const { description, onnxPath, model } = await readNetworkFile(file, kind);
  const { input, output, roi: region } = description;
  const session = await openSession(onnxPath, 'check that it is a whole ONNX file').catch(cause => {
    throw new ModelError(`${file}: ${(cause as Error).message}`, cause);
  });
  const wanted: [string, number][] = [
    [output.points.name, output.points.stride * output.points.count],
    [output.presence.name, 1],
    [output.world.name, 3 * (kind === 'hand' ? HAND_LANDMARKS : BODY_LANDMARKS)],
    ...(output.right ? [[output.right.name, 1] as [string, number]] : []),
  ];
  mustHave(file, 'input', input.name, session.inputNames);
  for (const [name] of wanted) mustHave(file, 'output', name, session.outputNames);
  const { size, layout, scale, offset } = input;
  const format: CropFormat = { size, scale, offset, border: 'replicate' };
  const planes = new Float32Array(3 * size * size);
  const picture = layout === 'NCHW' ? planes : new Float32Array(planes.length);
  const shape = layout === 'NCHW' ? [1, 3, size, size] : [1, size, size, 3];
  const feeds = { [input.name]: new Tensor('float32', picture, shape) };
  const names = [...new Set(wanted.map(([name]) => name))];

  const read = async (frame: RgbFrame, around: Roi): Promise<Reading> => {
    const roi = regionFor(around, region);
    crop(frame, roi, format, planes);
    if (layout === 'NHWC') interleave(planes, picture);
    const results = await session.run(feeds, names).catch(cause => {
      throw new ModelError(`${file}: the network refuses its input: ${(cause as Error).message}`, cause);
    });
    const outputs: Outputs = {};
    for (const [name, length] of wanted) {
      const { data } = results[name];
      if (!(data instanceof Float32Array) || data.length < length)
        throw new ModelError(`${file}: output '${name}' has to be at least ${length} float32 numbers`);
      if (!data.subarray(0, length).every(Number.isFinite))
        throw new ModelError(`${file}: output '${name}' is not all finite numbers`);
      outputs[name] = data;
    }
    return decode(description, outputs, roi);
  };

  // One at a time: the picture's memory is shared.
  let last: Promise<unknown> = Promise.resolve();
  return {
    model,
    read: (frame, roi) => {
      const turn = last.then(() => read(frame, roi));
      last = turn.catch(() => {});
      return turn;
    },
    close: async () => {
      await last;
      await session.release();
    },
  };
}

function mustHave(file: string, kind: string, name: string, names: readonly string[]): void {
  if (!names.includes(name))
    throw new ModelError(`${file}: the network has no ${kind} '${name}'; it has ${names.join(', ')}`);
}

/** MediaPipe's region, grown and shifted along its own vertical. */
const regionFor = ({ cx, cy, size, angle }: Roi, { scale, shift }: NetworkDescription['roi']): Roi => ({
  cx: cx - size * shift * Math.sin(angle),
  cy: cy + size * shift * Math.cos(angle),
  size: size * scale,
  angle,
});

/** (3, S, S) → (S, S, 3) */
function interleave(planes: Float32Array, out: Float32Array): void {
  const count = planes.length / 3;
  for (let i = 0; i < count; i++) for (let c = 0; c < 3; c++) out[3 * i + c] = planes[c * count + i];
}
