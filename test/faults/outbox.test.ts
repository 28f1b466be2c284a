/**
 * A change and what tells of it are one: after `kill -9` at random moments under load, every report, comment and move has
 * exactly its outbox row and its event, none of these is without its change, and each outbox row becomes exactly one
 * delivery to each of its targets. On the embedded database, and on PostgreSQL where TEST_DATABASE_URL names a server.
 * LONG=1 kills more often.
 */
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { lookAtRest, type Query } from '../support/at-rest.ts';
import { createClient } from '../support/client.ts';
import { expectData } from '../support/factories.ts';
import { type Fleet, startFleet } from '../support/fleet.ts';
import { type OwnDatabase, ownDatabase } from '../support/own-database.ts';
import { createRandom } from '../support/random.ts';
import { ADMIN_KEY, startServer } from '../support/server-process.ts';
import { shows } from '../support/shows.ts';
import { startWebhookReceiver, type WebhookReceiver } from '../support/webhook-receiver.ts';
import { type Acknowledged, buildTenant, startWriting, type Tenant } from '../support/writers.ts';

const KILLS = process.env.LONG === '1' ? 40 : 5;
/** Changes between one kill and the next, at most. */
const BETWEEN = 60;
const TENANTS = 3;
const call = { apiKey: ADMIN_KEY };

let database: OwnDatabase;
let receiver: WebhookReceiver;
let settings: Record<string, string>;
beforeAll(async () => {
  database = await ownDatabase();
  receiver = await startWebhookReceiver();
  settings = { ...database.settings, WEBHOOKS_ALLOW_LOOPBACK: 'true' };
});
afterAll(async () => {
  await receiver?.close();
  await database?.remove();
});

it('leaves no change without its rows and no row without its change', {
  timeout: 600_000,
}, async () => {
  const random = createRandom();
  // One node on the embedded database, which is one node's.
  const nodes = database.settings.DATABASE_URL === undefined ? 1 : 2;
  const fleet = await startFleet(settings, nodes);
  const tenants: Tenant[] = [];
  for (let count = 0; count < TENANTS; count += 1) tenants.push(await buildTenant(fleet));
  for (const { companyId } of tenants) await buildHooks(fleet, companyId);

  let isOver = false;
  const { acknowledged, done } = startWriting(fleet, random, tenants, () => isOver);
  for (let kill = 1; kill <= KILLS; kill += 1) {
    const enough = acknowledged.length + 1 + random.below(BETWEEN);
    await vi.waitFor(() => expect(acknowledged.length).toBeGreaterThan(enough), {
      timeout: 60_000,
      interval: 5,
    });
    // The last one ends the load.
    isOver = kill === KILLS;
    await fleet.kill(random.below(nodes));
  }
  await done;
  await fleet.end();

  const { rows, lost, unmatched } = await lookAtRest(database, async (query) => ({
    lost: await expectAcknowledged(query, acknowledged),
    unmatched: await expectTogether(query),
    rows: await countRows(query),
  }));
  await untilExpanded(tenants, rows);
  await lookAtRest(database, expectDeliveries);
  shows(27, {
    kills: KILLS,
    'changes acknowledged': acknowledged.length,
    'outbox rows': rows.outbox,
    'event rows': rows.events,
    'rows without their counterpart': unmatched,
    'acknowledged changes lost': lost,
  });
  console.log(
    `seed ${random.seed}: killed ${KILLS} times, ${acknowledged.length} changes acknowledged, ${JSON.stringify(rows)}`,
  );
});

/** One that is told everything, and one that is told of comments alone. */
async function buildHooks(fleet: Fleet, companyId: string) {
  const api = createClient(await fleet.url(0));
  for (const events of [undefined, ['comment.created']]) {
    const body = { url: `${receiver.url}/${companyId}`, companyId, events };
    expectData(await api.post('/webhooks', { ...call, body }), 201);
  }
}

/** What was answered with yes is there. Answers how much is not. */
async function expectAcknowledged(
  query: Query,
  acknowledged: readonly Acknowledged[],
): Promise<number> {
  const stored = await query<{ name: string }>(`
    select id::text as name from incidents
    union all select id::text from comments
    union all select id::text from responder_notes
    union all select incident_id || ' ' || status || ' '
      || to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') from incident_history`);
  const names = new Set(stored.map(({ name }) => name));
  const missing = acknowledged.filter((one) => {
    if (one.kind === 'report') return !names.has(one.incidentId);
    if (one.kind === 'move') return !names.has(`${one.incidentId} ${one.status} ${one.at}`);
    return !names.has(one.commentId);
  });
  expect(missing).toEqual([]);
  return missing.length;
}

/** Every change that the tables hold, by what it is: `detail` is a comment's id, or the status of a move. */
const CHANGES = `
  select company_id, id as incident_id, 'incident.created' as kind, '' as detail, false as is_internal from incidents
  union all select company_id, incident_id, 'comment.created', id::text, false from comments
  union all select company_id, incident_id, 'comment.created', id::text, true from responder_notes
  union all select company_id, incident_id, 'incident.updated', status, false from (
    select *, row_number() over (partition by company_id, incident_id order by at, id) as place from incident_history
  ) as history where place > 1`;
