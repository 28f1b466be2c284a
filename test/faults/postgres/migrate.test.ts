/** Migrations that are killed half-way, and nodes that start together on an empty database. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import pg from 'pg';
import { expect, it } from 'vitest';
import { readConfig } from '../../../server/config.ts';
import { isMigrated } from '../../../server/db/migrate.ts';
import { openDatabase } from '../../../server/open-database.ts';
import { makeDatabase } from '../../support/database.ts';
import { findBinaries } from '../../support/postgres-server.ts';
import { createRandom } from '../../support/random.ts';
import { shows } from '../../support/shows.ts';

const COMMAND = fileURLToPath(new URL('../../../dist/server/migrate.js', import.meta.url));
const KILLS = process.env.LONG === '1' ? 60 : 6;
/** Less than all changes take together, so that most kills meet one. */
const LONGEST_CHANGE_MS = 150;
const NODES = 4;

const run = promisify(execFile);

async function onDatabase(work: (url: string) => Promise<void>): Promise<void> {
  const { url, drop } = await makeDatabase(process.env.TEST_DATABASE_URL ?? '');
  try {
    await work(url);
  } finally {
    await drop();
  }
}

/** `npm run migrate`, to its end. */
async function migrate(url: string): Promise<void> {
  const [code] = await once(startMigrating(url), 'exit');
  expect(code).toBe(0);
}

/** Kills it so long after its first change. Answers whether its transaction was open then. */
async function migrateUntilKilled(url: string, changingMs: number): Promise<boolean> {
  const child = startMigrating(url);
  const ended = once(child, 'exit');
  while (child.exitCode === null && !(await isChanging(url))) await wait(10);
  await wait(changingMs);
  const wasChanging = await isChanging(url);
  child.kill('SIGKILL');
  await ended;
  return wasChanging;
}

const startMigrating = (url: string) =>
  spawn(process.execPath, [COMMAND], {
    env: { ...process.env, DATABASE_URL: url },
    stdio: 'ignore',
  });

/** Only who has changed something has a number. */
async function isChanging(url: string): Promise<boolean> {
  const { rows } = await asked(
    url,
    'select from pg_stat_activity where datname = current_database() and backend_xid is not null',
  );
  return rows.length > 0;
}

/** The schema as its makers see it, and which migrations have been noted, each once and in order. */
async function describeDatabase(url: string): Promise<{ schema: string; migrations: string[] }> {
  const dump = join(await findBinaries(), 'pg_dump');
  const { stdout } = await run(dump, ['--schema-only', url], { maxBuffer: 64 * 1024 * 1024 });
  const { rows } = await asked(url, 'select name from migrations order by id');
  return {
    // Newer versions guard each dump with a word of its own.
    schema: stdout.replace(/^\\(?:un)?restrict .*$/gm, ''),
    migrations: rows.map((row) => row.name),
  };
}

async function asked(url: string, sql: string): Promise<pg.QueryResult> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  return client.query(sql).finally(() => client.end());
}

it(
  'that were killed half-way are simply run again',
  async () => {
    const random = createRandom();
    let expected: Awaited<ReturnType<typeof describeDatabase>> | undefined;
    await onDatabase(async (url) => {
      await migrate(url);
      expected = await describeDatabase(url);
    });
    let [kills, halfWay] = [0, 0];
    while (kills < KILLS) {
      await onDatabase(async (url) => {
        // Until one has come through: from then on there would be nothing to kill.
        for (let isOpen = true; isOpen && kills < KILLS; kills += 1) {
          isOpen = await migrateUntilKilled(url, kills === 0 ? 0 : random.below(LONGEST_CHANGE_MS));
          if (isOpen) halfWay += 1;
        }
        await migrate(url);
        expect(await describeDatabase(url)).toEqual(expected);
      });
    }
    console.log(`seed ${random.seed}: ${KILLS} kills, ${halfWay} in the middle of a change`);
    expect(halfWay).toBeGreaterThan(0);
    shows(36, { 'migrations killed': KILLS, 'of them in the middle of a change': halfWay });
  },
  KILLS * 10_000 + 60_000,
);

it('run once where nodes start together', async () => {
  await onDatabase(async (url) => {
    const config = readConfig({ DATABASE_URL: url });
    // In one process, so that they are together indeed.
    const opened = await Promise.all(Array.from({ length: NODES }, () => openDatabase(config)));
    const ready = await Promise.all(opened.map(({ db }) => isMigrated(db)));
    await Promise.all(opened.map(({ db }) => db.close()));
    const { migrations } = await describeDatabase(url);
    expect(ready).toEqual(Array(NODES).fill(true));
    // One has run all of them, the others none.
    expect(opened.flatMap(({ migrated }) => migrated)).toEqual(migrations);
    expect(migrations).toEqual([...new Set(migrations)].sort());
    shows(36, { 'nodes started together on an empty database': NODES });
  });
});
