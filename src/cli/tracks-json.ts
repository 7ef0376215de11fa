/**
 * The document that `understudy tracks` writes:
 *
 *     { clip: {path, width, height, fps, frames}, view, viewReason, camera: {fx, fy, cx, cy, source},
 *       frames: [ {t, left: Hand | null, right: Hand | null, body: Body | null} ] }
 *     Hand  {state: 'seen' | 'filled', confidence, pixels: 21 × [x, y], metres: 21 × [x, y, z] in the camera frame}
 *     Body  {confidence, pixels: 33 × [x, y], metres: 33 × [x, y, z] hip-centred along the camera's axes, visibility: 33}
 */
import { ABSENT, FILLED, type LandmarkTrack } from '../core/types.ts';
import { readArtifact } from '../stages/artifact.ts';
import type { PerceivedClip } from '../stages/clip.ts';
import type { Shown } from '../stages/preview.ts';

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

/** @param motionDir folder of the artifact 'shown' */
export async function tracksJson({ clip, perception }: PerceivedClip, motionDir: string): Promise<string> {
  const shown = await readArtifact<Shown>(motionDir, 'shown');
  const { path, width, height, fps, frames, firstFrame } = clip;
  return `${JSON.stringify({
    clip: { path, width, height, fps, frames },
    view: perception.view,
    viewReason: perception.viewReason,
    camera: perception.camera,
    frames: Array.from({ length: frames }, (_, t) => ({
      t: rounded((firstFrame + t) / fps, 6),
      left: hand(shown.left, t),
      right: hand(shown.right, t),
      body: body(shown.body, t),
    })),
  })}\n`;
}
