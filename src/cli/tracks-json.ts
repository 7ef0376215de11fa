/**
 * The document that `understudy tracks` writes:
 *
 *     { clip: {path, width, height, fps, frames}, view, viewReason, camera: {fx, fy, cx, cy, source},
 *       frames: [ {t, left: Hand | null, right: Hand | null, body: Body | null} ] }
 *     Hand  {state: 'seen' | 'filled', confidence, pixels: 21 × [x, y], metres: 21 × [x, y, z] in the camera frame}
 *     Body  {confidence, pixels: 33 × [x, y], metres: 33 × [x, y, z] hip-centred along the camera's axes, visibility: 33}
 */
import { ABSENT, FILLED, type LandmarkTrack } from '../core/types.ts';
import type { TrackedSpan } from '../stages/tracks.ts';
import { readArtifact } from '../store/artifact.ts';

const rounded = (value: number, digits: number) => Math.round(value * 10 ** digits) / 10 ** digits;

/** Rows of `width` values of frame t. */
function points(values: Float32Array, t: number, count: number, width: number, digits: number): number[][] {
  return Array.from({ length: count }, (_, k) =>
    Array.from({ length: width }, (_, d) => rounded(values[(t * count + k) * width + d], digits)),
  );
}

function hand(track: LandmarkTrack, t: number) {
  if (track.state[t] === ABSENT) return null;
  return {
    state: track.state[t] === FILLED ? 'filled' : 'seen',
    confidence: rounded(track.confidence[t], 4),
    pixels: points(track.pixels, t, 21, 2, 2),
    metres: points(track.positions, t, 21, 3, 5),
  };
}

function body(track: LandmarkTrack, t: number) {
  if (track.state[t] === ABSENT) return null;
  return {
    confidence: rounded(track.confidence[t], 4),
    pixels: points(track.pixels, t, 33, 2, 2),
    metres: points(track.positions, t, 33, 3, 5),
    visibility: Array.from(track.visibility!.subarray(33 * t, 33 * (t + 1)), v => rounded(v, 4)),
  };
}

/** The document in pieces, one frame each; one span is in memory at a time. View and reason are the longest span's. */
export async function* tracksJson(spans: readonly TrackedSpan[]): AsyncGenerator<string> {
  const longest = spans.reduce((a, b) => (b.clip.frames > a.clip.frames ? b : a));
  const { path, width, height, fps } = longest.clip;
  const frames = spans.reduce((sum, { clip }) => sum + clip.frames, 0);
  const { view, viewReason, camera } = longest;
  const head = { clip: { path, width, height, fps, frames }, view, viewReason, camera };
  yield `${JSON.stringify(head).slice(0, -1)},"frames":[`;
  for (const [i, { clip, dir }] of spans.entries()) {
    const shown = await readArtifact(dir, 'shown');
    for (let t = 0; t < clip.frames; t++) {
      const frame = {
        t: rounded((clip.firstFrame + t) / fps, 6),
        left: hand(shown.left, t),
        right: hand(shown.right, t),
        body: body(shown.body, t),
      };
      yield `${i + t > 0 ? ',\n' : '\n'}${JSON.stringify(frame)}`;
    }
  }
  yield ']}\n';
}
