/** TFLite network file → ONNX network file. */
import { encodeOnnx } from './onnx.ts';
import { readTflite } from './tflite.ts';
import { translate } from './translate.ts';

/** Changes whenever the same source gives other bytes: part of the cached files' names. */
export const CONVERTER_VERSION = 3;

/**
 * @param outputs names of the network outputs to keep.
 * @throws ModelError for a file that is not TFLite or uses an operator that is not known here.
 */
export const tfliteToOnnx = (tflite: Uint8Array, outputs: readonly string[]): Uint8Array =>
  encodeOnnx(translate(readTflite(tflite), `understudy ${CONVERTER_VERSION}`, outputs));
