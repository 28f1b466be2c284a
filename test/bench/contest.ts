/** Loads several servers in turns with the same requests, and tells how they compare. */
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { processorSeconds } from './cpu.ts';
import { type Figure, figure, spelled } from './part.ts';
import type { Side } from './sides.ts';

const LOAD = fileURLToPath(new URL('./load.js', import.meta.url));

export interface Request {
  method: string;
  path: string;
  headers: Record<string, string>;
  body?: string;
}

export interface Job {
  requests: readonly Request[];
  connections: number;
  seconds: number;
}

/** One side in one round. Processor figures are in cores: seconds of it in a second. */
export interface Loaded {
  rate: number;
  /** Milliseconds. */
  p50: number;
  p99: number;
  server: number;
  database: number;
  client: number;
}

/** Throws when any answer is no success: a rate of refusals is no rate. */
export async function load(side: Side, job: Job, databasePid = 0): Promise<Loaded> {
  const watched = [side.pid, databasePid];
  const spent = () => watched.map((pid) => (pid === 0 ? Number.NaN : processorSeconds(pid)));
  const before = spent();
  const child = spawn(process.execPath, [LOAD], { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.end(JSON.stringify({ url: side.url, ...job }));
  const { requests, failures, seconds, p50, p99, cpu } = JSON.parse(await text(child.stdout));
  const [server = 0, database = 0] = spent().map((now, index) => now - (before[index] ?? 0));
  if (failures > 0) throw new Error(`${side.name}: ${failures} of ${requests} requests failed`);
  const cores = { server: server / seconds, database: database / seconds, client: cpu / seconds };
  return { rate: requests / seconds, p50, p99, ...cores };
}

/** For a contest's rounds in a short run: enough to see that a part works, and about where things stand. */
const SHORT_TIMING = { seconds: 0.8, rounds: 2 };

/** `whole`: of a whole run. */
export const timing = (
  { isShort }: { isShort: boolean },
  whole: { seconds: number; rounds: number },
): { seconds: number; rounds: number } => (isShort ? SHORT_TIMING : whole);

/**
 * Between two sides, as a share of the time that each is loaded: one that has just been goes on working, on its garbage and
 * its outbox, and that is not to be the next one's time.
 */
const SETTLING = 0.4;

export type Result = ReadonlyMap<Side, readonly Loaded[]>;

/** In turns; who is first changes with each round. One round before that is not counted. */
export async function contest(
  sides: readonly Side[],
  job: (side: Side) => Job,
  { rounds, databasePid }: { rounds: number; databasePid?: number },
): Promise<Result> {
  const result = new Map<Side, Loaded[]>(sides.map((side) => [side, []]));
  for (let round = -1; round < rounds; round += 1) {
    const first = Math.max(0, round) % sides.length;
    for (const side of [...sides.slice(first), ...sides.slice(0, first)]) {
      const given = job(side);
      const loaded = await load(side, given, databasePid);
      await wait(SETTLING * given.seconds * 1_000);
      if (round >= 0) result.get(side)?.push(loaded);
    }
  }
  return result;
}

/** Of the same rounds: what one side's machine did to it, it did to the other. */
export function ratio(result: Result, one: Side, other: Side): Figure {
  const others = result.get(other) ?? [];
  return figure(
    (result.get(one) ?? []).map(({ rate }, round) => rate / (others[round]?.rate ?? Number.NaN)),
  );
}

export const rate = (result: Result, side: Side): number =>
  figure((result.get(side) ?? []).map((one) => one.rate)).median;

/** `1,234/s; p50 4.1, p99 9.8 ms; cores: server 0.93, database 0.55, load 0.31` */
export function described(result: Result, side: Side): string {
  const of = (what: keyof Loaded) => figure((result.get(side) ?? []).map((one) => one[what]));
  const cores = (['server', 'database'] as const)
    .filter((what) => !Number.isNaN(of(what).median))
    .map((what) => `${what} ${of(what).median.toFixed(2)}`);
  const rates = Math.round(of('rate').median).toLocaleString('en');
  return `${rates}/s; p50 ${spelled({ ...of('p50'), ...flat(of('p50')) }, 1)}, p99 ${of('p99').median.toFixed(1)} ms; cores: ${cores.join(', ')}, load ${of('client').median.toFixed(2)}`;
}

const flat = ({ median }: Figure) => ({ lowest: median, highest: median });
