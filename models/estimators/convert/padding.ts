/**
 * Padding operators whose result only convolutions without padding read. ONNX convolutions pad by themselves, on
 * each side as much as is asked: the padded copy is never made.
 */
import type { TfliteOperator } from './tflite.ts';

export interface Padding {
  /** The tensor that is padded. */
  source: number;
  /** px before in y and x, then after in y and x. */
  pads: number[];
}

// BuiltinOperator numbers of the schema, and its Padding: 1 VALID.
const PAD = 34;
const CONVOLUTIONS = [3, 4];
const VALID = 1;

/** @returns by padded tensor */
export function paddingOfConvolutions(
  operators: readonly TfliteOperator[],
  integers: (tensor: number) => number[],
  boundary: ReadonlySet<number>,
): Map<number, Padding> {
  const found = new Map<number, Padding>();
  for (const { code, inputs, outputs } of operators) {
    if (code !== PAD || boundary.has(outputs[0])) continue;
    const readers = operators.filter(other => other.inputs.includes(outputs[0]));
    const [n0, n1, y0, y1, x0, x1, c0, c1] = integers(inputs[1]);
    const inPlane = [n0, n1, c0, c1].every(count => count === 0);
    const pads = (reader: TfliteOperator) =>
      CONVOLUTIONS.includes(reader.code) && (reader.options?.int8(0) ?? 0) === VALID;
    if (inPlane && readers.every(pads)) found.set(outputs[0], { source: inputs[0], pads: [y0, x0, y1, x1] });
  }
  return found;
}
