/**
 * A database as a busy operator has it, made by PostgreSQL itself in a minute or two: 50 companies, 20,000 customers, 400,000
 * incidents, 1,000,000 steps of their timelines with an event each. Customer 1 has a sixteenth of all incidents, customers
 * 2 to 10 half a per cent each, the others share the rest evenly.
 */
import { readFileSync } from 'node:fs';
import bcrypt from 'bcrypt';
import pg from 'pg';
import { connect } from '../../server/db/connection.ts';
import { buildIndexes } from '../../server/db/indexes.ts';
import { migrate } from '../../server/db/migrate.ts';
import { PASSWORD } from '../support/factories.ts';
import { progressBar } from './progress-bar.ts';

export interface Size {
  companies: number;
  customers: number;
  incidents: number;
}

export const FULL: Size = { companies: 50, customers: 20_000, incidents: 400_000 };

const CHUNK = 10_000;
const REPORTS = new URL('../support/reports.jsonl', import.meta.url);
const PASSWORD_COST = 10;

/** The n-th row of a kind, as a UUIDv7 of its time: what is new lies together, as it does in life. */
const id = (
  at: string,
  n: string,
  kind: number,
) => `(lpad(to_hex((extract(epoch from ${at}) * 1000)::bigint), 12, '0')
  || '7' || lpad(to_hex((${n}) & 4095), 3, '0') || '8' || lpad(to_hex((${n})::bigint * 8 + ${kind}), 15, '0'))::uuid`;
const FOUNDED = "timestamptz '2024-01-01 00:00:00+00'";
export const companyId = (n: string) => id(FOUNDED, n, 0);
export const customerId = (n: string) => id(FOUNDED, n, 1);

/** Which customer an incident belongs to, and its place in their list and among its company's of the day. */
const PLAN = /* sql */ `
  create unlogged table bench_plan as
  select n, c, ${companyId('1 + c % :companies')} as company_id, ${customerId('c')} as customer_id, at,
    row_number() over (partition by c order by n) as customer_seq,
    row_number() over (partition by c % :companies, (at at time zone 'UTC')::date order by n) as ticket,
    -- Half of them have been moved on; whose they are has nothing to do with it.
    (array['ACKNOWLEDGED', 'OPEN', 'RESOLVED', 'OPEN', 'CLOSED', 'OPEN'])[1 + (n + n / 1000) % 6] as status
  from (
    select n, case when n % 16 = 0 then 1 when n % 200 between 1 and 9 then 1 + n % 200
        else 11 + (n::bigint * 7919) % (:customers - 10) end as c,
      date_trunc('milliseconds', now()) - (:incidents - n) * (interval '180 days' / :incidents) - interval '1 day' as at
    from generate_series(1, :incidents) n) as spread;
  create index on bench_plan (n);
  analyze bench_plan;`;

const COMPANIES = /* sql */ `
  insert into companies (id, slug, name, search_name, categories, allowed_origins, is_listed)
  select ${companyId('n')}, 'company-' || n, 'Company ' || n, 'company ' || n,
    array['System', 'Access', 'Billing', 'Others'], '{}', true from generate_series(1, :companies) n`;
const CUSTOMERS = /* sql */ `
  insert into customers (company_id, id, email, email_key, name, password_hash)
  select ${companyId('1 + c % :companies')}, ${customerId('c')}, 'c' || c || '@example.com', 'c' || c || '@example.com',
    'Customer ' || c, :hash from generate_series(1, :customers) c`;
const COUNTERS = [
  /* sql */ `insert into incident_counts (company_id, customer_id, last_seq, open, acknowledged, resolved, closed)
  select c.company_id, c.id, count(n), count(n) filter (where status = 'OPEN'), count(n) filter (where status = 'ACKNOWLEDGED'),
    count(n) filter (where status = 'RESOLVED'), count(n) filter (where status = 'CLOSED')
  from customers c left join bench_plan p on p.customer_id = c.id group by c.company_id, c.id`,
  /* sql */ `insert into ticket_counters (company_id, day, last)
  select company_id, (at at time zone 'UTC')::date, max(ticket) from bench_plan group by 1, 2`,
];

