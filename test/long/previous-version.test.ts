/**
 * During an update nodes of the previous version go on, on the schema of this one. So the version before the newest
 * migration is checked out beside this one, and its own API tests are run against a PostgreSQL whose databases all begin with
 * this version's schema. It takes minutes.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type PostgresServer, startPostgres } from '../support/postgres-server.ts';
import { shows } from '../support/shows.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const MIGRATIONS = 'server/db/migrations';
const LIMIT_MS = 20 * 60_000;

const run = promisify(execFile);
const git = async (...args: string[]) => (await run('git', args, { cwd: ROOT })).stdout.trim();
const namesIn = (folder: string) =>
  readdirSync(join(folder, MIGRATIONS))
    .filter((file) => /^\d{4}-[\w-]+\.ts$/.test(file))
    .map((file) => file.replace('.ts', ''))
    .sort();

let previous: string;
let postgres: PostgresServer;
beforeAll(async () => {
  previous = mkdtempSync(join(tmpdir(), 'porthole-previous-'));
  postgres = await startPostgres();
});
afterAll(async () => {
  await postgres?.remove();
  await git('worktree', 'remove', '--force', previous).catch(() => {});
  rmSync(previous, { recursive: true, force: true });
});

/** The commit before the one that brought the newest migration. */
async function checkOutPrevious(): Promise<string> {
  const newest = `${MIGRATIONS}/${namesIn(ROOT).at(-1)}.ts`;
  const brought = await git('log', '--diff-filter=A', '--format=%H', '-1', '--', newest);
  await git('worktree', 'add', '--detach', previous, `${brought}^`);
  const isSame = (file: string) =>
    readFileSync(join(previous, file), 'utf8') === readFileSync(join(ROOT, file), 'utf8');
  if (isSame('package-lock.json'))
    symlinkSync(join(ROOT, 'node_modules'), join(previous, 'node_modules'));
  else await run('npm', ['ci', '--no-audit', '--no-fund'], { cwd: previous });
  return git('rev-parse', '--short', `${brought}^`);
}

/** Every database that is made from now on has this version's schema, and knows of no migration that `known` does not name. */
async function prepareTemplate(known: readonly string[]): Promise<string[]> {
  await asAdmin('alter database template1 owner to porthole');
  const url = new URL(postgres.url);
  url.pathname = '/template1';
  const env = { ...process.env, DATABASE_URL: url.href };
  await run(process.execPath, ['dist/server/migrate.js'], { cwd: ROOT, env });
  const client = new pg.Client({ connectionString: url.href });
  await client.connect();
  const { rows } = await client
    .query('delete from migrations where name <> all($1) returning name', [known])
    .finally(() => client.end());
  return rows.map(({ name }) => name);
}

async function asAdmin(sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: postgres.adminUrl });
  await client.connect();
  await client.query(sql).finally(() => client.end());
}

interface Report {
  numPassedTests: number;
  testResults: {
    name: string;
    message: string;
    assertionResults: { status: string; fullName: string; failureMessages: string[] }[];
  }[];
}

/** Its API tests, as they were written. */
async function testPrevious(): Promise<{ passed: number; failed: string[] }> {
  const file = join(previous, 'report.json');
  const args = ['run', '--project', 'api', '--reporter=json', `--outputFile=${file}`];
  const vitest = join(ROOT, 'node_modules/vitest/vitest.mjs');
  const env = { ...process.env, TEST_DATABASE_URL: postgres.url, LONG: undefined };
  // Ends with 1 where a test fails: the report tells which.
  await run(process.execPath, [vitest, ...args], { cwd: previous, env, maxBuffer: 2 ** 28 }).catch(
    () => {},
  );
  const { numPassedTests, testResults }: Report = JSON.parse(readFileSync(file, 'utf8'));
  const failed = testResults.flatMap(({ name, message, assertionResults }) => [
    ...(assertionResults.length === 0 ? [`${name}: ${message}`] : []),
    ...assertionResults
      .filter(({ status }) => status === 'failed')
      .map((one) => `${one.fullName}: ${one.failureMessages[0]?.split('\n')[0]}`),
  ]);
  return { passed: numPassedTests, failed };
}

it(
  'still passes its own tests against the new schema',
  async () => {
    const commit = await checkOutPrevious();
    const newer = await prepareTemplate(namesIn(previous));
    expect(newer.length).toBeGreaterThan(0);
    const { passed, failed } = await testPrevious();
    console.log(
      `version ${commit} on a schema with ${newer.join(', ')}: ${passed} passed, ${failed.length} failed\n${failed.join('\n')}`,
    );
    expect(failed).toEqual([]);
    expect(passed).toBeGreaterThan(0);
    shows(36, { 'tests of the previous version on the new schema': passed });
  },
  LIMIT_MS,
);
