/** The tracks of a clip as `understudy tracks` writes them. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { BODY_LANDMARKS, HAND_LANDMARKS, type Side } from '../../src/core/skeletons.ts';
import { FILLED, type LandmarkTrack, SEEN } from '../../src/core/types.ts';
import type { MeasuredTracks } from './hands.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

interface Shape {
  state?: 'seen' | 'filled';
  pixels: number[][];
}
interface TracksDocument {
  clip: { width: number; height: number; fps: number };
  view: MeasuredTracks['view'];
  frames: Record<Side | 'body', Shape | null>[];
}

/** @param intrinsics fx, fy, cx, cy in px, or null to assume them */
export function tracksOf(video: string, estimator: string, intrinsics: number[] | null): MeasuredTracks {
  const folder = mkdtempSync(path.join(tmpdir(), 'understudy-bench-'));
  try {
    const out = path.join(folder, 'tracks.json');
    const camera = intrinsics ? ['--intrinsics', intrinsics.join(',')] : [];
    execFileSync(
      process.execPath,
      [
        '--import',
        'tsx',
        'src/cli/main.ts',
        'tracks',
        video,
        '--out',
        out,
        '--estimator',
        estimator,
        ...camera,
      ],
      { cwd: root, stdio: ['ignore', 'ignore', 'pipe'] },
    );
    return measured(JSON.parse(readFileSync(out, 'utf8')) as TracksDocument);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function measured({ clip, view, frames }: TracksDocument): MeasuredTracks {
  const track = (name: Side | 'body'): LandmarkTrack => {
    const landmarks = name === 'body' ? BODY_LANDMARKS : HAND_LANDMARKS;
    const out: LandmarkTrack = {
      skeleton: name === 'body' ? 'body' : 'hand',
      side: name === 'body' ? null : name,
      frame: 'camera',
      pixels: new Float32Array(frames.length * landmarks * 2),
      positions: new Float32Array(frames.length * landmarks * 3),
      confidence: new Float32Array(frames.length),
      visibility: null,
      state: new Uint8Array(frames.length),
    };
    for (const [t, frame] of frames.entries()) {
      const shape = frame[name];
      if (!shape) continue;
      out.state[t] = shape.state === 'filled' ? FILLED : SEEN;
      out.pixels.set(shape.pixels.flat(), t * landmarks * 2);
    }
    return out;
  };
  const { width, height, fps } = clip;
  return { view, width, height, fps, left: track('left'), right: track('right'), body: track('body') };
}
