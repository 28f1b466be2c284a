/** How nodes wake each other: at once, with few notices however much is written, and never inside a transaction. */
import { pino } from 'pino';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { connect, type Database } from '../../../server/db/connection.ts';
import { createWakeup, type Wakeup } from '../../../server/db/wakeup.ts';
import { type OwnDatabase, ownDatabase } from '../../support/own-database.ts';

let database: OwnDatabase;
let db: Database;
const nodes: Wakeup[] = [];
const heard = { here: 0, there: 0 };
beforeAll(async () => {
  database = await ownDatabase();
  const url = database.settings.DATABASE_URL ?? '';
  db = connect({ kind: 'url', url, poolSize: 2 });
  for (const who of ['here', 'there'] as const) {
    const node = createWakeup(db, { listenUrl: url, log: pino({ level: 'silent' }) });
    // At once: it wakes everybody once when it begins to listen.
    node.onWake(() => {
      heard[who] += 1;
    });
    nodes.push(node);
  }
});
afterAll(async () => {
  for (const node of nodes) await node.close();
  await db?.close();
  await database?.remove();
});

it('tells the own listeners each time, and the other node at once and then only now and then', async () => {
  const [here] = nodes as [Wakeup, Wakeup];
  // Past the wake of its beginning.
  await vi.waitFor(
    () => expect([heard.here, heard.there].every((count) => count > 0)).toBe(true),
    15_000,
  );
  Object.assign(heard, { here: 0, there: 0 });
  for (let count = 0; count < 1_000; count += 1) here.wake();
  await vi.waitFor(() => expect(heard.there).toBeGreaterThan(0), 15_000);
  expect(heard.here).toBe(1_000);
  // The first, and one for all that came while it was under way.
  expect(heard.there).toBeLessThan(10);
});

it('fails nobody when the database is gone', async () => {
  const gone = connect({ kind: 'url', url: 'postgres://nobody@127.0.0.1:1/none', poolSize: 1 });
  const log = pino({ level: 'silent' });
  const wakeup = createWakeup(gone, { listenUrl: 'postgres://nobody@127.0.0.1:1/none', log });
  let heard = 0;
  wakeup.onWake(() => {
    heard += 1;
  });
  wakeup.wake();
  expect(heard).toBe(1);
  await wakeup.close();
  await gone.close();
});
