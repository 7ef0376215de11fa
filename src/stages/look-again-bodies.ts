/**
 * The second look for bodies: where the person that is seen in most of a clip was lost, or read at another size,
 * read again with the engine's most careful network, in regions of the person's usual size. Walks into each
 * such stretch from both ends; a person stays about where it was.
 */
import { roiFromShoulders } from '../../models/estimators/onnx/body-tracker.ts';
import type { Estimator } from '../../models/estimators/types.ts';
import type { BodyReading, FrameReading, HandReading } from '../core/readings.ts';
import { type BodyJudgement, isPerson, type Person, type Size } from '../motion/view.ts';
import { type Grid, type Way, walk, waysInto } from './walk.ts';

/** A person is looked for at most this long after it was last seen, s. */
const REACH_S = 3;
/**
 * Sizes of the region that are tried, in those of the tracker. With an arm before the chest the network needs to
 * see more of the picture than usual.
 */
const SCALES = [1.25, 1];

/** Everything that following one body needs, as plain data. */
export interface FollowBodyArgs {
  path: string;
  grid: Grid;
  way: Way;
  /** The person's body in the frame beside the way. */
  from: BodyReading;
  /** Hands per frame of the way from `start`: a body that is theirs has its wrists there. */
  hands: HandReading[][];
  person: Person;
  /** Size of the upright frame. */
  size: Size;
}

export type FoundBody = { t: number; body: BodyReading };

/** Walk one way. @param onFrame called for every frame looked at */
export async function followBody(
  estimator: Estimator,
  { path, grid, way, from, hands, person, size }: FollowBodyArgs,
  onFrame: () => void,
): Promise<FoundBody[]> {
  if (!estimator.revisitBody) return [];
  const found: FoundBody[] = [];
  let last = from;
  for await (const [t, frame] of walk(path, grid, way)) {
    onFrame();
    const around = roiFromShoulders(last, person.shoulderWidthPx);
    const seen = { hands: hands[t - way.start], body: null };
    for (const scale of SCALES) {
      const region = { ...around, size: scale * around.size };
      const body = (await estimator.revisitBody(frame, [region])).find(one =>
        isPerson(one, seen, size, person),
      );
      if (!body) continue;
      found.push({ t, body });
      last = body;
      break;
    }
  }
  return found;
}

/**
 * Replaces the bodies of `readings` where the second look finds the person. Ways are independent of each other;
 * where two meet, each keeps the frames nearer to where it began.
 * @param size of the upright frame
 */
export async function lookAgainForBodies(
  path: string,
  grid: Grid,
  readings: FrameReading[],
  { credible, person }: BodyJudgement,
  size: Size,
  follow: (args: FollowBodyArgs) => Promise<FoundBody[]>,
): Promise<void> {
  if (!person) return;
  const ways = halved(waysInto(readings.length, t => credible[t] === 1, Math.round(REACH_S * grid.fps)));
  const found = await Promise.all(
    ways.map(way => {
      const from = readings[way.forwards ? way.start - 1 : way.end].body!;
      const hands = readings.slice(way.start, way.end).map(reading => reading.hands);
      return follow({ path, grid, way, from, hands, person, size });
    }),
  );
  for (const { t, body } of found.flat()) readings[t].body = body;
}

/** Two ways into one stretch share it: each goes to its middle. */
function halved(ways: readonly Way[]): Way[] {
  return ways.map((way, i) => {
    const other = way.forwards ? ways[i + 1] : ways[i - 1];
    if (!other || other.forwards === way.forwards || other.end <= way.start || way.end <= other.start)
      return way;
    const middle = Math.floor((Math.max(way.start, other.start) + Math.min(way.end, other.end)) / 2);
    return way.forwards ? { ...way, end: middle } : { ...way, start: middle };
  });
}
