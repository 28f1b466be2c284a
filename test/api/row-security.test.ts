/**
 * The second wall: what the database lets the role of customers do when a query forgets its tenant condition (BAR 10).
 * Every table of the catalogue has its decision here; a new one fails until it has.
 */
import type { QueryResultRow } from 'pg';
import { beforeAll, describe, expect, it } from 'vitest';
import { startApp, type TestApp } from '../support/app.ts';
import {
  buildAnnouncement,
  buildApiKey,
  buildCustomer,
  buildIncident,
  buildMove,
  rowsOf,
  type TestCustomer,
} from '../support/factories.ts';
import { everyTestShows, shows } from '../support/shows.ts';

everyTestShows(10);

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});

type Actor = { id: string; companyId: string } | null;

/** Runs one statement as the role of customers, with the settings of one of them, and takes it back. */
async function asCustomerRole<Row extends QueryResultRow>(
  actor: Actor,
  sql: string,
  values: unknown[] = [],
): Promise<Row[]> {
  const client = await app.deps.db.pool.connect();
  try {
    await client.query('begin');
    if (actor !== null) {
      await client.query(
        "select set_config('app.company_id', $1, true), set_config('app.customer_id', $2, true)",
        [actor.companyId, actor.id],
      );
    }
    await client.query("select set_config('role', 'porthole_customer', true)");
    return (await client.query<Row>(sql, values)).rows;
  } finally {
    await client.query('rollback');
    client.release();
  }
}

const refusalOf = (actor: Actor, sql: string, values: unknown[] = []) =>
  asCustomerRole(actor, sql, values).then(
    () => 'allowed',
    (error: { code?: string }) => error.code,
  );

const REFUSED = '42501';

/** A customer, a colleague and somebody of another company, each with an incident that the team has answered. */
async function buildThree() {
  const customer = await buildCustomer(app);
  const { companyId } = customer;
  const others = [await buildCustomer(app, { companyId }), await buildCustomer(app)] as const;
  for (const one of [customer, ...others]) await buildWorkedIncident(one);
  return { customer, colleague: others[0], stranger: others[1] };
}

async function buildWorkedIncident(customer: TestCustomer) {
  const headers = { 'idempotency-key': 'key' };
  const { token } = customer;
  const incident = await buildIncident(app, customer);
  const apiKey = await buildApiKey(app, customer.companyId);
  const path = `/incident-ticket/${incident.id}`;
  await app.api.put(path, { apiKey, body: { techDescription: 'secret' } });
  await app.api.post(`${path}/comments`, { apiKey, body: { content: 'Hello' } });
  await app.api.post(`${path}/comments`, { apiKey, body: { content: 'x', isInternal: true } });
  const call = { token, headers, body: { content: 'Hello' } };
  await app.api.post(`/customer/${incident.id}/comments`, call);
  await buildMove(app, incident, 'ACKNOWLEDGED');
}

/** Tables a customer may read their own rows of. */
const READABLE = [
  'incidents',
  'comments',
  'incident_history',
  'incident_counts',
  'idempotency_keys',
] as const;

/** Tables on which customers have no right at all to read. */
const CLOSED = [
  ...['incident_internals', 'responder_notes', 'customers', 'sessions', 'companies'],
  ...[
    'api_keys',
    'outbox',
    'events',
    'migrations',
    'migrations_lock',
    'team_counts',
    'ticket_reservations',
  ],
  ...[
    'account_links',
    'audit_log',
    'customer_counts',
    'deliveries',
    'delivery_attempts',
    'desk_sessions',
  ],
  ...['identity_keys', 'login_failures', 'rate_limits', 'spent_once', 'webhooks'],
] as const;

/** What customers say of announcements is theirs alone, too; tests of it are below. */
const SAID = 'incident_affected';
/** Numbers of tickets are the company's. */
const COUNTERS = 'ticket_counters';

