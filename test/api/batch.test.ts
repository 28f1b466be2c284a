/** Several statements in one round trip and one transaction, on whichever database the tests run. */
import { afterAll, beforeEach, expect, inject, it } from 'vitest';
import { inOneBatch } from '../../server/db/batch.ts';
import { connect } from '../../server/db/connection.ts';

const db = connect(inject('database'));
const TABLE = 'batch_notes';
const DROP = `drop table if exists ${TABLE}`;
afterAll(async () => {
  await db.pool.query(DROP);
  await db.close();
});

beforeEach(async () => {
  await db.pool.query(DROP);
  await db.pool.query(`create table ${TABLE} (id int primary key, note text)`);
});

const insert = (id: number | null, note: string | null = null) => ({
  name: 'batch-insert',
  text: `insert into ${TABLE} values ($1, $2)`,
  values: [id, note],
});
const select = { name: 'batch-select', text: `select id, note from ${TABLE} order by id` };
const stored = async () => (await inOneBatch(db.pool, [select]))[0];

it('answers with the rows of each statement, in their order', async () => {
  const [none, rows] = await inOneBatch(db.pool, [insert(1, 'one'), select]);
  expect(none).toEqual([]);
  expect(rows).toEqual([{ id: 1, note: 'one' }]);
});

it('is one transaction: what an error follows is undone', async () => {
  await expect(inOneBatch(db.pool, [insert(1), insert(2), insert(1)])).rejects.toMatchObject({
    code: '23505',
  });
  expect(await stored()).toEqual([]);
});

it('leaves the connection good after an error, whether a statement was prepared or never could be', async () => {
  const wrong = { name: 'batch-wrong', text: 'select nowhere from nothing' };
  const failing = { name: 'batch-division', text: 'select 1 / $1::int as part', values: [0] };
  for (let round = 0; round < 3; round += 1) {
    await expect(inOneBatch(db.pool, [insert(1), wrong])).rejects.toMatchObject({ code: '42P01' });
    await expect(inOneBatch(db.pool, [failing, wrong])).rejects.toMatchObject({ code: '22012' });
    expect(await inOneBatch(db.pool, [{ ...failing, values: [1] }])).toEqual([[{ part: 1 }]]);
  }
  expect(await stored()).toEqual([]);
});

it('prepares what an error kept it from preparing', async () => {
  const never = { name: 'batch-division-2', text: 'select 1 / $1::int as part', values: [0] };
  const behind = { name: 'batch-behind', text: 'select 1 as one' };
  const prepared = { text: "select name from pg_prepared_statements where name = 'batch-behind'" };
  await expect(inOneBatch(db.pool, [never, behind])).rejects.toMatchObject({ code: '22012' });
  const [, names] = await inOneBatch(db.pool, [behind, prepared]);
  expect(names).toEqual([{ name: 'batch-behind' }]);
});

it('takes the same statement several times, also before it was ever prepared', async () => {
  const number = (value: number) => ({
    ...{ name: 'batch-number', text: 'select $1::int as number', values: [value] },
  });
  expect(await inOneBatch(db.pool, [number(1), number(2)])).toEqual([
    ...[[{ number: 1 }], [{ number: 2 }]],
  ]);
});

it('answers alike the first time and later, when what a statement answers with is known', async () => {
  const named = (name: string | undefined) => ({
    ...(name === undefined ? {} : { name }),
    text: `select $1::int as number, $2::text as text, $3::bytea as bytes, $4::text[] as list, $5::boolean as yes,
      '2026-01-02 03:04:05.6+00'::timestamptz as at, null as nothing`,
    values: [7, 'a "quoted" \\ \u{1F600}', Buffer.from([0, 255]), ['x,y', '"', '\\', ''], true],
  });
  const row = {
    ...{ number: 7, text: 'a "quoted" \\ \u{1F600}', bytes: Buffer.from([0, 255]) },
    ...{ list: ['x,y', '"', '\\', ''], yes: true, at: '2026-01-02T03:04:05.600Z', nothing: null },
  };
  for (const name of ['batch-kinds', 'batch-kinds', undefined, undefined]) {
    expect(await inOneBatch(db.pool, [named(name)])).toEqual([[row]]);
  }
});

it('refuses a value that it cannot carry before anything is sent', async () => {
  const odd = { text: 'select $1::text', values: [{ an: 'object' }] };
  await expect(inOneBatch(db.pool, [insert(1), odd])).rejects.toThrow('cannot carry');
  expect(await stored()).toEqual([]);
});

it('fails where a value cannot be read, and with nothing else on its connection', async () => {
  const never = { text: "select 'infinity'::timestamptz as at" };
  await expect(inOneBatch(db.pool, [never])).rejects.toThrow(RangeError);
  expect(await inOneBatch(db.pool, [insert(1, 'one'), select])).toEqual([
    ...[[], [{ id: 1, note: 'one' }]],
  ]);
});

it('sees what the statement before has written, and sets what holds for this transaction alone', async () => {
  const set = { text: "select set_config('app.batch', 'here', true)" };
  const read = { text: "select current_setting('app.batch', true) as value" };
  const [, , counted, value] = await inOneBatch(db.pool, [
    ...[insert(1), set, { text: `select count(*)::int as count from ${TABLE}` }, read],
  ]);
  expect([counted, value]).toEqual([[{ count: 1 }], [{ value: 'here' }]]);
  expect((await inOneBatch(db.pool, [read]))[0]?.[0].value || null).toBe(null);
});
