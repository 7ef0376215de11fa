/** A dataset frame by frame, as a training loop takes it: state, the actions ahead, and the picture. `… [DATASET]` (example 01's) */
import { openDataset } from 'understudy';

const [address = 'out/example-01'] = process.argv.slice(2);

const dataset = await openDataset(address);
const { fps, videoKeys, features } = dataset.info;
console.log(`${dataset.episodes.length} episode(s) at ${fps} frames/s: ${Object.keys(features).join(', ')}`);

// Where the joints are to be in the next half second; beyond the end of an episode the last target is repeated.
const ahead = Array.from({ length: Math.round(fps / 2) }, (_, i) => i / fps);
const request = {
  episodes: [0],
  columns: ['observation.state', 'action'],
  images: videoKeys,
  deltaTimestamps: { action: ahead },
};
for await (const { frame, timestamp, task, values, padding, images } of dataset.frames(request)) {
  if (frame % fps !== 0) continue;
  const [picture] = images[videoKeys[0]] ?? [];
  const repeated = padding.action.filter(Boolean).length;
  console.log(
    `${timestamp.toFixed(1)} s, ${task}: ${values['observation.state'].length} joints, ` +
      `${ahead.length} targets ahead, ${repeated} of them repeated, ${picture?.width} × ${picture?.height} px`,
  );
}
