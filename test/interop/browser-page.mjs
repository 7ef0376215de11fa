/** Runs in the page of browser-reader.test.ts, beside the built reader: everything that it reads, as plain values. */
import { openDataset } from './reader.js';

const address = new URL('set', location.href).href;
const key = 'observation.images.main';

/** The grey level of an episode's frame, as a <video> element shows it. */
async function greyOf(dataset, episode, frame) {
  const { url, fromS } = dataset.video(episode, key);
  const video = Object.assign(document.createElement('video'), { src: url, muted: true });
  await new Promise((done, failed) =>
    Object.assign(video, { onloadeddata: done, onerror: () => failed(video.error) }),
  );
  video.currentTime = fromS + (frame + 0.5) / dataset.fps;
  await new Promise(done => Object.assign(video, { onseeked: done }));
  const context = new OffscreenCanvas(1, 1).getContext('2d');
  // A picture that has been sought is not always there to be drawn at once: until then nothing is, not even black.
  for (;;) {
    context.drawImage(video, 0, 0);
    const [grey, , , alpha] = context.getImageData(0, 0, 1, 1).data;
    if (alpha > 0) return grey;
    await new Promise(done => setTimeout(done, 20));
  }
}

/** Columns and windows of one episode, and one picture of it. */
window.read = async (episode, frame) => {
  const dataset = await openDataset(address);
  const { action } = await dataset.columns(episode, ['action']);
  const windows = [];
  const deltaTimestamps = { action: [0, 1 / dataset.fps] };
  for await (const { task, padding } of dataset.frames({
    episodes: [episode],
    columns: ['action'],
    deltaTimestamps,
  }))
    windows.push([task, padding.action[1]]);
  return {
    lengths: dataset.episodes.map(({ length }) => length),
    action: Array.from(action),
    windows,
    grey: await greyOf(dataset, episode, frame),
    refused: await openDataset(`${address}/nothing`).catch(error => `${error.name}: ${error.message}`),
  };
};
