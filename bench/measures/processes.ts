/** What a process and all below it use, as Linux tells it. */
import { readdirSync, readFileSync } from 'node:fs';

/** Linux counts processor time in hundredths of a second for programs (USER_HZ). */
const TICK_MS = 10;
const PAGE_MB = 4096 / 2 ** 20;

interface Stat {
  parent: number;
  cpuMs: number;
  residentMb: number;
}

/** Of a process and all below it, memory of those that still live: proc_pid_stat(5). */
export function usage(root: number): { cpuMs: number; residentMb: number } {
  const stats = new Map<number, Stat>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const stat = statOf(name);
    if (stat) stats.set(Number(name), stat);
  }
  const below = (pid: number): boolean =>
    pid === root || (stats.has(pid) && stats.get(pid)!.parent > 1 && below(stats.get(pid)!.parent));
  const sum = { cpuMs: 0, residentMb: 0 };
  for (const [pid, { cpuMs, residentMb }] of stats) {
    if (!below(pid)) continue;
    sum.cpuMs += cpuMs;
    sum.residentMb += residentMb;
  }
  return sum;
}

function statOf(pid: string): Stat | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name, in parentheses, may hold spaces; the state is the first field after it.
    const fields = text
      .slice(text.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    const [parent, pages] = [fields[1], fields[21]];
    // Of itself, and of its children that have ended, user and system each.
    const ticks = fields.slice(11, 15).reduce((sum, one) => sum + one, 0);
    return { parent, cpuMs: ticks * TICK_MS, residentMb: pages * PAGE_MB };
  } catch {
    // It has ended in the meantime.
    return null;
  }
}
