/**
 * Hands against dex-retargeting, arms against mink: same input, same run, one core; seconds are processor time.
 *
 *   npm run bench -- retarget [--json] [--plot FILE.svg] [--hands inspire,leap] [--frames 621] [--random 100]
 *
 * Hands: the motion that dex-retargeting ships for its profiler and random reachable targets, as its own tests make
 * them, for its three objectives with its own configurations; its low-pass filter is off, which favours it. Ours
 * minimises the same objective over the whole motion, once without speed limits and almost without smoothing (as
 * dex-retargeting) and once as shipped. Arms: a random feasible motion of the G1's waist and arms, wrists as poses.
 * The peers live in an environment of their own, outside of the repository: scripts/python-peers.sh makes it on the
 * first run.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { clips } from '../test/clips.ts';
import { compareArms } from './retarget/arms.ts';
import { compareHand, type HandComparison } from './retarget/hands.ts';
import { ask, onOneCore, type PeerResult, peersPython } from './retarget/peers.ts';
import { plot, type Row } from './retarget/plot.ts';

/** Registry name and what dex-retargeting calls it. */
const HANDS: Record<string, string> = {
  inspire: 'inspire_hand',
  allegro: 'allegro_hand',
  leap: 'leap_hand',
  shadow: 'shadow_hand',
  ability: 'ability_hand',
  svh: 'schunk_svh_hand',
};

const WIDTHS = [-9, -10, -8, 9, 8, 7, 9, 8, 11, 10, 10, 16, 7];
const columns = (cells: readonly string[]) =>
  cells.map((cell, i) => (WIDTHS[i] < 0 ? cell.padEnd(-WIDTHS[i]) : cell.padStart(WIDTHS[i]))).join(' ');

const line = (name: string, { objective, input, ours, shipped, theirs }: HandComparison): string =>
  columns([
    name,
    objective,
    input,
    ours.framesPerS.toFixed(0),
    theirs.framesPerS.toFixed(0),
    (ours.framesPerS / theirs.framesPerS).toFixed(1),
    ours.errorMm.toFixed(3),
    theirs.errorMm.toFixed(3),
    shipped?.errorMm.toFixed(3) ?? '',
    ours.loss.toExponential(3),
    theirs.loss.toExponential(3),
    ours.beyondDeg.toFixed(2),
    theirs.beyondDeg.toFixed(2),
  ]);

const { values: flags } = parseArgs({
  options: {
    json: { type: 'boolean' },
    plot: { type: 'string' },
    hands: { type: 'string', default: Object.keys(HANDS).join(',') },
    frames: { type: 'string', default: '621' },
    random: { type: 'string', default: '100' },
  },
});

const robots = `${clips}/../robots`;
const motion = `${clips}/../truth/single_hand.joints.json`;

if (!existsSync(robots) || !existsSync(motion)) {
  console.error(`needs ${robots} and ${motion}; UNDERSTUDY_CLIPS says where clips/, robots/ and truth/ lie`);
  process.exitCode = 2;
} else if (onOneCore()) {
  const python = peersPython();
  const say = (line: string) => flags.json || console.log(line);
  const rows: Row[] = [];

  const chosen = flags.hands.split(',').filter(Boolean);
  const keypoints = (JSON.parse(readFileSync(motion, 'utf8')) as number[][][]).slice(0, Number(flags.frames));
  const hands: HandComparison[] = [];
  if (chosen.length > 0) {
    say('mean error in mm: distance from the objective’s vectors or points, weighted as the objective is');
    say(
      columns([
        'hand',
        'objective',
        'input',
        'frames/s',
        'theirs',
        'ratio',
        'error mm',
        'theirs',
        'as shipped',
        'loss',
        'theirs',
        'beyond limits °',
        'theirs',
      ]),
    );
    const job = {
      urdf: `${robots}/dex_hands`,
      keypoints,
      hands: chosen.map(name => HANDS[name]),
      random: Number(flags.random),
      seed: 7,
    };
    for await (const result of ask<PeerResult>(python, 'hands', job)) {
      const name = Object.keys(HANDS).find(key => HANDS[key] === result.hand)!;
      const row = await compareHand(`${name}-hand-right`, result, keypoints);
      hands.push(row);
      say(line(name, row));
      rows.push({
        name: `${name} ${row.objective} ${row.input}`,
        ours: { framesPerS: row.ours.framesPerS, error: row.ours.errorMm },
        theirs: { framesPerS: row.theirs.framesPerS, error: row.theirs.errorMm },
        unit: 'mm',
      });
    }
  }

  const arms = await compareArms(python, `${robots}/unitree/g1_29dof_rev_1_0_with_inspire_hand_DFQ.urdf`);
  say('');
  for (const [who, side] of [
    ['ours', arms.ours],
    ['mink', arms.theirs],
  ] as const)
    say(
      `arms, 300 frames: ${who}  ${side.framesPerS.toFixed(0)} frames/s, wrist ${side.errorMm.toFixed(3)} mm, ${side.errorDeg.toFixed(3)}°`,
    );
  rows.push({
    name: 'G1 waist and arms',
    ours: { framesPerS: arms.ours.framesPerS, error: arms.ours.errorMm },
    theirs: { framesPerS: arms.theirs.framesPerS, error: arms.theirs.errorMm },
    unit: 'mm',
  });
  if (flags.json) console.log(JSON.stringify({ hands, arms }));
  if (flags.plot) writeFileSync(flags.plot, plot(rows));
}
