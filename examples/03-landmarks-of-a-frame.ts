/** One room by itself: the hands in the first second of a video. `npx tsx examples/03-landmarks-of-a-frame.ts [VIDEO]` */
import path from 'node:path';
import { loadConfig, loadEstimator, openFrames } from 'understudy';

const [video = 'examples/sample/pick.mp4'] = process.argv.slice(2);

const { cacheDir } = loadConfig();
const estimator = await loadEstimator('onnx', {
  cacheDir: path.join(cacheDir, 'networks'),
  hand: 'full',
  body: 'full',
});
for await (const { timeS, frame } of openFrames(video, { fps: 10, endS: 1 })) {
  const { hands } = await estimator.estimate(frame, timeS);
  const words = hands.map(({ right, presence, pixels }) => {
    const side = right > 0.5 ? 'right' : 'left';
    return `${side} hand (${presence.toFixed(2)}), wrist at ${pixels[0].toFixed(0)}, ${pixels[1].toFixed(0)} px`;
  });
  console.log(`${timeS.toFixed(1)} s: ${words.join('; ') || 'no hand'}`);
}
await estimator.close();
