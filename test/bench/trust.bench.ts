/**
 * Prints what trust costs: requests per second of list and create with row security, session check and limits on, as a ratio
 * to the same server with them off. Both on one PostgreSQL, loaded in turns in one run; medians of the rounds.
 * `npm run bench trust`; needs PostgreSQL's binaries.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import pg from 'pg';
import { build } from 'vite';
import { afterAll, it } from 'vitest';
import { createClient } from '../support/client.ts';
import { expectData, PASSWORD, REPORT, short } from '../support/factories.ts';
import { type PostgresServer, startPostgres } from '../support/postgres-server.ts';
import { ADMIN_KEY, type ServerProcess, startServer } from '../support/server-process.ts';

const ROUNDS = Number(process.env.ROUNDS ?? 7);
const SECONDS = 3;
const CONNECTIONS = 16;
const CUSTOMERS = 100;
/** Each of them has so many. */
const INCIDENTS = 40;
const LIMITS = 'customer=9999999/60,writing=9999999/60,network=9999999/60,attempts=1000000/60';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const ends: (() => unknown)[] = [];
afterAll(async () => {
  for (const end of ends.reverse()) await end();
});

/** The built server with its door left open, beside the other one: it finds the widget's files where that does. */
async function buildOpen(): Promise<string> {
  const outDir = mkdtempSync(at('../../dist/open-'));
  ends.push(() => rmSync(outDir, { recursive: true, force: true }));
  const door = at('./open-door.ts');
  await build({
    ...{ configFile: false, logLevel: 'error', root: at('../..') },
    plugins: [
      {
        name: 'open-door',
        enforce: 'pre',
        resolveId: (id, importer) =>
          id.endsWith('/customer-door.ts') && importer !== door ? door : null,
      },
    ],
    ssr: { external: true },
    build: {
      ssr: at('../../server/main.ts'),
      outDir,
      emptyOutDir: false,
      target: 'node20',
      minify: false,
    },
  });
  return join(outDir, 'main.js');
}

interface Side {
  server: ServerProcess;
  tokens: string[];
}

async function startSide(postgres: PostgresServer, main?: string): Promise<Side> {
  const database = `bench_${short()}`;
  await postgres.run('createdb', ['-O', 'porthole', ...psqlArgs(postgres), database]);
  const url = postgres.url.replace(/\/porthole$/, `/${database}`);
  const limits = main === undefined ? LIMITS : 'off';
  const settings = { DATABASE_URL: url, RATE_LIMITS: limits, LOG_LEVEL: 'info' };
  const server = await startServer(settings, main);
  ends.push(() => server.end());
  const tokens = await fill(server, url);
  if (main !== undefined) await openAll(url);
  return { server, tokens };
}

const psqlArgs = ({ adminUrl }: PostgresServer) => {
  const { hostname, port } = new URL(adminUrl);
  return ['-h', hostname, '-p', port, '-U', 'postgres'];
};

async function fill(server: ServerProcess, url: string): Promise<string[]> {
  const api = createClient(server.url);
  const tokens: string[] = [];
  for (let count = 0; count < 10; count += 1) {
    const body = { name: `Company ${count}`, slug: `company-${short()}` };
    const { id: companyId } = expectData(
      await api.post('/companies', { apiKey: ADMIN_KEY, body }),
      201,
    );
    for (let one = 0; one < CUSTOMERS / 10; one += 1) {
      const person = {
        email: `${short()}@example.com`,
        name: 'Ann',
        password: PASSWORD,
        companyId,
      };
      const { token } = expectData(await api.post('/customer/register', { body: person }), 201);
      tokens.push(token);
      for (let report = 0; report < INCIDENTS; report += 1) {
        expectData(await api.post('/customer/create-incident', { token, body: REPORT }), 201);
      }
    }
  }
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query('analyze');
  await client.end();
  return tokens;
}

/** The tables without their second wall. */
async function openAll(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(`do $$ declare name text; begin
    for name in select relname from pg_class where relrowsecurity and relnamespace = current_schema()::regnamespace
    loop execute format('alter table %I no force row level security, disable row level security', name); end loop;
  end $$`);
  await client.end();
}

const run = promisify(execFile);

async function load({ server, tokens }: Side, what: 'list' | 'create'): Promise<number> {
  const isList = what === 'list';
  const path = isList ? 'get-incidents?limit=20' : 'create-incident';
  const job = {
    url: `${server.url}/api/v1/customer/${path}`,
    method: isList ? 'GET' : 'POST',
    headers: tokens.map((token) => ({
      authorization: `Bearer ${token}`,
      ...(isList ? {} : { 'content-type': 'application/json' }),
    })),
    body: isList ? undefined : JSON.stringify(REPORT),
    ...{ connections: CONNECTIONS, seconds: SECONDS },
  };
  const { stdout } = await run(process.execPath, [at('./load.js'), JSON.stringify(job)]);
  const { requests, failures, seconds } = JSON.parse(stdout);
  if (failures > 0) throw new Error(`${failures} of ${requests} requests failed`);
  return requests / seconds;
}

const median = (all: readonly number[]) =>
  all.toSorted((a, b) => a - b)[all.length >> 1] ?? Number.NaN;

it('what trust costs', { timeout: 600_000 }, async () => {
  const postgres = await startPostgres({ shared_buffers: '256MB' });
  ends.push(() => postgres.remove());
  const sides = {
    on: await startSide(postgres),
    off: await startSide(postgres, await buildOpen()),
  };
  for (const what of ['list', 'create'] as const) {
    for (const side of Object.values(sides)) await load(side, what);
    const [on, off, ratios]: number[][] = [[], [], []];
    for (let round = 0; round < ROUNDS; round += 1) {
      // In turns, and each first as often.
      const order = round % 2 === 0 ? (['on', 'off'] as const) : (['off', 'on'] as const);
      const now = { on: 0, off: 0 };
      for (const side of order) now[side] = await load(sides[side], what);
      on?.push(now.on);
      off?.push(now.off);
      ratios?.push(now.on / now.off);
    }
    const rate = (all: number[] | undefined) =>
      Math.round(median(all ?? []))
        .toString()
        .padStart(6);
    const sorted = (ratios ?? []).toSorted((a, b) => a - b).map((one) => one.toFixed(2));
    console.log(
      `${what.padEnd(7)} on ${rate(on)}/s  off ${rate(off)}/s  ratio ${median(ratios ?? []).toFixed(2)} (${sorted[0]} to ${sorted.at(-1)})`,
    );
  }
});