describe('every table', () => {
  it('has a decision here: what customers may read of it', async () => {
    const tables = await rowsOf<{ name: string; may_read: boolean }>(
      app,
      `select relname as name, has_any_column_privilege('porthole_customer', oid, 'select') as may_read
       from pg_class where relkind in ('r', 'p', 'v', 'm', 'f') and not relispartition
         and relnamespace = 'public'::regnamespace`,
    );
    const decided = [...READABLE, SAID, COUNTERS, ...CLOSED];
    const undecided = tables.filter(({ name }) => !decided.some((one) => one === name));
    expect(
      undecided.map(
        ({ name }) =>
          `${name}: add it to CLOSED in row-security.test.ts; or to READABLE, with a row in buildWorkedIncident, where customers may read their own of it`,
      ),
    ).toEqual([]);
    expect(tables).toHaveLength(decided.length);
    const readable = tables.filter((one) => one.may_read).map(({ name }) => name);
    expect(readable.sort()).toEqual([...READABLE, SAID, COUNTERS].sort());
    shows(10, {
      'tables that customers may read their own rows of': readable.length,
      'tables closed': CLOSED.length,
    });
  });

  it('is reached by no function or sequence with more rights than the customer has, but for one', async () => {
    const functions = `select proname as name, proconfig::text like '%search_path%' as is_pinned from pg_proc
      where pronamespace = 'public'::regnamespace and prosecdef and prorettype <> 'trigger'::regtype
        and has_function_privilege('porthole_customer', oid, 'execute')`;
    // It says yes or no about an id that somebody knows already, for the policies that let customers write.
    expect(await rowsOf(app, functions)).toEqual([{ name: 'is_anothers', is_pinned: true }]);
    const sequences = `select relname as name from pg_class
      where case relkind when 'S' then has_sequence_privilege('porthole_customer', oid, 'usage, select, update') end`;
    expect(await rowsOf(app, sequences)).toEqual([]);
    const owned = `select relname as name from pg_class c join pg_roles r on r.oid = c.relowner
      where r.rolname = 'porthole_customer'`;
    expect(await rowsOf(app, owned)).toEqual([]);
  });
});

describe('a query without any condition', () => {
  it("returns the customer's own rows only", async () => {
    const { customer } = await buildThree();
    for (const table of READABLE) {
      const rows = await asCustomerRole(customer, `select * from ${table}`);
      expect(rows.length, table).toBeGreaterThan(0);
      const owners = new Set(rows.map((row) => `${row.company_id} ${row.customer_id}`));
      expect([...owners], table).toEqual([`${customer.companyId} ${customer.id}`]);
    }
  });

  it("returns nothing of another's, even when it asks for them by name", async () => {
    const { customer, colleague, stranger } = await buildThree();
    for (const { id } of [colleague, stranger]) {
      for (const table of READABLE) {
        const sql = `select * from ${table} where customer_id = $1`;
        expect(await asCustomerRole(customer, sql, [id]), table).toEqual([]);
      }
    }
  });

  it('returns nothing at all where no customer is set', async () => {
    await buildThree();
    for (const table of [...READABLE, 'ticket_counters']) {
      expect(await asCustomerRole(null, `select * from ${table}`), table).toEqual([]);
    }
  });

  it('returns nothing where company and customer do not belong together', async () => {
    const { customer, stranger } = await buildThree();
    const mixed = { id: customer.id, companyId: stranger.companyId };
    for (const table of READABLE) {
      expect(await asCustomerRole(mixed, `select * from ${table}`), table).toEqual([]);
    }
  });

  it("counts tickets of the customer's company only", async () => {
    const { customer } = await buildThree();
    const rows = await asCustomerRole(customer, 'select company_id from ticket_counters');
    expect(rows).toEqual([{ company_id: customer.companyId }]);
  });

  it('is refused on every table that is internal', async () => {
    const { customer } = await buildThree();
    for (const table of CLOSED) {
      expect(await refusalOf(customer, `select * from ${table}`), table).toBe(REFUSED);
      expect(await refusalOf(customer, `delete from ${table}`), table).toBe(REFUSED);
    }
  });
});

describe('a change without any condition', () => {
  it("reaches the customer's own rows only", async () => {
    const { customer } = await buildThree();
    const changed = await asCustomerRole(
      customer,
      'update incidents set is_unread = false returning customer_id',
    );
    expect(changed).toEqual([{ customer_id: customer.id }]);
    const counted = await asCustomerRole(
      customer,
      'update incident_counts set open = open returning customer_id',
    );
    expect(counted).toEqual([{ customer_id: customer.id }]);
  });

  it('cannot touch what a customer may not set', async () => {
    const { customer, stranger } = await buildThree();
    for (const change of [
      `customer_id = '${stranger.id}'`,
      `company_id = '${stranger.companyId}'`,
      "ticket_number = 'X'",
      "short_description = 'X'",
      "priority = 'LOW'",
      'created_at = now()',
      'closed_at = now()',
    ]) {
      expect(await refusalOf(customer, `update incidents set ${change}`), change).toBe(REFUSED);
    }
    for (const table of ['comments', 'incident_history', 'idempotency_keys']) {
      const sql = `update ${table} set company_id = company_id`;
      expect(await refusalOf(customer, sql), table).toBe(REFUSED);
    }
  });

  it('deletes nothing', async () => {
    const { customer } = await buildThree();
    for (const table of [...READABLE, 'ticket_counters']) {
      expect(await refusalOf(customer, `delete from ${table}`), table).toBe(REFUSED);
      expect(await refusalOf(customer, `truncate ${table} cascade`), table).toBe(REFUSED);
    }
  });
});

