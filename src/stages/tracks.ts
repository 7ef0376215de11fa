/** The landmarks of one video, without a robot: what `understudy tracks` and the benchmarks look at. */
import type { SourceItem } from '../sources/item.ts';
import { acquire } from './acquire.ts';
import { type PerceivedClip, perceiveClip, reconstructClip } from './clip.ts';
import { spansOf } from './spans.ts';
import type { StageContext } from './stage.ts';

/** One span of a video: its clip and perception, and the folder of its artifacts 'motion' and 'shown'. */
export interface TrackedSpan extends Omit<PerceivedClip, 'dir' | 'key' | 'perception'> {
  view: PerceivedClip['perception']['view'];
  viewReason: string;
  camera: PerceivedClip['perception']['camera'];
  dir: string;
}

/** Spans in order; their landmarks stay on disk. Throws the tagged errors of the stages. */
export async function trackVideo(context: StageContext, item: SourceItem): Promise<TrackedSpan[]> {
  const media = await acquire(context, item);
  const spans: TrackedSpan[] = [];
  for (const span of spansOf(media)) {
    const perceived = await perceiveClip(context, media, span);
    if (perceived.clip.frames === 0) break;
    const { dir } = await reconstructClip(context, perceived);
    const { view, viewReason, camera } = perceived.perception;
    spans.push({ clip: perceived.clip, models: perceived.models, view, viewReason, camera, dir });
  }
  return spans;
}
