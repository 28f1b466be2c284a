/** What a production refuses to start on, and what it starts with, on a PostgreSQL of its own. */
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { createClient } from '../../support/client.ts';
import { type PostgresServer, startPostgres } from '../../support/postgres-server.ts';
import { runServer, startServer } from '../../support/server-process.ts';
import { shows } from '../../support/shows.ts';

let postgres: PostgresServer;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres?.remove());

/** What compose.yaml has its PostgreSQL run at the first start. */
const PREPARE = fileURLToPath(new URL('../../../server/deploy/database.sql', import.meta.url));
const SECRET = 'c8e1f6b1a3d94c07a5b2e9f4d6807135';
const ADMIN = 'f2a96d1be05c4783b1c2d3e4f5a69788';
const settings = () => ({
  NODE_ENV: 'production',
  HOST: '127.0.0.1',
  PUBLIC_URL: 'https://support.example.com',
  DATABASE_URL: postgres.url,
  JWT_KEYS: `2026:${SECRET}`,
  ADMIN_API_KEY: ADMIN,
  PASSWORD_COST: '10',
  RATE_LIMITS: '',
});

describe('a production', () => {
  it('refuses every weak, missing, repeated or powerful thing in one message, and shows no value', async () => {
    const { code, output } = await runServer({
      ...settings(),
      DATABASE_URL: postgres.adminUrl,
      JWT_KEYS: `a:${SECRET},b:${SECRET},c:short,d:${'x'.repeat(40)}`,
      ADMIN_API_KEY: SECRET,
      PUBLIC_URL: '',
      SELECTOR_ORIGINS: '*',
      RATE_LIMITS: 'off',
    });
    expect(code).toBe(1);
    expect(output.trimEnd().split('\n')).toHaveLength(1);
    const problems = [
      'JWT_KEYS must hold secrets of at least 32 characters',
      'JWT_KEYS must hold random secrets',
      'JWT_KEYS must not repeat a secret',
      'SELECTOR_ORIGINS must hold origins',
      'PUBLIC_URL is missing',
      'DATABASE_URL names a role that bypasses row security',
    ];
    for (const problem of problems) expect(output).toContain(problem);
    for (const value of [SECRET, 'short', 'postgres://', '127.0.0.1']) {
      expect(output).not.toContain(value);
    }
    shows(34, { 'problems in one message': problems.length });
  });

  it.each([
    ['a superuser', () => postgres.adminUrl],
    ['a role that may bypass row security', () => postgres.url.replace('porthole@', 'bypassing@')],
  ])('refuses to work as %s', async (_, url) => {
    const make =
      'do $$ begin create role bypassing login bypassrls; exception when duplicate_object then null; end $$';
    await postgres.run('psql', ['-q', postgres.adminUrl, '-c', make]);
    const { code, output } = await runServer({ ...settings(), DATABASE_URL: url() });
    expect(code).toBe(1);
    expect(output).toContain('DATABASE_URL names a role that bypasses row security');
    shows(34);
  });

  it('starts with the role that compose.yaml makes for it, which may make none', async () => {
    const own = await startPostgres();
    onTestFinished(() => own.remove());
    // Where the server's user can read it.
    const file = join(own.folder, 'database.sql');
    copyFileSync(PREPARE, file);
    const first = ['drop database porthole', 'drop role porthole'];
    const commands = [...first, `\\setenv DATABASE_PASSWORD ${SECRET}`].flatMap((one) => [
      '-c',
      one,
    ]);
    const maintenance = own.adminUrl.replace(/porthole$/, 'postgres');
    const args = ['-q', '-v', 'ON_ERROR_STOP=1', maintenance, ...commands, '-f', file];
    await own.run('psql', args);
    const server = await startServer({ ...settings(), DATABASE_URL: own.url });
    onTestFinished(async () => void (await server.end('SIGKILL')));
    const client = new pg.Client({ connectionString: own.url });
    await client.connect();
    const rights = 'select rolsuper, rolbypassrls, rolcreatedb, rolcreaterole';
    const { rows } = await client.query(`${rights} from pg_roles where rolname = current_user`);
    await client.end();
    expect(Object.values(rows[0])).toEqual([false, false, false, false]);
    expect(await server.end()).toBe(0);
  });
});

it('refuses to listen in another database than that which it works on', async () => {
  const other = postgres.url.replace(/porthole$/, 'postgres');
  const { code, output } = await runServer({
    ...settings(),
    DATABASE_URL: other,
    DATABASE_LISTEN_URL: postgres.url,
  });
  expect(code).toBe(1);
  expect(output).toContain('DATABASE_URL and DATABASE_LISTEN_URL lead to different databases');
});

describe('two processes on one database', () => {
  it('count guesses together', async () => {
    const own = { DATABASE_URL: postgres.url, RATE_LIMITS: 'attempts=10/900' };
    const servers = [await startServer(own), await startServer(own)];
    const apis = servers.map(({ url }) => createClient(url));
    const body = { email: 'nobody@example.com', password: 'a wrong one' };
    const replies = await Promise.all(
      Array.from({ length: 40 }, (_, index) => apis[index % 2]?.post('/customer/login', { body })),
    );
    const statuses = replies.map((reply) => reply?.status);
    const through = statuses.filter((status) => status === 401).length;
    // Both counts of a guess have to be within the limit: of those at the very edge, each may find one of them full.
    expect(through).toBeGreaterThan(5);
    expect(through).toBeLessThanOrEqual(10);
    expect(statuses.filter((status) => status === 429)).toHaveLength(40 - through);
    await Promise.all(servers.map((one) => one.end()));
    shows(22, { 'guesses at two processes': 40, 'let through': through });
    shows(6);
  });
});
