/** The databases of a benchmark's run, on a private PostgreSQL: made when first asked for, gone with the run. */
import pg from 'pg';
import { createTokens } from '../../server/http/tokens.ts';
import { type PostgresServer, startPostgres } from '../support/postgres-server.ts';
import { FULL, loadDataset, type Size } from './dataset.ts';
import { KEY } from './sides.ts';

export interface Person {
  companyId: string;
  customerId: string;
  email: string;
  /** Of an open session. */
  token: string;
  /** Some of their newest incidents. */
  incidentIds: readonly string[];
}

export interface Dataset {
  url: string;
  size: Size;
  /** Ordinary ones, with some 20 incidents each, of all companies. */
  people: readonly Person[];
  /** Who has a sixteenth of all incidents. */
  busiest: Person;
}

export interface Databases {
  postgres(): Promise<PostgresServer>;
  /** 400,000 incidents; a tenth of that in a short run. */
  full(): Promise<Dataset>;
  /** 10,000 incidents. */
  small(): Promise<Dataset>;
  /** Address of a database without anything in it. */
  empty(): Promise<string>;
  /** So many more customers of the dataset's first company, each with a session. */
  customersOfOneCompany(dataset: Dataset, count: number): Promise<Person[]>;
  /** The same rows in a database of its own, to be written to. Nobody may be connected to the first meanwhile. */
  copy(dataset: Dataset): Promise<string>;
  remove(): Promise<void>;
}

/** As for a machine that is the database's own; durable. */
const SETTINGS = { shared_buffers: '512MB', max_wal_size: '4GB' };
const SHORT: Size = { companies: 50, customers: 2_000, incidents: 40_000 };
const SMALL: Size = { companies: 50, customers: 500, incidents: 10_000 };
const PEOPLE = 400;

export function createDatabases(isShort: boolean): Databases {
  let server: Promise<PostgresServer> | undefined;
  const made = new Map<string, Promise<Dataset>>();
  let copies = 0;
  const postgres = () => (server ??= startPostgres(SETTINGS));
  const named = (name: string, size: Size) => {
    const dataset = made.get(name) ?? postgres().then((running) => make(running, name, size));
    made.set(name, dataset);
    return dataset;
  };
  return {
    postgres,
    full: () => named('bench_full', isShort ? SHORT : FULL),
    small: () => named('bench_small', SMALL),
    async copy({ url }) {
      const running = await postgres();
      copies += 1;
      const name = `bench_copy_${copies}`;
      const from = new URL(url).pathname.slice(1);
      await asAdmin(
        running,
        `create database ${name} owner porthole template ${from} strategy file_copy`,
      );
      return urlOf(running, name);
    },
    async empty() {
      const running = await postgres();
      copies += 1;
      const name = `bench_empty_${copies}`;
      await asAdmin(running, `create database ${name} owner porthole`);
      return urlOf(running, name);
    },
    customersOfOneCompany,
    async remove() {
      // One that never started has been told of already.
      const running = await server?.catch(() => null);
      await running?.remove();
    },
  };
}

const urlOf = ({ url }: PostgresServer, name: string) => url.replace(/\/porthole$/, `/${name}`);

async function asAdmin({ adminUrl }: PostgresServer, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  await client.query(sql).finally(() => client.end());
}

async function make(server: PostgresServer, name: string, size: Size): Promise<Dataset> {
  await asAdmin(server, `create database ${name} owner porthole`);
  const url = urlOf(server, name);
  await loadDataset(url, size, `${size.incidents.toLocaleString('en')} incidents`);
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const [busiest, ...people] = await openSessions(client);
    if (busiest === undefined) throw new Error('nobody is in the database');
    return { url, size, people, busiest };
  } finally {
    await client.end();
  }
}

/** The busiest customer and some ordinary ones, each with a session. */
async function openSessions(client: pg.Client): Promise<Person[]> {
  const { rows } = await client.query(
    `with chosen as (
       (select company_id, customer_id, last_seq from incident_counts order by last_seq desc limit 1)
       union all
       (select company_id, customer_id, last_seq from incident_counts where last_seq between 15 and 25
        order by md5(customer_id::text) limit $1)
     ), opened as (
       insert into sessions (company_id, id, customer_id, expires_at)
       select company_id, gen_random_uuid(), customer_id, now() + interval '30 days' from chosen
       returning company_id, id, customer_id
     )
     select opened.*, (
       select email from customers c where c.company_id = opened.company_id and c.id = opened.customer_id) as email, array(
       select i.id from incidents i where i.company_id = opened.company_id and i.customer_id = opened.customer_id
       order by i.customer_seq desc limit 5) as incidents
     from opened join chosen using (customer_id) order by last_seq desc`,
    [PEOPLE],
  );
  return rows.map(toPerson);
}

async function customersOfOneCompany({ url }: Dataset, count: number): Promise<Person[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client
    .query(
      `with company as (select id from companies order by id limit 1), made as (
         insert into customers (company_id, id, email, email_key, name)
         select company.id, gen_random_uuid(), 'live' || n, 'live' || n, 'Customer ' || n
         from company, generate_series(1, $1) n
         returning company_id, id
       ), counted as (
         insert into incident_counts (company_id, customer_id) select company_id, id from made
       )
       insert into sessions (company_id, id, customer_id, expires_at)
       select company_id, gen_random_uuid(), id, now() + interval '1 day' from made
       returning company_id, id, customer_id, '' as email, '{}'::uuid[] as incidents`,
      [count],
    )
    .finally(() => client.end());
  return rows.map(toPerson);
}

const TOKENS = createTokens([KEY]);

// biome-ignore lint/suspicious/noExplicitAny: a row of the two statements above.
function toPerson(row: any): Person {
  const { company_id: companyId, customer_id: customerId, id, email, incidents } = row;
  const expiresAt = new Date(Date.now() + 24 * 60 * 60 * 1000).toISOString();
  const token = TOKENS.sign({ companyId, customerId, sessionId: id, expiresAt });
  return { companyId, customerId, email, token, incidentIds: incidents };
}
