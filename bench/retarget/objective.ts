/** What dex-retargeting minimises, as references and weights, and the same as residuals of ours. */
import type { KinematicTree } from '../../retarget/index.ts';
import {
  createState,
  forward,
  pointPosition,
  positionResidual,
  type Residual,
  treePoint,
  vectorResidual,
} from '../../retarget/index.ts';
import type { PeerResult } from './peers.ts';

/** V vectors (or points) through T frames. */
export interface Objective {
  /** Name of a vector's first link, null for a point in the root frame; and of its last link. */
  vectors: readonly { from: string | null; to: string }[];
  /** (T, V, 3) m. */
  references: Float64Array;
  /** (T, V). */
  weights: Float64Array;
  /** Distance from which the loss is linear, m. */
  huberM: number;
}

/** dex-retargeting's constants: optimizer.py of 0.5.0. */
const HUBER_M = 0.02;
const DEXPILOT = { huberM: 0.03, contactM: 0.03, apartM: 0.05, toThumbM: 1e-4, toFingerM: 3e-2 };

/** @param raw (T, V, 3) m: for DexPilot before it draws pinching fingers together. */
export function objectiveOf(result: PeerResult, raw: Float64Array, scaled: boolean): Objective {
  const vectors = result.links
    ? result.links.map(to => ({ from: null, to }))
    : result.tasks!.map((to, i) => ({ from: result.origins![i], to }));
  const V = vectors.length;
  const frames = raw.length / (3 * V);
  const references = scaled ? raw.slice() : raw.map(value => value * result.scale);
  const weights = new Float64Array(frames * V).fill(1);
  if (result.objective !== 'dexpilot') return { vectors, references, weights, huberM: HUBER_M };
  // V = F (F − 1) / 2 vectors between F fingertips, then F from the wrist; those to the thumb come first.
  const fingers = Math.round((Math.sqrt(8 * V + 1) - 1) / 2);
  const between = V - fingers;
  const pairs = pairsOf(fingers);
  const projected = new Uint8Array(between);
  for (let t = 0; t < frames; t++) {
    const at = (v: number) => 3 * (t * V + v);
    // Contact is judged on the person's own, unscaled vectors.
    const human = (v: number) => Math.hypot(...raw.subarray(at(v), at(v) + 3)) / (scaled ? result.scale : 1);
    pairs.forEach(([a, b], v) => {
      const length = human(v);
      if (a === 0) {
        if (length < DEXPILOT.contactM) projected[v] = 1;
        if (length > DEXPILOT.apartM) projected[v] = 0;
      } else projected[v] = projected[a - 1] && projected[b - 1] && length <= DEXPILOT.contactM ? 1 : 0;
      if (!projected[v]) return;
      const apart = (a === 0 ? DEXPILOT.toThumbM : DEXPILOT.toFingerM) / (length + 1e-6);
      for (let k = 0; k < 3; k++)
        references[at(v) + k] = (raw[at(v) + k] / (scaled ? result.scale : 1)) * apart;
      weights[t * V + v] = a === 0 ? 200 : 400;
    });
    weights.fill(between + fingers, t * V + between, (t + 1) * V);
  }
  return { vectors, references, weights, huberM: DEXPILOT.huberM };
}

/** Finger pairs in DexPilot's order: (0,1) (0,2) … (1,2) …; finger 0 is the thumb. */
function pairsOf(fingers: number): [number, number][] {
  const pairs: [number, number][] = [];
  for (let a = 0; a < fingers - 1; a++) for (let b = a + 1; b < fingers; b++) pairs.push([a, b]);
  return pairs;
}

/** The frames [start, end) as residuals; `gain` multiplies every weight. */
export function residualsOf(
  objective: Objective,
  tree: KinematicTree,
  gain: number,
  start: number,
  end: number,
): Residual[] {
  const V = objective.vectors.length;
  return objective.vectors.map(({ from, to }, v) => {
    const targets = new Float64Array(3 * (end - start));
    const weights = new Float64Array(end - start);
    for (let t = start; t < end; t++) {
      targets.set(objective.references.subarray(3 * (t * V + v), 3 * (t * V + v) + 3), 3 * (t - start));
      weights[t - start] = gain * objective.weights[t * V + v];
    }
    const options = { name: `${from ?? 'root'} → ${to}`, weights, huber: objective.huberM };
    const origin = (link: string) => ({ link, xyz: [0, 0, 0] as const });
    return from === null
      ? positionResidual(tree, origin(to), targets, options)
      : vectorResidual(tree, origin(from), origin(to), targets, options);
  });
}

export interface Errors {
  /** Mean distance from the references, weighted as the objective is, m. */
  meanM: number;
  /** Mean of the objective itself: Huber loss over β, as SmoothL1, weighted; without any prior. */
  loss: number;
}

/** @param q (T, n) */
export function measure(objective: Objective, tree: KinematicTree, q: ArrayLike<number>): Errors {
  const V = objective.vectors.length;
  const n = tree.dofNames.length;
  const state = createState(tree);
  const point = (link: string) => treePoint(tree, { link, xyz: [0, 0, 0] });
  const ends = objective.vectors.map(
    ({ from, to }) => [from === null ? null : point(from), point(to)] as const,
  );
  const [a, b] = [new Float64Array(3), new Float64Array(3)];
  let [sum, loss, total] = [0, 0, 0];
  const frames = q.length / n;
  for (let t = 0; t < frames; t++) {
    forward(tree, q, t * n, state);
    ends.forEach(([from, to], v) => {
      if (from) pointPosition(state, from, a, 0);
      pointPosition(state, to, b, 0);
      const r = objective.references.subarray(3 * (t * V + v), 3 * (t * V + v) + 3);
      const distance = Math.hypot(b[0] - a[0] - r[0], b[1] - a[1] - r[1], b[2] - a[2] - r[2]);
      const weight = objective.weights[t * V + v];
      const { huberM } = objective;
      sum += weight * distance;
      loss += weight * (distance < huberM ? (0.5 * distance * distance) / huberM : distance - huberM / 2);
      total += weight;
    });
  }
  return { meanM: sum / total, loss: loss / (frames * V) };
}
