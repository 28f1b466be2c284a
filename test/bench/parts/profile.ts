/** Where the server's own time goes in each of the hot paths: self-time by function and by module, from V8's profiler. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { load } from '../contest.ts';
import type { Bench, Part, Row } from '../part.ts';
import { creates, gets, lists } from '../requests.ts';
import { startOurs } from '../sides.ts';

export const profile: Part = {
  name: 'profile',
  says: 'where the time of the server goes: self-time of functions and modules in list, get and create',
  isAside: 'always',
  run,
};

const SHOWN = 25;
const LEAST = 0.005;

async function run({ databases, isShort, defer }: Bench): Promise<Row[]> {
  const dataset = await databases.small();
  const rows: Row[] = [];
  for (const [what, requests] of Object.entries({
    list: lists(dataset.people),
    get: gets(dataset.people),
    create: creates(dataset.people),
  })) {
    const folder = mkdtempSync(join(tmpdir(), 'porthole-profile-'));
    defer(() => rmSync(folder, { recursive: true, force: true }));
    const nodeArgs = ['--cpu-prof', '--cpu-prof-dir', folder];
    const server = await startOurs({ databaseUrl: dataset.url, nodeArgs });
    const loaded = { from: 0, to: 0 };
    try {
      // V8 stamps its samples by the same clock.
      loaded.from = Number(process.hrtime.bigint() / 1000n);
      await load(server, { requests, connections: 32, seconds: isShort ? 4 : 10 });
      loaded.to = Number(process.hrtime.bigint() / 1000n);
    } finally {
      await server.end();
    }
    const [file = ''] = readdirSync(folder);
    rows.push(...selfTimes(what, JSON.parse(readFileSync(join(folder, file), 'utf8')), loaded));
  }
  return rows;
}

interface Profile {
  nodes: { id: number; callFrame: { functionName: string; url: string; lineNumber: number } }[];
  samples: number[];
  timeDeltas: number[];
  /** Microseconds of the monotonic clock. */
  startTime: number;
}

function selfTimes(
  what: string,
  { nodes, samples, timeDeltas, startTime }: Profile,
  { from, to }: { from: number; to: number },
): Row[] {
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
  const functions = new Map<string, number>();
  const modules = new Map<string, number>();
  let total = 0;
  let now = startTime;
  samples.forEach((id, index) => {
    const frame = frames.get(id);
    const micros = timeDeltas[index] ?? 0;
    now += micros;
    const isMeant = now >= from && now <= to;
    if (!isMeant || frame === undefined || frame.functionName === '(idle)') return;
    total += micros;
    const module = moduleOf(frame.url, frame.functionName);
    const name = `${module}: ${frame.functionName || '(anonymous)'}:${frame.lineNumber + 1}`;
    functions.set(name, (functions.get(name) ?? 0) + micros);
    modules.set(module, (modules.get(module) ?? 0) + micros);
  });
  const rows = (kind: string, of: Map<string, number>, shown: number) =>
    [...of]
      .sort(([, a], [, b]) => b - a)
      .slice(0, shown)
      .filter(([, micros]) => micros / total > LEAST)
      .map(([name, micros]) => ({
        ...{
          what: `${what}, ${kind}: ${name}`,
          reached: `${((100 * micros) / total).toFixed(1)} %`,
        },
      }));
  return [...rows('module', modules, SHOWN), ...rows('function', functions, SHOWN)];
}

/** `pg`, `node:net`, `ours`, or what V8 does by itself. */
function moduleOf(url: string, functionName: string): string {
  const library = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1];
  if (library !== undefined) return library;
  if (url.startsWith('node:')) return url;
  return url === '' ? `V8 ${functionName}` : 'ours';
}
