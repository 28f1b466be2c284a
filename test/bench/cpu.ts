/** Processor time of a process and all that it has started, those that have ended included, in seconds; from /proc, so on Linux only (elsewhere NaN). */
import { readdirSync, readFileSync } from 'node:fs';

const TICKS_PER_SECOND = 100;

export function processorSeconds(root: number): number {
  try {
    const all = readdirSync('/proc')
      .map(Number)
      .filter((pid) => pid > 0);
    const found = new Map(all.flatMap((pid) => readStat(pid)).map((stat) => [stat.pid, stat]));
    const belongs = (pid: number): boolean =>
      pid === root || (found.has(pid) && belongs(found.get(pid)?.parent ?? 0));
    const ticks = [...found.values()].filter(({ pid }) => belongs(pid));
    return ticks.reduce((sum, one) => sum + one.ticks, 0) / TICKS_PER_SECOND;
  } catch {
    return Number.NaN;
  }
}

/** `1234 (a name) S 1230 …`: what comes after the name, which may hold anything. Nothing for one that has ended. */
function readStat(pid: number): { pid: number; parent: number; ticks: number }[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // Its own in user and kernel mode, and those of its children that have ended.
    const ticks = fields.slice(11, 15).reduce((sum, one) => sum + Number(one), 0);
    return [{ pid, parent: Number(fields[1]), ticks }];
  } catch {
    return [];
  }
}
