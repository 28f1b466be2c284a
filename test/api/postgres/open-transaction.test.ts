/** A transaction that is left open, by a fault or by a client that fell silent, takes nothing with it. */
import { afterAll, expect, inject, it } from 'vitest';
import { inOneBatch } from '../../../server/db/batch.ts';
import { connect } from '../../../server/db/connection.ts';

const target = inject('database');
const db = connect(target);
afterAll(() => db.close());

it('is found by the next batch on its connection, which acknowledges nothing and gives the connection up', async () => {
  const one = connect({ ...target, poolSize: 1 } as typeof target);
  try {
    await one.pool.query('create table open_notes (id int primary key)');
    const client = await one.pool.connect();
    await client.query('begin');
    client.release();
    const insert = { text: 'insert into open_notes values (1)' };
    await expect(inOneBatch(one.pool, [insert])).rejects.toThrow('left open');
    const count = { text: 'select count(*)::int as count from open_notes' };
    expect(await inOneBatch(one.pool, [count])).toEqual([[{ count: 0 }]]);
    await inOneBatch(one.pool, [insert]);
    expect(await inOneBatch(one.pool, [count])).toEqual([[{ count: 1 }]]);
  } finally {
    await one.pool.query('drop table open_notes');
    await one.close();
  }
});

it('is given up also where a failure hides it', async () => {
  const one = connect({ ...target, poolSize: 1 } as typeof target);
  try {
    const client = await one.pool.connect();
    await client.query('begin');
    client.release();
    const failing = { text: 'select 1 / $1::int', values: [0] };
    const good = { text: 'select 1 as one' };
    await expect(inOneBatch(one.pool, [failing])).rejects.toMatchObject({ code: '22012' });
    await expect(inOneBatch(one.pool, [good])).rejects.toMatchObject({ code: '25P02' });
    expect(await inOneBatch(one.pool, [good])).toEqual([[{ one: 1 }]]);
  } finally {
    await one.close();
  }
});

it('is ended by PostgreSQL when its client says nothing more', async () => {
  const { rows } = await db.pool.query('show idle_in_transaction_session_timeout');
  expect(rows).toEqual([{ idle_in_transaction_session_timeout: '20s' }]);
});
