/**
 * This project's perception on one clip, as a process of its own: video to tracks, networks already converted and
 * loaded. Arguments: clip, estimator, media processes, folder of the networks.
 */
import type * as PerceiveStage from '../../src/stages/perceive.ts';
import type * as Processes from '../../src/stages/process.ts';
import { FPS, HEIGHT, WIDTH } from './clip.ts';

// The built program, as it is run by its users: media processes without a TypeScript loader.
const built = (module: string): string => new URL(`../../dist/src/stages/${module}.js`, import.meta.url).href;
const { perceive } = (await import(built('perceive'))) as typeof PerceiveStage;
const { MediaPool } = (await import(built('process'))) as typeof Processes;

const [clip, estimator, workers, cacheDir] = process.argv.slice(2);
const say = (line: object) => process.stdout.write(`${JSON.stringify(line)}\n`);

const media = new MediaPool(Number(workers));
const engine = {
  estimator,
  handModel: 'full',
  bodyModel: 'full',
  handNetwork: null,
  bodyNetwork: null,
  cacheDir,
} as const;
// Every process loads its networks and reads a few frames.
const first = { ...engine, path: clip, fps: FPS, width: WIDTH, start: 0, end: 2, warmUp: 0 };
await Promise.all(Array.from({ length: media.size }, () => media.run('read', first)));

say({ at: 'start' });
const { durationS } = await media.run('probe', { path: clip });
const { tracks } = await perceive(
  {
    path: clip,
    width: WIDTH,
    height: HEIGHT,
    fps: FPS,
    startS: 0,
    endS: null,
    durationS,
    view: 'auto',
    engine,
  },
  media,
  {},
);
const { frames, left, right, body } = tracks;
const both = left.state.filter((state, t) => state && right.state[t]).length;
say({ at: 'end', frames, both, body: body.state.filter(Boolean).length });
process.stdin.resume().on('end', () => media.close());