describe('a new row', () => {
  const ownersOf = async () => {
    const { customer, colleague, stranger } = await buildThree();
    const foreign = [colleague, stranger, { id: customer.id, companyId: stranger.companyId }];
    return { customer, foreign };
  };

  it('is refused for another company or customer, as a report, an event, a key or a history entry', async () => {
    const { customer, foreign } = await ownersOf();
    const id = 'gen_random_uuid()';
    for (const other of foreign) {
      for (const sql of [
        `insert into incidents (company_id, id, customer_id, ticket_number, short_description,
           description, priority, category, status, source)
         values ($1, ${id}, $2, ${id}::text, 'x', 'x', 'LOW', 'x', 'OPEN', 'PORTAL')`,
        `insert into events (company_id, id, incident_id, customer_id, kind, is_internal, payload)
         values ($1, ${id}, ${id}, $2, 'x', false, '{}')`,
        `insert into idempotency_keys (company_id, customer_id, key, request_hash, result_id)
         values ($1, $2, 'x', '', ${id})`,
        `insert into incident_history (company_id, incident_id, id, customer_id, status)
         values ($1, ${id}, ${id}, $2, 'OPEN')`,
      ]) {
        expect(await refusalOf(customer, sql, [other.companyId, other.id])).toBe(REFUSED);
      }
    }
  });

  it("is refused as a comment on another's incident, for another, or in the team's name", async () => {
    const { customer, foreign } = await ownersOf();
    const write = async (
      incidentOf: string,
      owner: { companyId: string; id: string },
      by: string,
    ) => {
      const [incident] = await rowsOf(
        app,
        'select company_id, id from incidents where customer_id = $1',
        [incidentOf],
      );
      return refusalOf(
        customer,
        `insert into comments (company_id, incident_id, id, customer_id, author_type, author_name, content)
         values ($1, $2, gen_random_uuid(), $3, $4, 'x', 'x')`,
        [owner.companyId, incident?.id, owner.id, by],
      );
    };
    expect(await write(customer.id, customer, 'CUSTOMER')).toBe('allowed');
    expect(await write(customer.id, customer, 'USER')).toBe(REFUSED);
    for (const other of foreign) {
      expect(await write(other.id, other, 'CUSTOMER')).toBe(REFUSED);
      if (other.id !== customer.id) {
        expect(await write(other.id, customer, 'CUSTOMER')).toBe(REFUSED);
      }
    }
  });

  it('is refused in the outbox of another company', async () => {
    const { customer, foreign } = await ownersOf();
    const sql = `insert into outbox (company_id, id, incident_id, kind, payload)
      values ($1, gen_random_uuid(), gen_random_uuid(), 'x', '{}')`;
    expect(await refusalOf(customer, sql, [foreign[1]?.companyId])).toBe(REFUSED);
  });

  it('is refused beside the incident of somebody else, or an announcement', async () => {
    const { customer, foreign } = await ownersOf();
    const [colleague, stranger] = foreign;
    const announcement = await buildAnnouncement(app, customer.companyId);
    const incidentOf = async (who?: { id: string }) => {
      const sql = 'select id from incidents where customer_id = $1';
      return (await rowsOf<{ id: string }>(app, sql, [who?.id]))[0]?.id;
    };
    const beside = (incident?: string, kind = 'comment.created', isInternal = false) => {
      const id = 'gen_random_uuid()';
      const row = [customer.companyId, incident, customer.id];
      return Promise.all(
        [
          `insert into incident_history (company_id, incident_id, id, customer_id, status)
           values ($1, $2, ${id}, $3, 'CLOSED')`,
          `insert into outbox (company_id, incident_id, id, kind, payload)
           select $1, $2, ${id}, 'incident.resolved', '{}' where $3::text is not null`,
          `insert into events (company_id, incident_id, id, customer_id, kind, is_internal, payload)
           values ($1, $2, ${id}, $3, '${kind}', ${isInternal}, '{}')`,
        ].map((sql) => refusalOf(customer, sql, row)),
      );
    };
    const none = [REFUSED, REFUSED, REFUSED];
    expect(await beside(await incidentOf(customer))).toEqual(['allowed', 'allowed', 'allowed']);
    expect(await beside(await incidentOf(colleague))).toEqual(none);
    expect(await beside(await incidentOf(colleague), 'incident.affected', true)).toEqual(none);
    expect(await beside(await incidentOf(stranger))).not.toContain('allowed');
    expect(await beside(announcement.id)).toEqual(none);
    // That it affects them is what customers do say, and only to the team.
    const said = [REFUSED, REFUSED, 'allowed'];
    expect(await beside(announcement.id, 'incident.affected', true)).toEqual(said);
    expect(await beside(announcement.id, 'incident.affected')).toEqual(none);
  });

  it('is refused in every table that is internal', async () => {
    const { customer } = await ownersOf();
    for (const table of CLOSED.filter((one) => one !== 'outbox' && one !== 'events')) {
      expect(await refusalOf(customer, `insert into ${table} default values`), table).toBe(REFUSED);
    }
  });
});

