/** What was seen of the clips, put together as the montage is. */
import type { Clip, LandmarkTrack, Perception } from '../../src/core/types.ts';
import { joinRows } from '../../src/motion/shots.ts';
import { sliceRows } from '../../src/motion/slice.ts';
import type { PerceivedVideo } from '../quality/episodes.ts';
import type { MontageTruth, Shot } from './montage.ts';

/** @param pictures what was found in those of the montage: cuts, and how much they change */
export function spliced(
  { shots, frames, fps }: MontageTruth,
  videos: ReadonlyMap<string, PerceivedVideo>,
  pictures: Required<Pick<Perception, 'cuts' | 'pictureChange'>>,
): { clip: Clip; perception: Perception } {
  const first = videos.get(shots[0].file)!;
  const track = (name: 'left' | 'right' | 'body') =>
    joinRows(shots.flatMap(shot => pieces(videos.get(shot.file)!, shot, name, first)));
  return {
    clip: { ...first.clip, firstFrame: 0, frames, fps },
    perception: {
      ...first.perception,
      left: track('left'),
      right: track('right'),
      body: track('body'),
      ...pictures,
    },
  };
}

/** The tracks of one shot: until the held frame, it again and again, and on; pixels brought to the first clip's camera. */
function pieces(
  { perception }: PerceivedVideo,
  { start, end, holdAt, hold }: Shot,
  name: 'left' | 'right' | 'body',
  { perception: { camera } }: PerceivedVideo,
): LandmarkTrack[] {
  const own = perception.camera;
  const rows = (from: number, to: number): LandmarkTrack => {
    const part = sliceRows(perception[name], perception[name].state.length, from, to);
    const pixels = part.pixels.map((v, i) =>
      i % 2 === 0
        ? camera.cx + ((v - own.cx) / own.fx) * camera.fx
        : camera.cy + ((v - own.cy) / own.fy) * camera.fy,
    );
    return { ...part, pixels };
  };
  if (hold === 0) return [rows(start, end)];
  const held = rows(start + holdAt - 1, start + holdAt);
  return [rows(start, start + holdAt), ...Array<LandmarkTrack>(hold).fill(held), rows(start + holdAt, end)];
}
