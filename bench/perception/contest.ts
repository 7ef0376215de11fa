/** One contender: a process that says when it starts and ends, watched from outside. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { usage } from '../measures/processes.ts';

export interface Measurement {
  framesPerS: number;
  /** Processor time of all its processes, ms per frame. */
  cpuMsPerFrame: number;
  /** Largest sum of its processes' resident memory, MB. */
  peakMb: number;
  frames: number;
  /** Share of the frames with both hands, and with a body. */
  both: number;
  body: number;
}

const SAMPLE_EVERY_MS = 100;

/** @throws Error with the last line that the process wrote to its standard error, when it fails. */
export async function measure(command: string, words: readonly string[]): Promise<Measurement> {
  const child = spawn(command, words, { stdio: ['pipe', 'pipe', 'pipe'] });
  let complaint = '';
  child.stderr.on('data', chunk => {
    complaint = (complaint + chunk).slice(-4000);
  });
  const ended = new Promise<void>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', code =>
      code === 0 ? resolve() : reject(new Error(complaint.trim().split('\n').at(-1) || `exit code ${code}`)),
    );
  });
  ended.catch(() => {});
  let peakMb = 0;
  const sampler = setInterval(() => {
    peakMb = Math.max(peakMb, usage(child.pid!).residentMb);
  }, SAMPLE_EVERY_MS);
  try {
    let [startedAt, cpuBefore] = [0, 0];
    let measured: Measurement | null = null;
    for await (const text of createInterface(child.stdout)) {
      const line = JSON.parse(text) as { at: string; frames: number; both: number; body: number };
      const { cpuMs, residentMb } = usage(child.pid!);
      if (line.at === 'start') [startedAt, cpuBefore] = [performance.now(), cpuMs];
      if (line.at !== 'end') continue;
      const seconds = (performance.now() - startedAt) / 1000;
      const { frames } = line;
      measured = {
        framesPerS: frames / seconds,
        cpuMsPerFrame: (cpuMs - cpuBefore) / frames,
        peakMb: Math.max(peakMb, residentMb),
        frames,
        both: line.both / frames,
        body: line.body / frames,
      };
      child.stdin.end();
    }
    await ended;
    if (!measured) throw new Error('it ended without a result');
    return measured;
  } finally {
    clearInterval(sampler);
    child.kill('SIGKILL');
  }
}