describe('an announcement', () => {
  /** One in each of two companies, worked on by the team, and said to affect a customer and their colleague. */
  async function buildAnnounced() {
    const { customer, colleague, stranger } = await buildThree();
    const work = async (who: TestCustomer) => {
      const { id } = await buildAnnouncement(app, who.companyId);
      const apiKey = await buildApiKey(app, who.companyId);
      const path = `/incident-ticket/${id}`;
      await app.api.put(path, { apiKey, body: { techDescription: 'secret' } });
      await app.api.post(`${path}/comments`, { apiKey, body: { content: 'Hello' } });
      await app.api.post(`${path}/comments`, { apiKey, body: { content: 'x', isInternal: true } });
      return id;
    };
    const [own, foreign] = [await work(customer), await work(stranger)];
    const said = [
      [customer, own] as const,
      [colleague, own] as const,
      [stranger, foreign] as const,
    ];
    for (const [{ token }, id] of said) {
      await app.api.put(`/customer/announcements/${id}/affected`, { token });
    }
    return { customer, colleague, stranger, own, foreign };
  }

  it('is read by the customers of its company, with comments and history, and by no other', async () => {
    const { customer, stranger, own, foreign } = await buildAnnounced();
    for (const [who, id] of [[customer, own] as const, [stranger, foreign] as const]) {
      const sql = 'select id from incidents where customer_id is null';
      expect(await asCustomerRole(who, sql)).toEqual([{ id }]);
      for (const table of ['comments', 'incident_history']) {
        const rows = await asCustomerRole(who, `select * from ${table} where customer_id is null`);
        expect(
          rows.map((row) => row.incident_id),
          table,
        ).toEqual([id]);
      }
    }
    expect(await asCustomerRole(null, 'select * from incidents')).toEqual([]);
  });

  it('is changed, answered and written for by no customer', async () => {
    const { customer, own } = await buildAnnounced();
    const ofIt = 'where customer_id is null returning 1';
    for (const change of ["status = 'CLOSED'", 'waiting_since = now()', 'is_unread = true']) {
      expect(await asCustomerRole(customer, `update incidents set ${change} ${ofIt}`)).toEqual([]);
    }
    for (const owner of [customer.id, null]) {
      const comment = `insert into comments (company_id, incident_id, id, customer_id, author_type, author_name, content)
        values ($1, $2, gen_random_uuid(), $3, 'CUSTOMER', 'x', 'x')`;
      expect(await refusalOf(customer, comment, [customer.companyId, own, owner])).toBe(REFUSED);
    }
    const announce = `insert into incidents (company_id, id, ticket_number, short_description, description,
        priority, category, status, source)
      values ($1, gen_random_uuid(), 'INC-1', 'x', 'x', 'LOW', 'x', 'OPEN', 'PORTAL')`;
    expect(await refusalOf(customer, announce, [customer.companyId])).toBe(REFUSED);
    const count = 'update incidents set affected_count = 0';
    expect(await refusalOf(customer, count)).toBe(REFUSED);
  });

  it('affects whoever says so, for themselves alone', async () => {
    const { customer, colleague, stranger, own, foreign } = await buildAnnounced();
    for (const sql of [
      'select customer_id from incident_affected',
      'update incident_affected set seen_at = now() returning customer_id',
      'delete from incident_affected returning customer_id',
    ]) {
      expect(await asCustomerRole(customer, sql), sql).toEqual([{ customer_id: customer.id }]);
      expect(await asCustomerRole(null, sql), sql).toEqual([]);
    }
    const move = 'update incident_affected set customer_id = customer_id';
    expect(await refusalOf(customer, move)).toBe(REFUSED);
    const { rows } = await app.deps.db.pool.query(
      'select id from incidents where customer_id = $1',
      [customer.id],
    );
    const say = (who: { companyId: string; id: string }, incident: string) =>
      refusalOf(
        customer,
        `insert into incident_affected (company_id, incident_id, customer_id) values ($1, $2, $3)
         on conflict do nothing`,
        [who.companyId, incident, who.id],
      );
    expect(await say(customer, own)).toBe('allowed');
    expect(await say(customer, rows[0].id)).toBe(REFUSED);
    expect(await say(colleague, own)).toBe(REFUSED);
    expect(await say(stranger, foreign)).toBe(REFUSED);
    expect(await say({ ...customer, companyId: stranger.companyId }, foreign)).toBe(REFUSED);
  });
});

