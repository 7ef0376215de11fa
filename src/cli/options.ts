/** Flags that several commands share, and how they become a configuration. */
import { type Command, InvalidArgumentError } from 'commander';
import { type Config, loadConfig } from '../config.ts';

const numbers = (count: number, form: string) => (text: string) => {
  const values = text.split(/[,x]/).map(Number);
  if (values.length !== count || values.some(value => !(value > 0)))
    throw new InvalidArgumentError(
      `expected ${form}, for example ${form === 'WxH' ? '640x360' : '900,900,640,360'}.`,
    );
  return values;
};

const rate = (text: string) => {
  if (!(Number(text) > 0)) throw new InvalidArgumentError('expected frames per second, for example 30.');
  return Number(text);
};

/** A number in digits. */
export const whole = (least: number, most?: number) => (text: string) => {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < least || (most !== undefined && value > most))
    throw new InvalidArgumentError(
      `expected a whole number from ${least}${most === undefined ? '' : ` to ${most}`}.`,
    );
  return value;
};

/** Flags of everything that looks at video. */
export const perceptionFlags = (command: Command): Command =>
  command
    .option('--fps <rate>', 'frames per second of the grid (default 30)', rate)
    .option('--view <view>', 'auto, third-person or egocentric (default auto)')
    .option('--estimator <name>', 'onnx or tasks-vision (default onnx)')
    .option('--hand-model <variant>', 'lite or full (default full)')
    .option('--body-model <variant>', 'lite, full or heavy (default full)')
    .option('--hand-network <file>', 'JSON file that describes a hand network of your own')
    .option('--body-network <file>', 'JSON file that describes a body network of your own')
    .option(
      '--intrinsics <fx,fy,cx,cy>',
      'camera in px of the upright frame (default: assumed)',
      numbers(4, 'fx,fy,cx,cy'),
    )
    .option('--workers <n>', 'processes that decode and read (default one per processor)', whole(0, 256))
    .option('--cache <dir>', 'where finished stages are kept (default ~/.cache/understudy)')
    .option('--config <file>', 'JSON file with settings');

export const imageSizeFlag = numbers(2, 'WxH');

export interface SharedFlags extends Partial<Omit<Config, 'cacheDir'>> {
  cache?: string;
  config?: string;
}

/** @throws ConfigError */
export function configFrom(flags: SharedFlags, own: Partial<Config> = {}): Config {
  const { cache, config: file, fps, view, estimator, intrinsics, workers } = flags;
  const { handModel, bodyModel, handNetwork, bodyNetwork } = flags;
  const models = { estimator, handModel, bodyModel, handNetwork, bodyNetwork };
  return loadConfig({ fps, view, ...models, intrinsics, workers, cacheDir: cache, ...own }, file);
}

/** Aborts on Ctrl-C and on SIGTERM: finished stages are kept. A second Ctrl-C ends at once. */
export function interruptible(): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const)
    process.once(name, () => controller.abort(new DOMException('interrupted', 'AbortError')));
  return controller.signal;
}
