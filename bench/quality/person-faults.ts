/** Faults of what was seen: put into the tracks of a clip before its motion is reconstructed and retargeted. */
import { SIDES } from '../../src/core/skeletons.ts';
import {
  ABSENT,
  type Demonstration,
  type HumanMotion,
  type LandmarkTrack,
  type Perception,
} from '../../src/core/types.ts';
import type { Random } from '../../test/random.ts';

type Part = Pick<Demonstration, 'start' | 'end'>;

export interface PersonFault {
  /** What is done, in words. */
  what: string;
  /** @param parts the episodes, frames [start, end): each gets its share of the fault */
  tracks?: (perception: Perception, parts: readonly Part[], fps: number, random: Random) => Perception;
  motion?: (motion: HumanMotion, random: Random) => HumanMotion;
}

/** Bursts of frames [start, end) inside each part that together cover about `share` of it. */
const bursts = (parts: readonly Part[], share: number, longest: number, random: Random): Part[] =>
  parts.flatMap(part => {
    const found: Part[] = [];
    const frames = part.end - part.start;
    for (let covered = 0; covered < share * frames; ) {
      const length = random.integer(Math.max(1, longest >> 2), longest + 1);
      const start = part.start + random.integer(0, Math.max(1, frames - length));
      found.push({ start, end: Math.min(part.end, start + length) });
      covered += length;
    }
    return found;
  });

const copy = (track: LandmarkTrack): LandmarkTrack => ({
  ...track,
  pixels: track.pixels.slice(),
  positions: track.positions.slice(),
  confidence: track.confidence.slice(),
  visibility: track.visibility?.slice() ?? null,
  state: track.state.slice(),
});
const copies = (p: Perception): Perception => ({
  ...p,
  left: copy(p.left),
  right: copy(p.right),
  body: copy(p.body),
});

/** Row t of every array of a track. */
function rows(track: LandmarkTrack, t: number): (Float32Array | Uint8Array)[] {
  const T = track.state.length;
  return [track.pixels, track.positions, track.confidence, track.state, track.visibility]
    .filter(values => values !== null)
    .map(values => values.subarray((values.length / T) * t, (values.length / T) * (t + 1)));
}
function copyRow(from: LandmarkTrack, s: number, to: LandmarkTrack, t: number): void {
  const source = rows(from, s);
  for (const [i, row] of rows(to, t).entries()) row.set(source[i]);
}

export const PERSON_FAULTS: Record<string, PersonFault> = {
  drops: {
    what: 'the tracker loses hands and body in bursts of 1/8 … 1/2 s, 35 % of the frames',
    tracks(perception, parts, fps, random) {
      const out = copies(perception);
      for (const { start, end } of bursts(parts, 0.35, Math.round(fps / 2), random))
        for (const track of [out.left, out.right, out.body]) track.state.fill(ABSENT, start, end);
      return out;
    },
  },
  swaps: {
    what: 'the left hand is called the right one and the other way round, for 0.2 … 0.8 s at a time, 30 % of the frames',
    tracks(perception, parts, fps, random) {
      const out = copies(perception);
      for (const { start, end } of bursts(parts, 0.3, Math.round(0.8 * fps), random))
        for (let t = start; t < end; t++) {
          copyRow(perception.left, t, out.right, t);
          copyRow(perception.right, t, out.left, t);
        }
      return out;
    },
  },
  jitter: {
    what: 'noise on every landmark, in the picture 15 % of the palm and 10 mm in its own frame',
    tracks(perception, _parts, _fps, random) {
      const out = copies(perception);
      for (const side of SIDES) {
        const { pixels, positions, state } = out[side];
        for (let t = 0; t < state.length; t++) {
          if (state[t] === ABSENT) continue;
          const palm = Math.hypot(
            pixels[42 * t + 18] - pixels[42 * t],
            pixels[42 * t + 19] - pixels[42 * t + 1],
          );
          // The hand as a whole jumps, and every landmark a little more.
          const whole = [random.normal(), random.normal()].map(n => 0.15 * palm * n);
          for (let i = 0; i < 42; i++) pixels[42 * t + i] += whole[i % 2] + 0.05 * palm * random.normal();
          for (let i = 0; i < 63; i++) positions[63 * t + i] += 0.01 * random.normal();
        }
      }
      return out;
    },
  },
  'time warp': {
    what: 'frames shown at other times: a picture rate that swings, as in screen recordings; up to 0.3 s off',
    tracks(perception, _parts, fps, random) {
      const out = copies(perception);
      const T = out.left.state.length;
      const [period, phase] = [(1.2 + random.uniform()) * fps, 2 * Math.PI * random.uniform()];
      for (let t = 0; t < T; t++) {
        const s = Math.round(t + 0.3 * fps * Math.sin((2 * Math.PI * t) / period + phase));
        const from = Math.max(0, Math.min(T - 1, s));
        for (const name of ['left', 'right', 'body'] as const) copyRow(perception[name], from, out[name], t);
      }
      return out;
    },
  },
  scale: {
    what: 'hands and their distances 1.4 times too large, or too small',
    motion(motion, random) {
      const factor = random.uniform() < 0.5 ? 1.4 : 1 / 1.4;
      const hand = (side: 'left' | 'right') => ({
        ...motion.hands[side],
        wrist: motion.hands[side].wrist.map(x => x * factor),
        landmarks: motion.hands[side].landmarks.map(x => x * factor),
        palmLengthM: motion.hands[side].palmLengthM * factor,
      });
      return { ...motion, hands: { left: hand('left'), right: hand('right') } };
    },
  },
  frozen: {
    what: 'the tracker repeats one picture for 40 % of the time',
    tracks(perception, parts, _fps, random) {
      const out = copies(perception);
      for (const { start, end } of parts) {
        const first = start + random.integer(0, Math.round(0.5 * (end - start)));
        for (let t = first; t < Math.min(end, first + 0.4 * (end - start)); t++)
          for (const name of ['left', 'right', 'body'] as const)
            copyRow(perception[name], first, out[name], t);
      }
      return out;
    },
  },
};