describe('the role of customers', () => {
  it('can neither log in, nor pass row security, nor take another role', async () => {
    const rows = await rowsOf(
      app,
      `select rolcanlogin, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb
       from pg_roles where rolname = 'porthole_customer'`,
    );
    expect(rows).toEqual([
      {
        rolcanlogin: false,
        rolsuper: false,
        rolbypassrls: false,
        rolcreaterole: false,
        rolcreatedb: false,
      },
    ]);
    const memberships = `select from pg_auth_members m join pg_roles r on r.oid = m.member
      where r.rolname = 'porthole_customer'`;
    expect(await rowsOf(app, memberships)).toEqual([]);
  });

  it('leaves with the transaction: the next query is the server again', async () => {
    await buildThree();
    const [row] = await rowsOf<{ role: string; company: string | null }>(
      app,
      "select current_user as role, nullif(current_setting('app.company_id', true), '') as company",
    );
    expect(row?.role).not.toBe('porthole_customer');
    expect(row?.company).toBe(null);
  });
});

describe('the schema', () => {
  /** Tables with a company_id, other than the keys of the team, of which some are over all companies. */
  const TENANT_TABLES = `select t.oid, t.relname as name, t.relrowsecurity as secured, t.relforcerowsecurity as forced
    from pg_class t join pg_attribute a on a.attrelid = t.oid and a.attname = 'company_id' and not a.attisdropped
    where t.relkind in ('r', 'p') and t.relnamespace = 'public'::regnamespace and t.relname <> 'api_keys'`;

  /** The audit log too tells of what belongs to no company: its key is its own. */
  const KEYED_TABLES = `${TENANT_TABLES} and t.relname <> 'audit_log'`;

  it('forces row security on every table of tenants', async () => {
    const tables = await rowsOf(app, `${TENANT_TABLES} order by name`);
    expect(tables.map((one) => one.name)).toContain('incidents');
    expect(tables.length).toBeGreaterThanOrEqual(12);
    expect(tables.filter((one) => !one.secured || !one.forced)).toEqual([]);
  });

  it('has the company first in the primary key of every table of tenants', async () => {
    const rows = await rowsOf(
      app,
      `select t.name, a.attname as first from (${KEYED_TABLES}) t
       left join pg_index i on i.indrelid = t.oid and i.indisprimary
       left join pg_attribute a on a.attrelid = t.oid and a.attnum = i.indkey[0]`,
    );
    expect(rows.filter((one) => one.first !== 'company_id')).toEqual([]);
  });

  it('has the company in every foreign key and unique index of every table of tenants', async () => {
    const foreign = await rowsOf(
      app,
      `select t.name, c.conname from (${KEYED_TABLES}) t join pg_constraint c on c.conrelid = t.oid and c.contype = 'f'
       join pg_attribute a on a.attrelid = t.oid and a.attnum = c.conkey[1] where a.attname <> 'company_id'`,
    );
    const unique = await rowsOf(
      app,
      `select t.name, i.indexrelid::regclass::text as index from (${KEYED_TABLES}) t
       join pg_index i on i.indrelid = t.oid and i.indisunique
       join pg_attribute a on a.attrelid = t.oid and a.attnum = i.indkey[0] where a.attname <> 'company_id'`,
    );
    expect([...foreign, ...unique]).toEqual([]);
  });

  it("refuses a comment that points at another company's incident, even from the server", async () => {
    const { customer, stranger } = await buildThree();
    const [incident] = await rowsOf(app, 'select id from incidents where customer_id = $1', [
      stranger.id,
    ]);
    const sql = `insert into comments (company_id, incident_id, id, author_type, author_name, content)
      values ($1, $2, gen_random_uuid(), 'USER', 'x', 'x')`;
    await expect(rowsOf(app, sql, [customer.companyId, incident?.id])).rejects.toMatchObject({
      code: '23503',
    });
  });
});
