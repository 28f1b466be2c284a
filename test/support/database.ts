/**
 * One migrated database for a whole test run: the embedded one, or (with TEST_DATABASE_URL, the address of a server on
 * which databases may be made) a new one on a real PostgreSQL, dropped afterwards.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { type ConnectionTarget, connect } from '../../server/db/connection.ts';
import { startEmbedded } from '../../server/db/embedded.ts';
import { buildIndexes } from '../../server/db/indexes.ts';
import { migrate } from '../../server/db/migrate.ts';
import { copyTemplate, WORKER } from './embedded-template.ts';

declare module 'vitest' {
  interface ProvidedContext {
    database: ConnectionTarget;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = process.env.TEST_DATABASE_URL;
  const { target, remove } = server === undefined ? await embedded() : await onServer(server);
  const db = connect(target);
  await migrate(db);
  await buildIndexes(db);
  await db.close();
  project.provide('database', target);
  return remove;
}

interface TestDatabase {
  target: ConnectionTarget;
  remove(): Promise<void>;
}

async function embedded(): Promise<TestDatabase> {
  const dataDir = mkdtempSync(join(tmpdir(), 'porthole-test-'));
  await copyTemplate(dataDir);
  const { socketDirectory, stop } = await startEmbedded(dataDir, WORKER);
  return {
    target: { kind: 'socket', directory: socketDirectory },
    async remove() {
      await stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

async function onServer(serverUrl: string): Promise<TestDatabase> {
  const { url, drop } = await makeDatabase(serverUrl);
  return { target: { kind: 'url', url, poolSize: 8 }, remove: drop };
}

/** Makes an empty database on a server, under a name of its own. */
export async function makeDatabase(
  serverUrl: string,
): Promise<{ url: string; drop(): Promise<void> }> {
  const name = `porthole_test_${process.pid}_${Date.now()}`;
  await onMaintenance(serverUrl, `create database ${name}`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    drop: () => dropDatabase(serverUrl, name),
  };
}

const INSUFFICIENT_PRIVILEGE = '42501';

/** Again where the server's own vacuum is at work in it: only a superuser may end that, and it soon ends by itself. */
async function dropDatabase(serverUrl: string, name: string): Promise<void> {
  for (let left = 50; ; left -= 1) {
    try {
      return await onMaintenance(serverUrl, `drop database ${name} with (force)`);
    } catch (error) {
      const isVacuum = error instanceof pg.DatabaseError && error.code === INSUFFICIENT_PRIVILEGE;
      if (!isVacuum || left === 0) throw error;
      await wait(200);
    }
  }
}

async function onMaintenance(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(sql).finally(() => client.end());
}
