/** A server that cannot start says why in one line, and ends with code 1. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runServer, startServer } from '../support/server-process.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'porthole-start-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function refusal(settings: Record<string, string>): Promise<string> {
  const { code, output } = await runServer({ DATA_DIR: join(folder, 'data'), ...settings });
  expect(code).toBe(1);
  expect(output.trimEnd().split('\n')).toHaveLength(1);
  return output;
}

it('names every wrong setting at once, and shows no value', async () => {
  const said = await refusal({
    PORT: 'eighty',
    ADMIN_API_KEY: 'short',
    DATABASE_URL: 'mysql://hidden',
  });
  expect(said).toMatch(
    /PORT must be a whole number.*DATABASE_URL must start.*ADMIN_API_KEY must have/,
  );
  expect(said).not.toMatch(/eighty|short|hidden/);
});

it('refuses production without database, keys and address', async () => {
  const said = await refusal({ NODE_ENV: 'production' });
  for (const name of ['DATABASE_URL', 'JWT_KEYS', 'PUBLIC_URL']) expect(said).toContain(name);
});

it('says that nothing listens at DATABASE_URL, without the password in it', async () => {
  const said = await refusal({ DATABASE_URL: 'postgres://porthole:hidden@127.0.0.1:9/porthole' });
  expect(said).toContain('nothing listens there');
  expect(said).not.toContain('hidden');
});

it('tells the address that does not answer from the one that does', async () => {
  const DATABASE_LISTEN_URL = 'postgres://porthole:hidden@127.0.0.1:9/porthole';
  const said = await refusal({ DATABASE_URL: 'postgres://pooler/porthole', DATABASE_LISTEN_URL });
  expect(said).toContain('The database at DATABASE_LISTEN_URL cannot be used: nothing listens');
  expect(said).not.toContain('hidden');
});

it('says that the host of DATABASE_URL is not known', async () => {
  const said = await refusal({ DATABASE_URL: 'postgres://porthole@database.invalid/porthole' });
  expect(said).toContain('host name');
});

it('says that the data folder cannot be made', async () => {
  writeFileSync(join(folder, 'file'), '');
  expect(await refusal({ DATA_DIR: join(folder, 'file', 'data') })).toContain('cannot be written');
});

it('says that the port is in use', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const { port } = other.address() as { port: number };
  const said = await refusal({ PORT: String(port) });
  other.close();
  expect(said).toContain(`Port ${port} is in use`);
});

it('says that a damaged signing secret has to go', async () => {
  const dataDir = join(folder, 'damaged');
  mkdirSync(dataDir);
  writeFileSync(join(dataDir, 'signing-secret'), '');
  expect(await refusal({ DATA_DIR: dataDir })).toContain('signing-secret is damaged');
});

it('starts over a lock that a killed server left behind', async () => {
  const settings = { DATA_DIR: join(folder, 'killed') };
  await (await startServer(settings)).end('SIGKILL');
  const next = await startServer(settings);
  expect(await next.end()).toBe(0);
});

it('keeps a second server out of the data folder of the first', async () => {
  const settings = { DATA_DIR: join(folder, 'shared') };
  const first = await startServer(settings);
  expect(await refusal(settings)).toContain('Another Porthole server');
  expect(await first.end()).toBe(0);
});
