/** All parts of a large installation: HAProxy, nodes, PgBouncer in transaction mode, a PostgreSQL database. */
import pg from 'pg';
import { afterAll, beforeAll, expect, vi } from 'vitest';
import { type Fleet, startFleet } from './fleet.ts';
import { freePorts } from './free-port.ts';
import { type Balancer, startBalancer } from './haproxy.ts';
import { type OwnDatabase, ownDatabase } from './own-database.ts';
import { type Pooler, startPooler } from './pgbouncer.ts';

export const SIZE = 3;

export interface Nodes {
  fleet: Fleet;
  balancer: Balancer;
  /** The database itself, past the pooler. */
  db: pg.Pool;
  /** Of each node. */
  settings: Record<string, string>;
  /** Waits until the balancer sends requests to every node. */
  allUp(): Promise<void>;
}

/** Set up before the first test of the file, and taken down after the last. */
export function setNodes(own: Record<string, string> = {}): Nodes {
  let database: OwnDatabase;
  let pooler: Pooler;
  const nodes = {
    allUp: () => vi.waitFor(async () => expect(await nodes.balancer.countUp()).toBe(SIZE), 10_000),
  } as Nodes;

  beforeAll(async () => {
    database = await ownDatabase();
    const { DATABASE_URL: url = '' } = database.settings;
    await useForeignForms(url);
    const plain = '-c timezone=UTC -c datestyle=ISO';
    nodes.db = new pg.Pool({ connectionString: url, max: 4, options: plain });
    nodes.db.on('error', () => {});
    pooler = await startPooler(url);
    nodes.settings = {
      ...database.settings,
      DATABASE_URL: pooler.url,
      DATABASE_LISTEN_URL: url,
      JWT_KEYS: 'shared:c8e1f6b1a3d94c07a5b2e9f4d6807135',
      TRUSTED_PROXIES: '127.0.0.1',
      WEBHOOKS_ALLOW_LOOPBACK: 'true',
      // As in production.
      DRAIN_MS: '2000',
      ...own,
    };
    const ports = await freePorts(SIZE);
    nodes.fleet = await startFleet(
      (node) => ({ ...nodes.settings, PORT: String(ports[node]) }),
      SIZE,
    );
    nodes.balancer = await startBalancer(ports);
    await nodes.allUp();
  });
  afterAll(async () => {
    await nodes.balancer?.end();
    await nodes.fleet?.end();
    await nodes.db?.end();
    await pooler?.end();
    await database?.remove();
  });
  return nodes;
}

/** Defaults of the database under which a time that is not asked for in ISO and UTC would be read wrongly, or not at all. */
async function useForeignForms(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const name = new URL(url).pathname.slice(1);
  for (const form of ["timezone to 'Asia/Kolkata'", "datestyle to 'SQL, DMY'"]) {
    await client.query(`alter database ${name} set ${form}`);
  }
  await client.end();
}
