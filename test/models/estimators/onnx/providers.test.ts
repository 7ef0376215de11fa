import { listSupportedBackends } from 'onnxruntime-node';
import { expect, test } from 'vitest';
import { cudaLibraryIsThere, providersToTry } from '../../../../models/estimators/onnx/providers.ts';

const cpu = { name: 'cpu', bundled: true };

test('CUDA is asked for only where it is listed and its library is there, and the CPU always remains', () => {
  const cuda = { name: 'cuda', bundled: false };
  expect(providersToTry([cpu], true)).toEqual([['cpu']]);
  expect(providersToTry([cpu, cuda], false)).toEqual([['cpu']]);
  expect(providersToTry([cpu, cuda], true)).toEqual([['cuda', 'cpu'], ['cpu']]);
  expect(providersToTry([cpu, { ...cuda, bundled: true }], false)).toEqual([['cuda', 'cpu'], ['cpu']]);
});

test('what this ONNX Runtime lists ends with the CPU alone', () => {
  expect(providersToTry(listSupportedBackends(), cudaLibraryIsThere()).at(-1)).toEqual(['cpu']);
});
