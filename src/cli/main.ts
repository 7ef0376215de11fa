#!/usr/bin/env node
/** The command line: one file per command. Exit codes: 0 done, 1 a defect of ours, 2 bad input. */
import { Command } from 'commander';
import { isUnderstudyError } from '../core/errors.ts';
import { VERSION } from '../version.ts';
import { datasetCommand } from './dataset.ts';
import { doctorCommand } from './doctor.ts';
import { exportCommand } from './export.ts';
import { filterCommand } from './filter.ts';
import { gcCommand } from './gc.ts';
import { inspectCommand } from './inspect.ts';
import { previewCommand } from './preview.ts';
import { removeCommand } from './remove.ts';
import { reportCommand } from './report.ts';
import { robotsCommand } from './robots.ts';
import { runCommand } from './run.ts';
import { complain } from './say.ts';
import { scoreCommand } from './score.ts';
import { serveCommand } from './serve.ts';
import { statusCommand } from './status.ts';
import { submitCommand } from './submit.ts';
import { tokensCommand } from './tokens.ts';
import { traceCommand } from './trace.ts';
import { tracksCommand } from './tracks.ts';
import { workerCommand } from './worker.ts';

const program = new Command('understudy')
  .description('Turn videos of people using their hands into humanoid robot demonstrations.')
  .version(VERSION)
  .exitOverride()
  .addCommand(runCommand())
  .addCommand(tracksCommand())
  .addCommand(inspectCommand())
  .addCommand(exportCommand())
  .addCommand(scoreCommand())
  .addCommand(filterCommand())
  .addCommand(reportCommand())
  .addCommand(traceCommand())
  .addCommand(removeCommand())
  .addCommand(datasetCommand())
  .addCommand(gcCommand())
  .addCommand(serveCommand())
  .addCommand(submitCommand())
  .addCommand(statusCommand())
  .addCommand(tokensCommand())
  .addCommand(workerCommand())
  .addCommand(previewCommand())
  .addCommand(robotsCommand())
  .addCommand(doctorCommand());
for (const command of program.commands) command.exitOverride().copyInheritedSettings(program);

// Whoever read along has seen enough (`… | head`): what is left to say is said to nobody, and the work goes on.
for (const stream of [process.stdout, process.stderr])
  stream.on('error', error => {
    if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw error;
  });

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof Error && 'exitCode' in error) {
    // Commander has said what was wrong with the words; help and version are no faults.
    process.exitCode = (error as { exitCode: number }).exitCode === 0 ? 0 : 2;
  } else if (isUnderstudyError(error)) {
    complain(error.message);
    process.exitCode = 2;
  } else if ((error as Error)?.name === 'AbortError') {
    complain('interrupted; what was finished is kept and the next run goes on from there');
    process.exitCode = 130;
  } else {
    complain(`${(error as Error).stack ?? error}`);
    process.exitCode = 1;
  }
}
