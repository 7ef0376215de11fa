/**
 * Running @mediapipe/tasks-vision in Node. The package expects a browser's worker: a few globals stand in while a
 * task is created. Its WebAssembly loader is an ES module and runs in Node as it is.
 */
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { ModelError } from '../../../src/core/errors.ts';
import type { RgbFrame } from '../../../src/core/types.ts';
import { SoftwareCanvas } from './webgl.ts';

/** A landmark in shares of the frame's sides, or in m for world landmarks. */
export interface Landmark {
  x: number;
  y: number;
  z: number;
  visibility: number;
}

/** What both landmarkers answer; `handedness` is the hand landmarker's. */
export interface LandmarkerResult {
  landmarks: Landmark[][];
  worldLandmarks: Landmark[][];
  handedness?: { categoryName: string; score: number }[][];
}

export interface Landmarker {
  /** Landmarks in the next frame of a video. Blocks; times increase. */
  detect(frame: RgbFrame, timeMs: number): LandmarkerResult;
  /** A fresh graph: nothing is tracked. */
  restart(): Promise<void>;
  close(): void;
}

/** The part of the package that is used; its own types need a browser's. */
interface Task {
  detectForVideo(frame: RgbFrame, timeMs: number): LandmarkerResult;
  setOptions(options: object): Promise<void>;
  close(): void;
}
/** Where the package finds its WebAssembly. */
interface WasmFiles {
  wasmLoaderPath: string;
  wasmBinaryPath: string;
}

type TaskName = 'HandLandmarker' | 'PoseLandmarker';
type TaskClass = { createFromOptions(files: object, options: object): Promise<Task> };

const PACKAGE: string = '@mediapipe/tasks-vision';

/**
 * @param bundle bytes of a .task file.
 * @param options the task's own, such as numHands.
 * @throws ModelError if the package is missing or refuses the bundle.
 */
export const startLandmarker = async (
  name: TaskName,
  bundle: Uint8Array,
  options: Record<string, number>,
): Promise<Landmarker> => {
  const task = await asWorker(async files => {
    try {
      const tasks = (await import(PACKAGE)) as Record<TaskName, TaskClass>;
      return await tasks[name].createFromOptions(files, {
        ...options,
        baseOptions: { modelAssetBuffer: bundle, delegate: 'CPU' },
        canvas: new SoftwareCanvas(),
        runningMode: 'VIDEO',
      });
    } catch (cause) {
      throw new ModelError(`${PACKAGE} cannot start its ${name}: install the version in package.json`, cause);
    }
  });
  return {
    detect: (frame, timeMs) => task.detectForVideo(frame, timeMs),
    restart: () => asWorker(() => task.setOptions({ runningMode: 'VIDEO' })),
    close: () => task.close(),
  };
};

/** Graphs are built one after another: the package hands its module over through a global. */
let last: Promise<unknown> = Promise.resolve();

/** Runs an action that builds a graph, with the globals of a browser's worker in place. */
const asWorker = <T>(action: (files: WasmFiles) => Promise<T>): Promise<T> => {
  const turn = last.then(async () => {
    const workerGlobals = new TemporaryGlobals();
    try {
      const { files, factory } = await loadWasm();
      workerGlobals.define('self', globalThis);
      workerGlobals.define('OffscreenCanvas', SoftwareCanvas);
      workerGlobals.define('importScripts', () => workerGlobals.define('ModuleFactory', factory));
      // The graph's own log would end up on our standard output; what matters is thrown.
      workerGlobals.define('Module', { print: () => {}, printErr: () => {} });
      // Node 20 has no navigator.
      if (!('navigator' in globalThis)) workerGlobals.define('navigator', { userAgent: 'node' });
      return await action(files);
    } finally {
      workerGlobals.restore();
    }
  });
  last = turn.catch(() => {});
  return turn;
};

/** The package's WebAssembly and the factory that its loader exports. */
const loadWasm = async (): Promise<{ files: WasmFiles; factory: unknown }> => {
  try {
    const { resolve } = createRequire(import.meta.url);
    const files = {
      wasmLoaderPath: resolve(`${PACKAGE}/vision_wasm_module_internal.js`),
      wasmBinaryPath: resolve(`${PACKAGE}/vision_wasm_module_internal.wasm`),
    };
    const loader = (await import(pathToFileURL(files.wasmLoaderPath).href)) as { default: unknown };
    return { files, factory: loader.default };
  } catch (cause) {
    throw new ModelError(`${PACKAGE} is missing or incomplete: install the version in package.json`, cause);
  }
};

/** Globals that are put back as they were. */
class TemporaryGlobals {
  private readonly undo: (() => void)[] = [];

  define(name: string, value: unknown): void {
    const before = Object.getOwnPropertyDescriptor(globalThis, name);
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
    this.undo.push(() => {
      if (before) Object.defineProperty(globalThis, name, before);
      else Reflect.deleteProperty(globalThis, name);
    });
  }

  restore(): void {
    for (const undo of this.undo.reverse()) undo();
  }
}
