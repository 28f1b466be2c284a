/** What a migration makes of rows that were there before it, and of what the previous version goes on writing. */
import type pg from 'pg';
import { beforeAll, expect, it } from 'vitest';
import { isMigrated, migrate } from '../../server/db/migrate.ts';
import * as foundation from '../../server/db/migrations/0001-foundation.ts';
import * as queue from '../../server/db/migrations/0002-queue-and-announcements.ts';
import * as keysAndAudit from '../../server/db/migrations/0003-keys-and-audit.ts';
import * as live from '../../server/db/migrations/0004-live.ts';
import * as delivery from '../../server/db/migrations/0005-delivery.ts';
import * as trust from '../../server/db/migrations/0006-trust.ts';
import * as people from '../../server/db/migrations/0007-people.ts';
import * as plannedOnce from '../../server/db/migrations/0008-planned-once.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { HEADER_BREAKERS, MARKUP } from '../support/hostile-texts.ts';
import { shows } from '../support/shows.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});

/** A schema of its own in a transaction that is taken back: nothing of it is seen by anybody else. */
async function inEmptySchema(work: (client: pg.PoolClient) => Promise<void>): Promise<void> {
  const client = await app.deps.db.pool.connect();
  try {
    await client.query('begin; create schema earlier; set local search_path = earlier');
    await work(client);
  } finally {
    await client.query('rollback');
    client.release();
  }
}

const COMPANY = '0199d0c5-0000-7000-8000-000000000001';
const CUSTOMER = '0199d0c5-0000-7000-8000-000000000002';
const idOf = (n: number) => `0199d0c5-0000-7000-8000-0000000001${String(n).padStart(2, '0')}`;

const PEOPLE = `
  insert into companies (id, slug, name, search_name, categories, allowed_origins, is_listed)
    values ('${COMPANY}', 'acme', 'Acme', 'acme', '{}', '{}', true);
  insert into customers (company_id, id, email, email_key, name, password_hash)
    values ('${COMPANY}', '${CUSTOMER}', 'a@example.com', 'a@example.com', 'Ann', 'x');`;

/** As the first version writes an incident: it knows none of the new columns. */
const incident = (n: number, status: string, at: string, customer: string | null = CUSTOMER) => `
  insert into incidents (company_id, id, customer_id, customer_seq, ticket_number, short_description, description,
      priority, category, status, source, created_at)
    values ('${COMPANY}', '${idOf(n)}', ${customer === null ? 'null, null' : `'${customer}', ${n}`}, 'INC-${n}', 'Überall rot', 'x',
      'LOW', 'x', '${status}', 'PORTAL', '${at}');`;
const comment = (n: number, by: string, at: string) => `
  insert into comments (company_id, incident_id, id, customer_id, author_type, author_name, content, created_at)
    values ('${COMPANY}', '${idOf(n)}', gen_random_uuid(), '${CUSTOMER}', '${by}', 'x', 'x', '${at}');`;
const moved = (n: number, status: string, at: string) => `
  insert into incident_history (company_id, incident_id, id, customer_id, status, at)
    values ('${COMPANY}', '${idOf(n)}', gen_random_uuid(), '${CUSTOMER}', '${status}', '${at}');`;

const COUNTS = `select is_announcement, open, acknowledged, resolved, waiting from team_counts order by 1`;

it('0002 finds out who waits and since when, and counts what is there', async () => {
  await inEmptySchema(async (client) => {
    await client.query(foundation.sql + PEOPLE);
    await client.query(
      [
        incident(1, 'OPEN', '2026-01-01T00:00Z'),
        comment(1, 'CUSTOMER', '2026-01-02T00:00Z'),
        incident(2, 'OPEN', '2026-01-01T00:00Z'),
        comment(2, 'USER', '2026-01-02T00:00Z'),
        incident(3, 'OPEN', '2026-01-01T00:00Z'),
        comment(3, 'USER', '2026-01-02T00:00Z'),
        comment(3, 'CUSTOMER', '2026-01-03T00:00Z'),
        comment(3, 'CUSTOMER', '2026-01-04T00:00Z'),
        incident(4, 'ACKNOWLEDGED', '2026-01-01T00:00Z'),
        moved(4, 'ACKNOWLEDGED', '2026-01-02T00:00Z'),
        incident(5, 'RESOLVED', '2026-01-01T00:00Z'),
        incident(6, 'OPEN', '2026-01-01T00:00Z', null),
      ].join(''),
    );
    await client.query(queue.sql);
    const { rows } = await client.query(
      'select ticket_number, waiting_since::date::text as since from incidents where waiting_since is not null order by 1',
    );
    expect(rows).toEqual([
      { ticket_number: 'INC-1', since: '2026-01-01' },
      { ticket_number: 'INC-3', since: '2026-01-03' },
    ]);
    expect((await client.query(COUNTS)).rows).toEqual([
      { is_announcement: false, open: 3, acknowledged: 1, resolved: 1, waiting: 2 },
      { is_announcement: true, open: 1, acknowledged: 0, resolved: 0, waiting: 0 },
    ]);
    const found = await client.query(
      `select count(*)::int as found from incidents
       where search_document(company_id, short_description || ' ' || left(description, 1000))
         @@ search_query(company_id, 'UBER rot')`,
    );
    expect(found.rows).toEqual([{ found: 6 }]);
  });
});

