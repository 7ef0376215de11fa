/** An ONNX graph in the making, with the constants of the TFLite graph that it comes from. */
import { ModelError } from '../../../src/core/errors.ts';
import { halvesToFloats } from './half.ts';
import type { OnnxConstant, OnnxNode } from './onnx.ts';
import { type Padding, paddingOfConvolutions } from './padding.ts';
import { densify } from './sparse.ts';
import {
  FLOAT16,
  FLOAT32,
  INT32,
  type TfliteModel,
  type TfliteOperator,
  type TfliteTensor,
} from './tflite.ts';

/** Collects nodes and constants. */
export class Translation {
  readonly nodes: OnnxNode[] = [];
  readonly constants: OnnxConstant[] = [];
  /** Padded tensors that only convolutions read: they pad by themselves. */
  readonly padding: ReadonlyMap<number, Padding>;
  /** Constants that dequantisation and densification produce, by tensor index. */
  private readonly derived = new Map<number, Float32Array>();
  private readonly model: TfliteModel;
  private readonly boundary: Set<number>;

  /** @param operators those to be translated */
  constructor(model: TfliteModel, operators: readonly TfliteOperator[]) {
    this.model = model;
    this.boundary = new Set([...model.inputs, ...model.outputs]);
    this.padding = paddingOfConvolutions(operators, id => this.integers(id), this.boundary);
  }

  /** Inputs and outputs keep their names, inner values are numbered. */
  name(id: number): string {
    return this.boundary.has(id) ? this.model.tensors[id].name : `t${id}`;
  }

  tensor(id: number): TfliteTensor {
    return this.model.tensors[id];
  }

  derive(id: number, values: Float32Array): void {
    this.derived.set(id, values);
  }

  floats(id: number): Float32Array {
    const known = this.derived.get(id);
    if (known !== undefined) return known;
    const { data, type, sparsity, shape, name } = this.tensor(id);
    if (data.length === 0 || (type !== FLOAT16 && type !== FLOAT32)) {
      throw new ModelError(`tensor '${name}' must be a floating-point constant`);
    }
    const values = type === FLOAT16 ? halvesToFloats(data) : new Float32Array(aligned(data));
    return sparsity === null ? values : densify(values, shape, sparsity);
  }

  integers(id: number): number[] {
    const { data, type, name } = this.tensor(id);
    if (data.length === 0 || type !== INT32)
      throw new ModelError(`tensor '${name}' must be an integer constant`);
    return Array.from(new Int32Array(aligned(data)));
  }

  /** Adds a constant and returns its name. */
  constant(shape: readonly number[], data: Float32Array | BigInt64Array): string {
    const name = `c${this.constants.length}`;
    this.constants.push({ name, shape, data });
    return name;
  }

  int64s(values: readonly number[]): string {
    return this.constant([values.length], BigInt64Array.from(values.map(BigInt)));
  }

  /** Adds a node with one output: a tensor's own name, or a new one where a step of our own follows. */
  node(op: string, inputs: string[], output: string, attributes: OnnxNode['attributes'] = {}): string {
    this.nodes.push({ op, inputs, outputs: [output], attributes });
    return output;
  }

  step(op: string, inputs: string[], attributes: OnnxNode['attributes'] = {}): string {
    return this.node(op, inputs, `s${this.nodes.length}`, attributes);
  }

  /** A node followed by the operator's fused activation (ActivationFunctionType: 0 none, 1 ReLU, 3 ReLU6). */
  activated(
    op: string,
    inputs: string[],
    id: number,
    fused: number,
    attributes: OnnxNode['attributes'] = {},
  ): void {
    if (fused === 0) this.node(op, inputs, this.name(id), attributes);
    else if (fused === 1) this.node('Relu', [this.step(op, inputs, attributes)], this.name(id));
    else if (fused === 3) {
      const [low, high] = [0, 6].map(bound => this.constant([], Float32Array.of(bound)));
      this.node('Clip', [this.step(op, inputs, attributes), low, high], this.name(id));
    } else throw new ModelError(`fused activation ${fused}; known: 0 (none), 1 (ReLU), 3 (ReLU6)`);
  }
}

/** A copy at an address of its own: a file's constants need not be aligned. */
const aligned = (data: Uint8Array): ArrayBuffer => new Uint8Array(data).buffer;
