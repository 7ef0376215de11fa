/**
 * The second look for bodies: where the person that is seen in most of a clip was lost, or read at another size,
 * read again with the engine's most careful network, in regions of the person's usual size. Walks into each
 * such stretch from both ends; a person stays about where it was.
 */
import { roiFromShoulders } from '../../models/estimators/onnx/body-tracker.ts';
import type { Estimator } from '../../models/estimators/types.ts';
import type { BodyReading, FrameReading } from '../core/readings.ts';
import { type BodyJudgement, isPerson, type Size } from '../motion/view.ts';
import { type Grid, walk, waysInto } from './walk.ts';

/** A person is looked for at most this long after it was last seen, s. */
const REACH_S = 3;
/**
 * Sizes of the region that are tried, in those of the tracker. With an arm before the chest the network needs to
 * see more of the picture than usual.
 */
const SCALES = [1.25, 1];

/**
 * Replaces the bodies of `readings` where the second look finds the person.
 * @param size of the upright frame
 * @param onFrame called for every frame looked at
 */
export async function lookAgainForBodies(
  path: string,
  grid: Grid,
  estimator: Estimator,
  readings: FrameReading[],
  { credible, person }: BodyJudgement,
  size: Size,
  onFrame: () => void,
): Promise<void> {
  if (!estimator.revisitBody || !person) return;
  const found = Uint8Array.from(credible);
  const reach = Math.round(REACH_S * grid.fps);
  for (const way of waysInto(readings.length, t => credible[t] === 1, reach)) {
    let last = readings[way.forwards ? way.start - 1 : way.end].body!;
    for await (const [t, frame] of walk(path, grid, way)) {
      onFrame();
      if (found[t]) break;
      const around = roiFromShoulders(last, person.shoulderWidthPx);
      let body: BodyReading | undefined;
      for (const scale of SCALES) {
        const region = { ...around, size: scale * around.size };
        body = (await estimator.revisitBody(frame, [region])).find(one =>
          isPerson(one, readings[t], size, person),
        );
        if (body) break;
      }
      if (!body) continue;
      readings[t].body = body;
      found[t] = 1;
      last = body;
    }
  }
}
