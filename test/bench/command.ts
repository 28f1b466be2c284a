/**
 * `npm run bench -- [parts] [--short]`: measures what DESIGN §10 promises, ours beside its peers, in turns in one run, and
 * prints figures, targets and verdicts. Exit code 1 where a target is missed, 2 where a part could not be measured.
 */
import os from 'node:os';
import { createDatabases, type Databases } from './databases.ts';
import type { Bench, Part, Row } from './part.ts';
import { PARTS } from './parts.ts';

export async function bench(args: readonly string[]): Promise<number> {
  const names = args.filter((one) => !one.startsWith('-'));
  const unknown = [
    ...names.filter((name) => PARTS.every((part) => part.name !== name)),
    ...args.filter((one) => one.startsWith('-') && one !== '--short'),
  ];
  if (unknown.length > 0) return explain(unknown);
  const isShort = args.includes('--short');
  const isUnasked = ({ isAside }: Part) =>
    isAside === 'always' || (isAside === 'when short' && isShort);
  const parts = PARTS.filter((part) =>
    names.length === 0 ? !isUnasked(part) : names.includes(part.name),
  );
  // By way of an exit, so that servers and databases end with it.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(2));
  console.log(`${machine()}${isShort ? '; short rounds: the spread is wide' : ''}\n`);
  const start = performance.now();
  const databases = createDatabases(isShort);
  const rows: Row[] = [];
  let failures = 0;
  for (const part of parts) {
    try {
      rows.push(...(await measure(part, { isShort, databases })));
    } catch (error) {
      failures += 1;
      console.error(`${part.name} could not be measured: ${explained(error)}\n`);
    }
  }
  await databases.remove();
  const missed = rows.filter(({ isMet }) => isMet === false);
  console.log(`\n${table(rows)}\n`);
  const seconds = Math.round((performance.now() - start) / 1000);
  console.log(
    `${rows.filter(({ isMet }) => isMet).length} targets reached, ${missed.length} missed, ${failures} parts not measured; ${seconds} s.`,
  );
  if (failures > 0) return 2;
  return missed.length > 0 ? 1 : 0;
}

/** What a part says itself is for whoever reads it; anything else is a fault, and where it happened is of use. */
function explained(error: unknown): string {
  const { name, message, stack } = error as Error;
  return name === 'Error' ? message : (stack ?? String(error));
}

function explain(unknown: readonly string[]): number {
  console.error(
    `Not known: ${unknown.join(', ')}. npm run bench -- [parts] [--short], with the parts`,
  );
  for (const { name, says } of PARTS) console.error(`  ${name.padEnd(10)} ${says}`);
  return 2;
}

async function measure(
  part: Part,
  run: { isShort: boolean; databases: Databases },
): Promise<Row[]> {
  console.log(`== ${part.name}: ${part.says}`);
  const ends: (() => unknown)[] = [];
  const given: Bench = {
    ...run,
    say: (line) => console.log(`   ${line}`),
    defer: (end) => void ends.push(end),
  };
  try {
    const rows = await part.run(given);
    console.log(`${table(rows)}\n`);
    return rows;
  } finally {
    for (const end of ends.reverse()) await end();
  }
}

/** As Markdown, so that it can stand in the README as it is. */
function table(rows: readonly Row[]): string {
  const cells = [
    ['what', 'reached', 'target', 'verdict', 'beside it'],
    ...rows.map(({ what, reached, target, isMet, note }) => [
      ...[what, reached, target ?? '', verdict(isMet), note ?? ''],
    ]),
  ];
  const widths = cells[0]?.map((_, column) =>
    Math.max(...cells.map((row) => row[column]?.length ?? 0)),
  );
  const line = (row: readonly string[], fill = ' ') =>
    `| ${row.map((cell, column) => cell.padEnd(widths?.[column] ?? 0, fill)).join(' | ')} |`;
  const [head = [], ...rest] = cells;
  return [
    line(head),
    line(
      head.map(() => '---'),
      '-',
    ),
    ...rest.map((row) => line(row)),
  ].join('\n');
}

const verdict = (isMet: boolean | undefined) =>
  isMet === undefined ? '' : isMet ? 'reached' : 'MISSED';

function machine(): string {
  const [first, ...others] = os.cpus();
  const memory = Math.round(os.totalmem() / 1024 ** 3);
  return `${others.length + 1} x ${first?.model.trim() ?? 'processor'}, ${memory} GiB, ${os.type()} ${os.release()}, Node ${process.version}`;
}
