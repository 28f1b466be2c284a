/** Indexes that are built beside the work: by one of many, past those who are at work, and again where it was broken off. */
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { connect, type Database } from '../../../server/db/connection.ts';
import { buildIndexes } from '../../../server/db/indexes.ts';
import { migrate } from '../../../server/db/migrate.ts';
import { makeDatabase } from '../../support/database.ts';
import { shows } from '../../support/shows.ts';

let url: string;
let drop: () => Promise<void>;
let nodes: Database[];
beforeAll(async () => {
  ({ url, drop } = await makeDatabase(process.env.TEST_DATABASE_URL ?? ''));
  nodes = Array.from({ length: 4 }, () => connect({ kind: 'url', url, poolSize: 2 }, 0));
  await migrate(nodes[0] as Database);
});
afterAll(async () => {
  for (const node of nodes ?? []) await node.close();
  await drop?.();
});

const invalid = async (client: pg.Client) =>
  (
    await client.query(
      'select indexrelid::regclass::text as name from pg_index where not indisvalid',
    )
  ).rows;

it('are built once where nodes start together, and hold up nobody who writes meanwhile', async () => {
  const writer = new pg.Client({ connectionString: url });
  await writer.connect();
  let isBuilt = false;
  const building = Promise.all(nodes.map(buildIndexes)).then(() => {
    isBuilt = true;
  });
  let writes = 0;
  while (!isBuilt) {
    await writer.query("set statement_timeout = '10s'; update sessions set last_seen_at = now()");
    writes += 1;
  }
  await building;
  const { rows } = await writer.query("select from pg_indexes where indexname = 'sessions_end'");
  expect(rows).toHaveLength(1);
  expect(await invalid(writer)).toEqual([]);
  await writer.end();
  shows(36, { 'writes beside the building of indexes': writes });
});

it('are built anew where building was broken off', async () => {
  const [client, holder] = [1, 2].map(() => new pg.Client({ connectionString: url }));
  if (client === undefined || holder === undefined) throw new Error('no clients');
  await Promise.all([client.connect(), holder.connect()]);
  await client.query('drop index customers_id');
  // Somebody who has written and goes on: building waits, and is broken off.
  await holder.query(
    "begin; insert into companies (id, slug, name, search_name, categories, allowed_origins, is_listed) values (gen_random_uuid(), 'x', 'x', 'x', '{}', '{}', true)",
  );
  await holder.query('lock table customers in row exclusive mode');
  const { rows } = await client.query('select pg_backend_pid() as pid');
  const building = client
    .query('create index concurrently customers_id on customers (id)')
    .catch(({ code }) => code);
  await expect.poll(() => invalid(holder)).toEqual([{ name: 'customers_id' }]);
  await holder.query('select pg_cancel_backend($1)', [rows[0].pid]);
  expect(await building).toBe('57014');
  expect(await invalid(client)).toEqual([{ name: 'customers_id' }]);
  await holder.query('rollback');
  await buildIndexes(nodes[0] as Database);
  expect(await invalid(client)).toEqual([]);
  await Promise.all([client.end(), holder.end()]);
});