it('0002 keeps the counts true under what the previous version writes', async () => {
  await inEmptySchema(async (client) => {
    await client.query(foundation.sql + queue.sql + PEOPLE);
    await client.query(incident(1, 'OPEN', '2026-01-01T00:00Z'));
    await client.query(incident(2, 'OPEN', '2026-01-01T00:00Z'));
    await client.query(incident(3, 'OPEN', '2026-01-01T00:00Z'));
    await client.query("update incidents set status = 'RESOLVED' where ticket_number = 'INC-1'");
    await client.query("delete from incidents where ticket_number = 'INC-2'");
    // As the commit would.
    await client.query('set constraints all immediate');
    expect((await client.query(COUNTS)).rows).toEqual([
      { is_announcement: false, open: 1, acknowledged: 0, resolved: 1, waiting: 2 },
    ]);
  });
});

it('are no obstacle to a node of the previous version, which starts on a database that is ahead of it', async () => {
  const { db } = app.deps;
  const later = '9999-of-the-next-version';
  await db.pool.query(
    'insert into migrations (name, batch, migration_time) values ($1, 9999, now())',
    [later],
  );
  try {
    expect(await migrate(db)).toEqual([]);
    expect(await isMigrated(db)).toBe(true);
    shows(36);
  } finally {
    await db.pool.query('delete from migrations where name = $1', [later]);
  }
});

it('0007 counts the customers that are there, and those that the previous version goes on making', async () => {
  await inEmptySchema(async (client) => {
    await client.query(foundation.sql + PEOPLE);
    for (const { sql } of [queue, keysAndAudit, live, delivery, trust, people])
      await client.query(sql);
    const totals = async () => (await client.query('select total from customer_counts')).rows;
    expect(await totals()).toEqual([{ total: 1 }]);
    // As a registration writes, in one statement with what belongs to it; the address is taken the second time.
    const register = `with made as (
        insert into customers (company_id, id, email, email_key, name, password_hash)
        values ('${COMPANY}', '${idOf(7)}', 'b@example.com', 'b@example.com', 'Bob', 'x')
        on conflict (company_id, email_key) do nothing returning company_id, id)
      insert into incident_counts (company_id, customer_id) select company_id, id from made`;
    await client.query(register);
    await client.query(register);
    expect(await totals()).toEqual([{ total: 2 }]);
    await client.query(`delete from customers where id = '${idOf(7)}'`);
    expect(await totals()).toEqual([{ total: 1 }]);
  });
});

it('0008 changes nothing of what its functions say: indexes hold what they said before', async () => {
  await inEmptySchema(async (client) => {
    await client.query(foundation.sql + PEOPLE);
    for (const { sql } of [queue, keysAndAudit, live, delivery, trust, people])
      await client.query(sql);
    await client.query(incident(1, 'OPEN', '2026-01-01T00:00Z'));
    const words = async (text: string) =>
      (await client.query('select search_words($1, $2)', [COMPANY, text])).rows[0].search_words;
    const isAnothers = async (customer: string, of: string) => {
      await client.query("select set_config('app.customer_id', $1, true)", [customer]);
      const { rows } = await client.query('select is_anothers($1, $2)', [COMPANY, of]);
      return rows[0].is_anothers;
    };
    const said = async () => ({
      words: await Promise.all(
        [
          ...MARKUP,
          ...HEADER_BREAKERS.filter((text) => !text.includes('\0')),
          '',
          'Überall ROT, x@example.com',
          'ΣΊΣΥΦΟΣ',
        ].map(words),
      ),
      anothers: [
        await isAnothers(CUSTOMER, idOf(1)),
        await isAnothers(idOf(5), idOf(1)),
        await isAnothers(CUSTOMER, idOf(9)),
      ],
    });
    const before = await said();
    await client.query(plannedOnce.sql);
    expect(await said()).toEqual(before);
    expect(before.anothers).toEqual([false, true, false]);
    expect(before.words.at(-1)).toEqual([`${COMPANY.slice(-8)}σισυφοσ`]);
  });
});
