/** One ONNX Runtime session with fixed input and output memory. */
import { InferenceSession, listSupportedBackends, Tensor } from 'onnxruntime-node';
import { ModelError } from '../../../src/core/errors.ts';
import { ensureModel, type NetworkName } from '../files.ts';
import { cudaLibraryIsThere, providersToTry } from './providers.ts';

/** @throws ModelError with what to do if the file is missing, damaged or refused by the runtime. */
export async function openSession(path: string, remedy: string): Promise<InferenceSession> {
  let refused: unknown;
  for (const executionProviders of providersToTry(listSupportedBackends(), cudaLibraryIsThere())) {
    try {
      return await InferenceSession.create(path, {
        executionProviders,
        intraOpNumThreads: 1,
        interOpNumThreads: 1,
        executionMode: 'sequential',
        graphOptimizationLevel: 'all',
        // 3: errors only. Warnings about unused initializers say nothing to a user.
        logSeverityLevel: 3,
      });
    } catch (cause) {
      refused = cause;
    }
  }
  throw new ModelError(`ONNX Runtime refuses ${path}: ${remedy}`, refused);
}

/** Output values by name, valid only until the next run. */
export type Outputs = Readonly<Record<string, Float32Array>>;

/**
 * A loaded network whose input is one picture (1, 3, S, S). Calls are put in a row: the runtime computes one
 * at a time anyway, and the memory is shared. One thread: work is spread over processes, not over threads.
 */
export class Network {
  private readonly session: InferenceSession;
  private readonly input: Float32Array;
  private readonly feeds: Record<string, Tensor>;
  private readonly fetches: Record<string, Tensor> = {};
  private readonly outputs: Record<string, Float32Array> = {};
  private last: Promise<unknown> = Promise.resolve();

  private constructor(session: InferenceSession) {
    this.session = session;
    const allocate = (value: InferenceSession.ValueMetadata): [string, Float32Array, Tensor] => {
      if (!value.isTensor) throw new ModelError(`'${value.name}' of the network is not a tensor`);
      const shape = value.shape.map(Number);
      const memory = new Float32Array(shape.reduce((product, size) => product * size, 1));
      return [value.name, memory, new Tensor('float32', memory, shape)];
    };
    const [inputName, input, inputTensor] = allocate(session.inputMetadata[0]);
    this.input = input;
    this.feeds = { [inputName]: inputTensor };
    for (const metadata of session.outputMetadata) {
      const [name, output, tensor] = allocate(metadata);
      this.outputs[name] = output;
      this.fetches[name] = tensor;
    }
  }

  /** @throws ModelError if the file is missing, damaged or refused by the runtime. */
  static async load(name: NetworkName, cacheDir: string): Promise<Network> {
    const path = await ensureModel(name, cacheDir);
    return new Network(await openSession(path, 'delete it, it is made again from the npm package'));
  }

  /**
   * @param fill writes the picture into (3, S, S).
   * @param read takes what it needs out of the outputs before they are overwritten.
   */
  run<T>(fill: (input: Float32Array) => void, read: (outputs: Outputs) => T): Promise<T> {
    const turn = this.last.then(async () => {
      fill(this.input);
      await this.session.run(this.feeds, this.fetches);
      return read(this.outputs);
    });
    this.last = turn.catch(() => {});
    return turn;
  }

  /** Waits for the runs that were asked for, then frees the session. */
  async close(): Promise<void> {
    await this.last;
    await this.session.release();
  }
}
