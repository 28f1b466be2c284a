/**
 * Whether the schema could be distributed by company on Citus, which cannot be installed here: what it demands of tables, asked
 * of the catalogue. A table, key, default or trigger that fits nowhere fails here until it fits, or stands in
 * server/GROWTH.md among those that do not.
 */
import { readFileSync } from 'node:fs';
import type pg from 'pg';
import { beforeAll, describe, expect, it } from 'vitest';
import { startApp, type TestApp } from '../support/app.ts';

/** Small, read with everything, and pointed at by all others: each server would hold a copy. */
const COPIED = ['companies'];

/** Stay together on one server: what they hold belongs to no company, or is looked for before one is known. */
const UNDIVIDED = [
  'api_keys',
  'audit_log',
  'desk_sessions',
  'login_failures',
  'migrations',
  'migrations_lock',
  'rate_limits',
];

/** What does not fit as it stands: GROWTH.md says what would take its place. */
const KNOWN = [
  'customers: trigger count_added',
  'customers: trigger count_gone',
  'events: default of xid is of one server alone',
  'incident_affected: trigger count_affected',
  'incidents: trigger count_added',
  'incidents: trigger count_gone',
  'incidents: trigger count_moved',
];

/** Every table, and where it would be. */
const TABLES = /* sql */ `
  with tables as (
    select oid, relname as name,
      case when relname = any($1) then 'copied' when relname = any($2) then 'undivided' else 'divided' end as place
    from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p'))`;

/** Each finds what Citus would refuse, or carry out as something else. */
const MISFITS = [
  `select name || ': has no company_id that is always there' as found from tables t
   where place = 'divided' and not exists (
     select from pg_attribute where attrelid = t.oid and attname = 'company_id' and attnotnull and atttypid = 'uuid'::regtype)`,
  `select name || ': unique without company_id, ' || indexrelid::regclass as found from tables t
   join pg_index i on i.indrelid = t.oid and (i.indisunique or i.indisexclusion)
   where place = 'divided' and not exists (
     select from pg_attribute where attrelid = t.oid and attname = 'company_id' and attnum = any(i.indkey))`,
  // Copies may be pointed at from everywhere; of divided tables a row points within its company; nothing else crosses.
  `select t.name || ': points at ' || o.name || ' across servers, ' || conname as found from tables t
   join pg_constraint c on c.conrelid = t.oid and c.contype = 'f' join tables o on o.oid = c.confrelid
   where o.place <> 'copied' and (t.place <> o.place or t.place = 'divided' and not exists (
     select from unnest(c.conkey, c.confkey) as pair(own, other)
     join pg_attribute a on a.attrelid = t.oid and a.attnum = own and a.attname = 'company_id'
     join pg_attribute b on b.attrelid = o.oid and b.attnum = other and b.attname = 'company_id'))`,
  `select name || ': default of ' || attname || ' is of one server alone' as found from tables t
   join pg_attribute a on a.attrelid = t.oid left join pg_attrdef d on d.adrelid = t.oid and d.adnum = a.attnum
   where place = 'divided'
     and (attidentity <> '' or pg_get_expr(adbin, adrelid) ~ 'nextval|xact|txid|snapshot|backend|inet_')`,
  `select name || ': trigger ' || tgname as found from tables t join pg_trigger g on g.tgrelid = t.oid
   where place <> 'undivided' and not tgisinternal`,
];

async function findMisfits(client: pg.Pool | pg.PoolClient): Promise<string[]> {
  const all: string[] = [];
  for (const misfit of MISFITS) {
    const { rows } = await client.query(`${TABLES} ${misfit}`, [COPIED, UNDIVIDED]);
    all.push(...rows.map(({ found }) => found));
  }
  return all.sort();
}

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});

describe('the schema, distributed by company', () => {
  it('has nothing in its way but what is known', async () => {
    expect(await findMisfits(app.deps.db.pool)).toEqual(KNOWN);
  });

  it('divides most tables, and names none that is gone', async () => {
    const sql = `${TABLES} select name, place from tables order by name`;
    const { rows } = await app.deps.db.pool.query(sql, [COPIED, UNDIVIDED]);
    const at = (place: string) => rows.filter((one) => one.place === place).map(({ name }) => name);
    expect(at('copied')).toEqual(COPIED);
    expect(at('undivided')).toEqual(UNDIVIDED);
    expect(at('divided').length).toBeGreaterThan(20);
  });

  it('would find each kind of misfit in a new table', async () => {
    const client = await app.deps.db.pool.connect();
    try {
      await client.query('begin');
      await client.query(`
        create table misfits (id bigserial primary key, incident_id uuid, key_id uuid references api_keys (id));
        create table strays (company_id uuid not null, id uuid not null, number int generated always as identity,
          other uuid, primary key (company_id, id), foreign key (other, company_id) references incidents (company_id, id));
        create trigger stray after insert on strays for each row execute function audit_log_stays()`);
      const found = (await findMisfits(client)).filter((one) => !KNOWN.includes(one));
      expect(found).toEqual([
        'misfits: default of id is of one server alone',
        'misfits: has no company_id that is always there',
        'misfits: points at api_keys across servers, misfits_key_id_fkey',
        'misfits: unique without company_id, misfits_pkey',
        'strays: default of number is of one server alone',
        'strays: points at incidents across servers, strays_other_company_id_fkey',
        'strays: trigger stray',
      ]);
    } finally {
      await client.query('rollback');
      client.release();
    }
  });

  it('is told of in GROWTH.md', () => {
    const document = readFileSync(new URL('../../server/GROWTH.md', import.meta.url), 'utf8');
    const triggers = KNOWN.flatMap((one) => /trigger (.+)$/.exec(one)?.slice(1) ?? []);
    const names = [...COPIED, ...UNDIVIDED, ...triggers, 'events.xid'];
    expect(names.filter((name) => !document.includes(`\`${name}\``))).toEqual([]);
  });
});
