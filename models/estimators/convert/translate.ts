/**
 * TFLite graph → ONNX graph in float32, channels first. Covers the operators of MediaPipe's hand and pose
 * networks and refuses every other one. Pictures keep their meaning: a 4-D tensor N H W C becomes N C H W,
 * so a network's input and its heat maps change layout; vectors and box lists do not.
 */
import { ModelError } from '../../../src/core/errors.ts';
import { channelsFirstShape } from './layout.ts';
import type { OnnxGraph } from './onnx.ts';
import { OPERATORS } from './operators.ts';
import type { TfliteModel, TfliteOperator } from './tflite.ts';
import { Translation } from './translation.ts';

/** @param outputs names of the outputs to keep; what only the others need is left out. */
export const translate = (model: TfliteModel, producer: string, outputs: readonly string[]): OnnxGraph => {
  const kept = model.outputs.filter(id => outputs.includes(model.tensors[id].name));
  if (kept.length !== outputs.length) {
    const present = model.outputs.map(id => model.tensors[id].name).join(', ');
    throw new ModelError(`the network has outputs ${present}; expected ${outputs.join(', ')}`);
  }
  const operators = operatorsFor(model, kept);
  const translation = new Translation(model, operators);
  for (const operator of operators) translateOperator(translation, operator);
  const value = (id: number) => ({
    name: translation.name(id),
    shape: channelsFirstShape(model.tensors[id].shape),
  });
  return {
    producer,
    nodes: translation.nodes,
    constants: translation.constants,
    inputs: model.inputs.map(value),
    outputs: kept.map(value),
  };
};

/** The operators that the wanted tensors depend on, in their order. */
const operatorsFor = (model: TfliteModel, wanted: readonly number[]): TfliteOperator[] => {
  const needed = new Set(wanted);
  const operators: TfliteOperator[] = [];
  for (const operator of [...model.operators].reverse()) {
    if (!operator.outputs.some(id => needed.has(id))) continue;
    for (const id of operator.inputs) needed.add(id);
    operators.push(operator);
  }
  return operators.reverse();
};

const translateOperator = (t: Translation, operator: TfliteOperator): void => {
  const translateOne = OPERATORS[operator.code];
  if (translateOne === undefined) {
    throw new ModelError(`TFLite operator ${operator.code}; known: ${Object.keys(OPERATORS).join(', ')}`);
  }
  translateOne(t, operator, operator.options);
};
