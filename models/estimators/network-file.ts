/**
 * A network of the user's own, described by a small JSON file: which tensor is what, and how a picture becomes its
 * input. docs/adding-an-estimator.md explains every entry. Nothing but the file and the network beside it is read.
 */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import Type from 'typebox';
import { Value } from 'typebox/value';
import type { ModelFile } from '../../src/core/artifacts.ts';
import { ConfigError, ModelError } from '../../src/core/errors.ts';
import { BODY_LANDMARKS, HAND_LANDMARKS } from '../../src/core/skeletons.ts';

const Activation = Type.Union([Type.Literal('none'), Type.Literal('sigmoid')]);
const Probability = Type.Object(
  { name: Type.String({ minLength: 1 }), activation: Activation },
  { additionalProperties: false },
);

const Description = Type.Object(
  {
    onnx: Type.String({ minLength: 1 }),
    input: Type.Object(
      {
        name: Type.String({ minLength: 1 }),
        /** Side of the square picture, px. */
        size: Type.Integer({ minimum: 16, maximum: 2048 }),
        layout: Type.Union([Type.Literal('NCHW'), Type.Literal('NHWC')]),
        /** Input value = scale · byte + offset. */
        scale: Type.Number(),
        offset: Type.Number(),
      },
      { additionalProperties: false },
    ),
    output: Type.Object(
      {
        /** Rows of `stride` numbers that start with x, y. */
        points: Type.Object(
          {
            name: Type.String({ minLength: 1 }),
            stride: Type.Integer({ minimum: 2 }),
            count: Type.Integer({ minimum: 1 }),
            space: Type.Union([Type.Literal('input-px'), Type.Literal('unit')]),
            /** Bodies: column of a row that tells whether the point is seen. */
            visibility: Type.Optional(
              Type.Object(
                { column: Type.Integer({ minimum: 2 }), activation: Activation },
                { additionalProperties: false },
              ),
            ),
          },
          { additionalProperties: false },
        ),
        presence: Probability,
        /** Hands: probability of an anatomical right hand; null where the network does not say. */
        right: Type.Union([Probability, Type.Null()]),
        /** (count, 3) m along the axes of the region. */
        world: Type.Object({ name: Type.String({ minLength: 1 }) }, { additionalProperties: false }),
      },
      { additionalProperties: false },
    ),
    /** The region that the network wants, in that of MediaPipe: its side, and its shift towards the bottom. */
    roi: Type.Object({ scale: Type.Number({ exclusiveMinimum: 0 }), shift: Type.Number() }),
    license: Type.String({ minLength: 1 }),
  },
  { additionalProperties: false },
);

export type NetworkDescription = Type.Static<typeof Description>;

export interface DescribedNetwork {
  description: NetworkDescription;
  /** Of the ONNX file, absolute. */
  onnxPath: string;
  model: ModelFile;
}

const LANDMARKS = { hand: HAND_LANDMARKS, body: BODY_LANDMARKS };

/**
 * @throws ConfigError naming the first wrong entry of the description; ModelError when the network is not there.
 */
export async function readNetworkFile(file: string, kind: 'hand' | 'body'): Promise<DescribedNetwork> {
  const description = check(file, await parse(file), kind);
  const onnxPath = path.resolve(path.dirname(file), description.onnx);
  const bytes = await readFile(onnxPath).catch(cause => {
    throw new ModelError(`${file}: its network ${onnxPath} cannot be read (${cause.code})`, cause);
  });
  return {
    description,
    onnxPath,
    model: {
      name: path.basename(onnxPath),
      sha256: createHash('sha256').update(bytes).digest('hex'),
      license: description.license,
    },
  };
}

async function parse(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch (cause) {
    throw new ConfigError(`${file} cannot be read as JSON: ${(cause as Error).message}`, cause);
  }
}

function check(file: string, read: unknown, kind: 'hand' | 'body'): NetworkDescription {
  const [wrong] = Value.Errors(Description, read);
  if (wrong) {
    const entry = wrong.instancePath.slice(1).replaceAll('/', '.') || 'it';
    const choices = entry.endsWith('layout')
      ? 'NCHW or NHWC'
      : entry.endsWith('space')
        ? 'input-px or unit'
        : 'none or sigmoid';
    const message =
      wrong.keyword === 'boolean'
        ? 'is not an entry of such a file'
        : wrong.keyword === 'const'
          ? `has to be ${choices}`
          : wrong.message;
    throw new ConfigError(`${file}: ${entry} ${message}`);
  }
  const description = read as NetworkDescription;
  const { points } = description.output;
  if (points.count < LANDMARKS[kind])
    throw new ConfigError(
      `${file}: output.points.count is ${points.count}; a ${kind} has ${LANDMARKS[kind]} landmarks`,
    );
  if (points.visibility && points.visibility.column >= points.stride)
    throw new ConfigError(
      `${file}: output.points.visibility.column is ${points.visibility.column}; a row has ${points.stride} numbers, counted from 0`,
    );
  return description;
}
