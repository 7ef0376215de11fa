/** `understudy report`: the quality and diversity of a dataset as one HTML page. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Command } from 'commander';
import { throwStoreFault } from '../core/faults.ts';
import { readMarker } from '../dataset/marker.ts';
import { openDataset } from '../dataset/open.ts';
import { assessDataset } from '../stages/assess.ts';
import { reportPage } from './report/page.ts';
import { say } from './say.ts';

export const reportCommand = (): Command =>
  new Command('report')
    .description('write the quality and diversity of a dataset as one HTML page')
    .argument('<dir>', 'a LeRobot dataset')
    .requiredOption('--out <file>', 'the page, .html')
    .action(async (dir: string, { out }: { out: string }) => {
      const dataset = await openDataset(dir);
      const page = reportPage({
        name: path.basename(path.resolve(dir)),
        robot: dataset.info.robotType,
        fps: dataset.fps,
        episodes: await assessDataset(dataset),
        rejected: (await readMarker(dir))?.rejected ?? {},
      });
      await writeFile(out, page).catch(error => throwStoreFault(out, error));
      say(out);
    });
