/** The clips as episodes of three seconds: what was seen of the whole clip, and which parts of it are sound. */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { loadConfig, storeAccess } from '../../src/config.ts';
import type { Clip, Demonstration, Perception } from '../../src/core/types.ts';
import { reconstruct } from '../../src/motion/reconstruct.ts';
import { segment } from '../../src/motion/segment.ts';
import type { GoesOn } from '../../src/motion/segmentation/rest.ts';
import { SEGMENT_DEFAULTS } from '../../src/motion/segmentation/settings.ts';
import { judge } from '../../src/quality/gates.ts';
import { expandInputs } from '../../src/sources/resolve.ts';
import { acquire } from '../../src/stages/acquire.ts';
import { perceiveClip } from '../../src/stages/clip.ts';
import { MediaPool } from '../../src/stages/process.ts';
import { goesOn, spansOf } from '../../src/stages/spans.ts';
import type { StageContext } from '../../src/stages/stage.ts';
import { openStore } from '../../src/store/open.ts';

export interface PerceivedVideo {
  name: string;
  clip: Clip;
  perception: Perception;
  /** Whether the video goes on before and after the clip. */
  goesOn: GoesOn;
  /** Parts of about three seconds that the gates keep. */
  parts: Demonstration[];
}

const PART_S = 3;
/** Its picture breaks: no sound episode. */
const BROKEN = ['corrupt_tail.mp4'];

/** All videos of a folder, or those named. */
export async function perceivedVideos(folder: string, names?: readonly string[]): Promise<PerceivedVideo[]> {
  const config = loadConfig({});
  const media = new MediaPool(config.workers);
  const context: StageContext = {
    config,
    store: await openStore(config.store, storeAccess(config)),
    media,
    report: () => {},
  };
  const videos: PerceivedVideo[] = [];
  try {
    const usable = (name: string) => name.endsWith('.mp4') && !BROKEN.includes(name);
    for (const file of names ?? readdirSync(folder).filter(usable)) {
      const { items } = await expandInputs([path.join(folder, file)]);
      const acquired = await acquire(context, items[0]);
      const spans = spansOf(acquired);
      for (const span of spans) {
        const { clip, perception } = await perceiveClip(context, acquired, span);
        const motion = reconstruct(perception, clip);
        const around = goesOn(spans, span);
        const demonstrations = segment(motion, '', SEGMENT_DEFAULTS, around);
        const parts = demonstrations
          .flatMap(part => piecesOf(part, clip.fps))
          .filter(part => judge(motion, part).keep);
        videos.push({ name: file, clip, perception, goesOn: around, parts });
      }
    }
  } finally {
    media.close();
  }
  return videos;
}

/** Pieces of equal length, as near to PART_S as they divide the part. */
function piecesOf(part: Demonstration, fps: number): Demonstration[] {
  const frames = part.end - part.start;
  const count = Math.max(1, Math.round(frames / (PART_S * fps)));
  const at = (i: number) => part.start + Math.round((i * frames) / count);
  return Array.from({ length: count }, (_, i) => ({ ...part, start: at(i), end: at(i + 1) }));
}