const MOVED = "p.at + interval '20 minutes'";
const REPLIED = "p.at + interval '10 minutes'";
const IN_CHUNK = 'p.n > :after and p.n <= :after + :chunk';
/** What one chunk of incidents is and has: a first step each, a comment each, a move every other. */
const CHUNKS = [
  /* sql */ `insert into incidents (company_id, id, customer_id, customer_seq, ticket_number, short_description, description,
    priority, category, status, source, comment_count, created_at, updated_at, resolved_at, closed_at, waiting_since)
  select p.company_id, ${id('p.at', 'p.n', 2)}, p.customer_id, p.customer_seq,
    'INC-' || to_char(p.at at time zone 'UTC', 'YYYYMMDD') || '-' || lpad(p.ticket::text, 4, '0'),
    r.report->>'shortDescription', r.report->>'description', r.report->>'priority', r.report->>'category', p.status,
    'PORTAL', 1, p.at, case p.status when 'OPEN' then ${REPLIED} else ${MOVED} end,
    case p.status when 'RESOLVED' then ${MOVED} end, case p.status when 'CLOSED' then ${MOVED} end,
    case p.status when 'OPEN' then p.at end
  from bench_plan p join bench_reports r on r.number = p.n % (select count(*) from bench_reports) where ${IN_CHUNK}`,
  /* sql */ `insert into incident_history (company_id, incident_id, id, customer_id, status, at)
  select p.company_id, ${id('p.at', 'p.n', 2)}, ${id('p.at', 'p.n', 3)}, p.customer_id, 'OPEN', p.at
  from bench_plan p where ${IN_CHUNK}
  union all
  select p.company_id, ${id('p.at', 'p.n', 2)}, ${id(MOVED, 'p.n', 4)}, p.customer_id, p.status, ${MOVED}
  from bench_plan p where ${IN_CHUNK} and p.status <> 'OPEN'`,
  /* sql */ `insert into comments (company_id, incident_id, id, customer_id, author_type, author_name, content, created_at,
    updated_at)
  select p.company_id, ${id('p.at', 'p.n', 2)}, ${id(REPLIED, 'p.n', 5)}, p.customer_id, 'USER', 'Support',
    'We looked at it and restarted the service. Does it work again? (' || p.n || ')', ${REPLIED}, ${REPLIED}
  from bench_plan p where ${IN_CHUNK}`,
  /* sql */ `insert into events (company_id, id, incident_id, customer_id, kind, is_internal, payload, created_at)
  select p.company_id, ${id('p.at', 'p.n', 6)}, ${id('p.at', 'p.n', 2)}, p.customer_id, 'incident.created', false, '{}', p.at
  from bench_plan p where ${IN_CHUNK}
  union all
  select p.company_id, ${id(REPLIED, 'p.n', 7)}, ${id('p.at', 'p.n', 2)}, p.customer_id, 'comment.created', false,
    jsonb_build_object('commentId', ${id(REPLIED, 'p.n', 5)}), ${REPLIED}
  from bench_plan p where ${IN_CHUNK}
  union all
  select p.company_id, ${id(MOVED, 'p.n', 0)}, ${id('p.at', 'p.n', 2)}, p.customer_id, 'incident.updated', false,
    jsonb_build_object('status', p.status), ${MOVED}
  from bench_plan p where ${IN_CHUNK} and p.status <> 'OPEN'`,
];

/** Fills an empty database; the schema is this version's. */
export async function loadDataset(url: string, size: Size, title: string): Promise<void> {
  const db = connect({ kind: 'url', url, poolSize: 4 }, 0);
  await migrate(db);
  await db.close();
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const bar = progressBar(title, Math.ceil(size.incidents / CHUNK) + 10);
  try {
    const hash = await bcrypt.hash(PASSWORD, PASSWORD_COST);
    const run = async (sql: string, after = 0) => {
      await client.query(fill(sql, { ...size, chunk: CHUNK, after, hash: `'${hash}'` }));
    };
    // What can be lost with this database need not be waited for.
    await client.query('set synchronous_commit to off');
    await run(COMPANIES);
    await run(CUSTOMERS);
    bar.step();
    await client.query('create unlogged table bench_reports (number int, report jsonb)');
    await client.query(
      'insert into bench_reports select number - 1, report::jsonb from unnest($1::text[]) with ordinality as r(report, number)',
      [readFileSync(REPORTS, 'utf8').trim().split('\n')],
    );
    await run(PLAN);
    bar.step(2);
    for (const sql of COUNTERS) await run(sql);
    bar.step();
    const indexes = await dropIndexes(client);
    for (let after = 0; after < size.incidents; after += CHUNK) {
      for (const sql of CHUNKS) await run(sql, after);
      bar.step();
    }
    await client.query('drop table bench_plan, bench_reports');
    await Promise.all(indexes.map((some) => create(url, some)));
    bar.step(4);
    await client.query('vacuum (analyze)');
    bar.step(2);
  } finally {
    bar.end();
    await client.end();
  }
  const again = connect({ kind: 'url', url, poolSize: 2 }, 0);
  await buildIndexes(again);
  await again.close();
}

const fill = (sql: string, values: Record<string, string | number>) =>
  sql.replace(/(?<!:):([a-z]+)/g, (_, name: string) => String(values[name]));

/** Every index of the large tables that no key needs, to be built again at the end: that is several times faster. */
async function dropIndexes(client: pg.Client): Promise<string[][]> {
  const { rows } = await client.query(`
    select i.indexrelid::regclass::text as name, pg_get_indexdef(i.indexrelid) as definition
    from pg_index i
    where i.indrelid in ('incidents'::regclass, 'events'::regclass)
      and not exists (select from pg_constraint c where c.conindid = i.indexrelid)
    order by pg_relation_size(i.indexrelid) desc, i.indexrelid`);
  for (const { name } of rows) await client.query(`drop index ${name}`);
  // The search takes as long as all the others together.
  const isSearch = ({ name }: { name: string }) => name === 'incidents_search';
  return [rows.filter(isSearch), rows.filter((row) => !isSearch(row))].map((some) =>
    some.map(({ definition }) => definition),
  );
}

async function create(url: string, definitions: readonly string[]): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query("set maintenance_work_mem to '256MB'");
    for (const definition of definitions) await client.query(definition);
  } finally {
    await client.end();
  }
}
