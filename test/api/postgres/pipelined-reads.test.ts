/** Reads of many requests on few connections: each gets its own answer, and what becomes of one is no other's fault. */
import { afterEach, beforeEach, expect, inject, it } from 'vitest';
import { connect, type Database } from '../../../server/db/connection.ts';

const target = inject('database');
const open = (poolSize: number) => connect({ ...target, poolSize } as typeof target);

let db: Database;
beforeEach(() => {
  db = open(10);
});
afterEach(() => db.close());

const number = (value: number) => ({
  name: 'pipelined-number',
  text: 'select $1::int as number, pg_backend_pid() as pid',
  values: [value],
});
const failing = {
  name: 'pipelined-division',
  text: 'select 1 / $1::int as part',
  values: [0],
};
const sleeping = (seconds: number) => ({ text: 'select pg_sleep($1)', values: [seconds] });
const ASLEEP = `select pid from pg_stat_activity where query like 'select pg_sleep($1)%' and state = 'active'`;

const readNumber = async (value: number) => {
  const [rows] = await db.reads.inOneBatch([number(value)]);
  return rows?.[0];
};
const readNumbers = (count: number) =>
  Promise.all(Array.from({ length: count }, (_, value) => readNumber(value)));
const pidsOf = (rows: { pid: number }[]) => new Set(rows.map(({ pid }) => pid)).size;

it('answers each with its own, on four connections, and gives these back when nothing is left to read', async () => {
  const rows = await readNumbers(30);
  expect(rows.map((row) => row.number)).toEqual(Array.from({ length: 30 }, (_, value) => value));
  expect(pidsOf(rows)).toBe(4);
  expect([db.pool.totalCount, db.pool.idleCount]).toEqual([4, 4]);
});

it('takes more connections where the database is slow', async () => {
  await Promise.all(Array.from({ length: 100 }, () => db.reads.inOneBatch([sleeping(0.001)])));
  expect([db.pool.totalCount, db.pool.idleCount]).toEqual([10, 10]);
});

it.each([1, 2, 10])(
  'gives those who write their turn, however many read, with a pool of %i',
  async (poolSize) => {
    await db.close();
    db = open(poolSize);
    let isOver = false;
    const readers = Array.from({ length: 50 }, async () => {
      while (!isOver) await db.reads.inOneBatch([sleeping(0.001)]);
    });
    // Left waiting for good they would fail: a connection that is not had in five seconds is an error.
    for (let turn = 0; turn < 10; turn += 1) await db.pool.query('select');
    isOver = true;
    await Promise.all(readers);
    expect(db.pool.idleCount).toBe(db.pool.totalCount);
  },
);

it('lets no failure touch those before or behind it, also while statements are being prepared', async () => {
  for (let round = 0; round < 20; round += 1) {
    // Fresh connections: nothing on them is prepared.
    await db.close();
    db = open(10);
    const outcomes = await Promise.allSettled(
      Array.from({ length: 24 }, (_, value) =>
        value % 4 === 1
          ? // What stands behind the failure is never prepared, though it was sent.
            db.reads.inOneBatch([failing, number(value)])
          : db.reads.inOneBatch([number(value), number(value + 100)]),
      ),
    );
    for (const [value, outcome] of outcomes.entries()) {
      if (value % 4 === 1) {
        expect(outcome).toMatchObject({ status: 'rejected', reason: { code: '22012' } });
      } else {
        expect(outcome).toMatchObject({
          ...{ status: 'fulfilled', value: [[{ number: value }], [{ number: value + 100 }]] },
        });
      }
    }
    expect(db.pool.idleCount).toBe(db.pool.totalCount);
  }
});

it('fails those on a connection that is lost, and reads on by another', async () => {
  const lost = Array.from({ length: 9 }, () => db.reads.inOneBatch([sleeping(20)]));
  const outcomes = Promise.allSettled(lost);
  await expect.poll(async () => (await db.pool.query(ASLEEP)).rowCount).toBe(4);
  // In line behind one of them.
  const behind = Promise.allSettled([readNumber(7)]);
  await db.pool.query(`select pg_terminate_backend(pid) from (${ASLEEP}) as found`);
  for (const outcome of await outcomes) expect(outcome.status).toBe('rejected');
  expect(await behind).toMatchObject([{ status: 'rejected' }]);
  expect((await readNumbers(9)).map((row) => row.number)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
  expect(db.pool.idleCount).toBe(db.pool.totalCount);
});

it('fails them all where no connection can be had, and none of them for good', async () => {
  const own = open(10);
  const connectOf = own.pool.connect.bind(own.pool);
  own.pool.connect = (() => Promise.reject(new Error('away'))) as typeof own.pool.connect;
  const read = (value: number) => own.reads.inOneBatch([number(value)]);
  const outcomes = await Promise.allSettled([read(1), read(2), read(3), read(4), read(5)]);
  expect(outcomes.map(({ status }) => status)).toEqual(Array(5).fill('rejected'));
  own.pool.connect = connectOf;
  expect(await read(6)).toMatchObject([[{ number: 6 }]]);
  await own.close();
});

it('keeps a line short: who finds all of them long waits for a connection of the pool', async () => {
  await db.close();
  db = open(1);
  const reads = Array.from({ length: 100 }, () => db.reads.inOneBatch([sleeping(0.001)]));
  expect(db.pool.waitingCount).toBe(1);
  await Promise.all(reads);
});

it('does not stand behind one that is stuck', async () => {
  let isOver = false;
  const stuck = db.reads.inOneBatch([sleeping(60)]).catch(() => {
    isOver = true;
  });
  await new Promise((resolve) => setTimeout(resolve, 200));
  await readNumbers(60);
  expect(isOver).toBe(false);
  await db.pool.query(`select pg_terminate_backend(pid) from (${ASLEEP}) as found`);
  await stuck;
});

it('gives up a connection that owes an answer too long, with all in its line, and no other one', async () => {
  await db.close();
  db = connect({ ...target, poolSize: 1 } as typeof target, 600);
  const [first] = await db.reads.inOneBatch([number(1)]);
  // Longer without a question than a question may take.
  await new Promise((resolve) => setTimeout(resolve, 900));
  const [second] = await db.reads.inOneBatch([number(2)]);
  expect(second?.[0].pid).toBe(first?.[0].pid);
  await db.pool.query('set statement_timeout to 0');
  const inLine = [db.reads.inOneBatch([sleeping(30)]), db.reads.inOneBatch([number(3)])];
  for (const outcome of await Promise.allSettled(inLine)) {
    expect(outcome).toMatchObject({
      status: 'rejected',
      reason: { message: 'Query read timeout' },
    });
  }
  const [third] = await db.reads.inOneBatch([number(4)]);
  expect(third?.[0].pid).not.toBe(first?.[0].pid);
});

it('ends a line that never empties, so that a pooler behind it can serve another node', async () => {
  let isOver = false;
  let released = 0;
  db.pool.on('release', () => {
    released += 1;
  });
  const readers = Array.from({ length: 30 }, async () => {
    // One answer at a time, so that there is always another batch on the line.
    while (!isOver) await db.reads.inOneBatch([sleeping(0.001)]);
  });
  await expect.poll(() => released, { timeout: 10_000 }).toBeGreaterThan(2);
  isOver = true;
  await Promise.all(readers);
});
