/** The stages of a video, in their order (docs/architecture.md), in words. */
const STAGES: Readonly<Record<string, { words: string; unit: string }>> = {
  acquire: { words: 'fetching the video', unit: 'bytes' },
  probe: { words: 'looking at the file', unit: '' },
  perceive: { words: 'finding hands and body', unit: 'frames' },
  reconstruct: { words: 'reconstructing the motion', unit: 'frames' },
  retarget: { words: 'solving for the robot', unit: 'frames' },
  film: { words: 'cutting the film', unit: 'frames' },
  preview: { words: 'drawing the preview', unit: 'frames' },
  shard: { words: 'storing the episode', unit: '' },
};

export const stageWords = (name: string): string => STAGES[name]?.words ?? name;

/** '45 frames/s', '1.2 MB/s'; '' where it means nothing. */
export function speedText(stage: string, perSecond: number | null): string {
  const unit = STAGES[stage]?.unit ?? 'frames';
  if (perSecond === null || unit === '') return '';
  if (unit === 'bytes') return `${(perSecond / 1e6).toFixed(1)} MB/s`;
  return `${perSecond < 10 ? perSecond.toFixed(1) : Math.round(perSecond)} ${unit}/s`;
}
