/** The main job from code: one video in, one dataset out. `npx tsx examples/01-run-from-code.ts [VIDEO] [OUT]` */
import { loadConfig, run } from 'understudy';

const [video = 'examples/sample/pick.mp4', out = 'out/example-01'] = process.argv.slice(2);

const result = await run({
  inputs: [video],
  out,
  config: loadConfig({ task: 'pick up the object', videoCodec: 'h264' }),
  on: event => {
    if (event.event === 'stage' && event.done === event.total) console.log(`${event.stage} done`);
  },
});

for (const { startS, endS, view, viewReason } of result.episodes)
  console.log(`${startS.toFixed(1)}-${endS.toFixed(1)} s, ${view}: ${viewReason}`);
for (const { source, reason } of result.rejected) console.log(`not kept: ${source}: ${reason}`);
console.log(`${result.episodes.length} episode(s) in ${result.out}`);