const DETAIL = `coalesce(payload->>'commentId', payload->>'status', '')`;
const SAME = 'company_id, incident_id, kind, detail, is_internal';

/** The rows of one query that have not exactly as many like them in the other. */
const difference = (left: string, right: string, same = SAME) => `
  select ${same}, a.n as "left", b.n as "right"
  from (select ${same}, count(*) as n from (${left}) as l group by ${same}) as a
  full join (select ${same}, count(*) as n from (${right}) as r group by ${same}) as b using (${same})
  where a.n is distinct from b.n`;

/** Answers how many rows of changes, events and outbox have not exactly one of each other. */
async function expectTogether(query: Query): Promise<number> {
  const events = `select company_id, incident_id, kind, ${DETAIL} as detail, is_internal from events`;
  const aboutEvents = await query(difference(CHANGES, events));
  expect(aboutEvents, 'events').toEqual([]);

  const outside = `select company_id, incident_id, detail, is_internal,
      case when kind = 'incident.updated' and detail = 'RESOLVED' then 'incident.resolved' else kind end as kind
    from (${CHANGES}) as changes where not is_internal`;
  const outbox = `select company_id, incident_id, kind, ${DETAIL} as detail, false as is_internal from outbox`;
  const aboutOutbox = await query(difference(outside, outbox));
  expect(aboutOutbox, 'outbox').toEqual([]);

  const keys = `select k.key from idempotency_keys k
    left join incidents i on i.company_id = k.company_id and i.id = k.result_id
    left join comments c on c.company_id = k.company_id and c.id = k.result_id
    where i.id is null and c.id is null`;
  expect(await query(keys), 'keys without a result').toEqual([]);

  const audit = `select company_id, action as kind, subject_id::text as detail from audit_log
    where action in ('comment.created', 'note.created')`;
  const byTeam = `select company_id, 'comment.created' as kind, id::text as detail from comments where author_type = 'USER'
    union all select company_id, 'note.created', id::text from responder_notes`;
  expect(await query(difference(byTeam, audit, 'company_id, kind, detail')), 'audit').toEqual([]);

  const counts = `select i.id from incidents i where comment_count <> (
    select count(*) from comments c where c.company_id = i.company_id and c.incident_id = i.id)`;
  expect(await query(counts), 'comment counts').toEqual([]);
  return aboutEvents.length + aboutOutbox.length;
}

interface Rows {
  incidents: number;
  comments: number;
  events: number;
  outbox: number;
  /** Of the outbox: about comments. */
  about_comments: number;
}

const countRows = async (query: Query) => {
  const [rows] = await query<Rows>(`select (select count(*) from incidents)::int as incidents,
    (select count(*) from comments)::int as comments, (select count(*) from events)::int as events,
    (select count(*) from outbox)::int as outbox,
    (select count(*) from outbox where kind = 'comment.created')::int as about_comments`);
  return rows as Rows;
};

/** Lets a node finish what the killed ones have left; asked through its API, as the embedded database is its own. */
async function untilExpanded(tenants: readonly Tenant[], { outbox, about_comments }: Rows) {
  const server = await startServer(settings);
  const api = createClient(server.url);
  const total = async ({ companyId }: Tenant) => {
    const path = `/deliveries?companyId=${companyId}&kind=webhook&limit=1`;
    return expectData(await api.get(path, call), 200).total as number;
  };
  await vi.waitFor(
    async () => {
      const totals = await Promise.all(tenants.map(total));
      expect(totals.reduce((sum, one) => sum + one, 0)).toBe(outbox + about_comments);
    },
    { timeout: 30_000, interval: 100 },
  );
  await server.end();
}

/** Each row of the outbox has one delivery to each of its webhooks, and is news in one mail to each of its readers. */
async function expectDeliveries(query: Query) {
  const hooks = 'company_id, outbox_id, webhook_id';
  const wanted = `select o.company_id, o.id as outbox_id, w.id as webhook_id
    from outbox o join webhooks w on w.company_id = o.company_id and o.kind = any(w.events)`;
  const made = `select ${hooks} from deliveries where kind = 'webhook'`;
  expect(await query(difference(wanted, made, hooks)), 'webhooks').toEqual([]);

  const readers = 'company_id, incident_id, reader, detail';
  const news = `select o.company_id, o.incident_id, ${DETAIL} as detail,
      case when o.kind = 'incident.created' or m.author_type = 'CUSTOMER' or o.payload->>'status' = 'OPEN'
        then 'team' else 'customer' end as reader
    from outbox o left join comments m on m.company_id = o.company_id and m.id = (o.payload->>'commentId')::uuid`;
  const told = `select company_id, incident_id, case when customer_id is null then 'team' else 'customer' end as reader,
      coalesce(one->>'commentId', one->>'status', '') as detail
    from deliveries, json_array_elements(payload->'news') as one where kind = 'email'`;
  expect(await query(difference(news, told, readers)), 'mails').toEqual([]);

  expect(await query('select id from outbox where done_at is null')).toEqual([]);
}
