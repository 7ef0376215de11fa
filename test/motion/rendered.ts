/** Rendered people with exact 3D truth, read as if a perfect (or noisy) network had seen them. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { BODY_LANDMARKS, HAND_LANDMARKS, SIDES, type Side } from '../../src/core/skeletons.ts';
import { type Clip, type LandmarkTrack, type Perception, SEEN } from '../../src/core/types.ts';
import { clips } from '../clips.ts';
import { normals } from '../random.ts';

const fileOf = (name: string) => path.join(clips, '../rendered', `${name}-s5.json`);
export const haveRendered = existsSync(fileOf('pick'));

interface Joints {
  xyz: number[][];
  px: number[][];
  vis: number[];
}
export interface Truth {
  fps: number;
  width: number;
  height: number;
  frames: number;
  intrinsics: { fx: number; fy: number; cx: number; cy: number };
  bodyMediapipeIndex: number[];
  data: ({ body: Joints } & Record<Side, Joints & { state: string }>)[];
}
const NO_TRUTH: Truth = {
  fps: 30,
  width: 1,
  height: 1,
  frames: 0,
  intrinsics: { fx: 1, fy: 1, cx: 0, cy: 0 },
  bodyMediapipeIndex: [],
  data: [],
};
/** Where nothing is rendered, nothing: skipped tests are still collected, and read their truth while they are. */
export const truthOf = (name: string): Truth =>
  haveRendered ? (JSON.parse(readFileSync(fileOf(name), 'utf8')) as Truth) : NO_TRUTH;

export const clipOf = (truth: Truth): Clip => ({
  id: 'truth',
  path: '',
  firstFrame: 0,
  width: truth.width,
  height: truth.height,
  fps: truth.fps,
  frames: truth.data.length,
});

export interface Noise {
  /** px. */
  pixels: number;
  /** m. */
  metres: number;
  /** Share by which the size of the local points wavers from frame to frame. */
  scale: number;
}
const EXACT: Noise = { pixels: 0, metres: 0, scale: 0 };

/** What a network would say of the truth: hand- and hip-centred points along the axes of the viewing ray. */
export function perceive(truth: Truth, view: Perception['view'], noise: Noise = EXACT): Perception {
  const random = normals(7);
  const hand = (side: Side) =>
    track('hand', side, HAND_LANDMARKS, truth, noise, random, t => {
      const { xyz, px } = truth.data[t][side];
      return { xyz, px, landmarks: xyz.map((_, k) => k) };
    });
  const body = track('body', null, BODY_LANDMARKS, truth, noise, random, t => {
    const { xyz, px } = truth.data[t].body;
    return { xyz, px, landmarks: truth.bodyMediapipeIndex };
  });
  if (view === 'egocentric') body.state.fill(0);
  const [left, right] = SIDES.map(hand);
  return { view, viewReason: '', camera: { ...truth.intrinsics, source: 'flag' }, left, right, body };
}

function track(
  skeleton: 'hand' | 'body',
  side: Side | null,
  landmarks: number,
  truth: Truth,
  noise: Noise,
  random: () => number,
  at: (t: number) => { xyz: number[][]; px: number[][]; landmarks: number[] },
): LandmarkTrack {
  const frames = truth.data.length;
  const { fx, fy, cx, cy } = truth.intrinsics;
  const out: LandmarkTrack = {
    skeleton,
    side,
    frame: 'local',
    pixels: new Float32Array(frames * landmarks * 2),
    positions: new Float32Array(frames * landmarks * 3),
    confidence: new Float32Array(frames).fill(1),
    visibility: skeleton === 'body' ? new Float32Array(frames * landmarks).fill(1) : null,
    state: new Uint8Array(frames).fill(SEEN),
  };
  for (let t = 0; t < frames; t++) {
    const seen = at(t);
    const mean = [0, 1, 2].map(a => seen.xyz.reduce((sum, p) => sum + p[a], 0) / seen.xyz.length);
    const size = 1 + noise.scale * random();
    // The network looks along the ray to the shape: undo the turn from the optical axis to that ray.
    const u = seen.px.reduce((sum, p) => sum + (p[0] - cx) / fx, 0) / seen.px.length;
    const v = seen.px.reduce((sum, p) => sum + (p[1] - cy) / fy, 0) / seen.px.length;
    seen.landmarks.forEach((k, i) => {
      const i2 = 2 * (t * landmarks + k);
      const i3 = 3 * (t * landmarks + k);
      const p = alongRay(
        [0, 1, 2].map(a => seen.xyz[i][a] - mean[a]),
        u,
        v,
      );
      for (let a = 0; a < 2; a++) out.pixels[i2 + a] = seen.px[i][a] + noise.pixels * random();
      for (let a = 0; a < 3; a++) out.positions[i3 + a] = size * p[a] + noise.metres * random();
    });
  }
  return out;
}

/** p in the axes of a camera that is turned, without roll, to look along (u, v, 1): Rodrigues' formula. */
function alongRay(p: number[], u: number, v: number): number[] {
  const sine = Math.hypot(u, v);
  if (sine === 0) return p;
  const angle = -Math.atan2(sine, 1);
  const k = [-v / sine, u / sine, 0];
  const dot = k[0] * p[0] + k[1] * p[1];
  const cross = [k[1] * p[2], -k[0] * p[2], k[0] * p[1] - k[1] * p[0]];
  return p.map(
    (x, a) => x * Math.cos(angle) + cross[a] * Math.sin(angle) + k[a] * dot * (1 - Math.cos(angle)),
  );
}
