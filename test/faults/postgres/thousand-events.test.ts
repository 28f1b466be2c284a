/**
 * A thousand changes through two nodes that are killed at random, to receivers that fail, hang, cut and redirect now and
 * then: every one is delivered at least once under one id, told on the streams once and in order, and none is missing.
 * What arrived more than once is counted, and has its reason in the log of attempts.
 */
import pg from 'pg';
import { Webhook as Verifier } from 'standardwebhooks';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { type Chain, openChain } from '../../support/chain.ts';
import { createClient } from '../../support/client.ts';
import { expectData } from '../../support/factories.ts';
import { type Fleet, startFleet } from '../../support/fleet.ts';
import { type OwnDatabase, ownDatabase } from '../../support/own-database.ts';
import { createRandom } from '../../support/random.ts';
import { ADMIN_KEY } from '../../support/server-process.ts';
import { shows } from '../../support/shows.ts';
import { type SmtpReceiver, startSmtpReceiver } from '../../support/smtp-receiver.ts';
import {
  type Behaviour,
  type Received,
  startWebhookReceiver,
  type WebhookReceiver,
} from '../../support/webhook-receiver.ts';
import {
  type Acknowledged,
  buildTenant,
  startWriting,
  type Tenant,
} from '../../support/writers.ts';

const CHANGES = 1_000;
/** Changes between the start of a node and its next end, at most. */
const BETWEEN = 200;
/** So that the last leases of the killed end soon after the last change. */
const KILLS_UNTIL = 600;
/** Each with a customer, a team and a receiver. */
const TENANTS = 8;
/** Writing, then 60 s until the leases of the killed are over, then the rest. */
const LIMIT_MS = 200_000;
const SETTLED_MS = 130_000;

/** How often a receiver does not answer as it should, at most, and what it does then. */
const MISHAP_SHARE = 0.04;
const MISHAPS_EACH = 5;
const MISHAPS: readonly Behaviour[] = [
  { status: 500 },
  'reset',
  { status: 302, headers: { location: '/elsewhere' } },
  'hang',
];

const random = createRandom();
let database: OwnDatabase;
let receiver: WebhookReceiver;
let smtp: SmtpReceiver;
let fleet: Fleet;
let db: pg.Pool;
beforeAll(async () => {
  database = await ownDatabase();
  receiver = await startWebhookReceiver();
  smtp = await startSmtpReceiver();
  const settings = {
    ...database.settings,
    WEBHOOKS_ALLOW_LOOPBACK: 'true',
    SMTP_URL: smtp.url,
    MAIL_FROM: 'porthole@mail.example',
    MAIL_DIGEST_SECONDS: '1',
  };
  fleet = await startFleet(settings, 2);
  db = new pg.Pool({ connectionString: database.settings.DATABASE_URL, max: 4 });
  db.on('error', () => {});
});
afterAll(async () => {
  await fleet?.end();
  await db?.end();
  await smtp?.close();
  await receiver?.close();
  await database?.remove();
});

const query = async (sql: string, values: unknown[] = []) => (await db.query(sql, values)).rows;

/** A message of which the receiver has read everything; `isAccepted` when it said yes. */
interface Receipt {
  id: string;
  path: string;
  json: Received['json'];
  isAccepted: boolean;
}

interface Endpoint {
  path: string;
  receipts: Receipt[];
  mishaps: number;
}

/** A receiver that checks each signature, and has its mishaps. */
async function buildEndpoint(tenant: Tenant): Promise<Endpoint> {
  const { companyId } = tenant;
  const path = `/${companyId}`;
  const api = createClient(await fleet.url(0));
  const body = { url: receiver.url + path, companyId };
  const made = await api.post('/webhooks', { apiKey: ADMIN_KEY, body });
  const verifier = new Verifier(expectData(made, 201).secret);
  const endpoint: Endpoint = { path, receipts: [], mishaps: 0 };
  let last: string | null = null;
  let isDeciding = false;
  receiver.behave(async ({ headers, body: text, json }) => {
    verifier.verify(text, headers as Record<string, string>);
    const id = String(headers['webhook-id']);
    const receipt: Receipt = { id, path, json, isAccepted: true };
    endpoint.receipts.push(receipt);
    const isDue = endpoint.mishaps < MISHAPS_EACH && random.next() < MISHAP_SHARE;
    if (!isDue || isDeciding) return { status: 204 };
    isDeciding = true;
    const may = await mayFail(id, last);
    isDeciding = false;
    if (!may) return { status: 204 };
    receipt.isAccepted = false;
    last = id;
    endpoint.mishaps += 1;
    return random.pick(MISHAPS);
  }, path);
  return endpoint;
}

/** A second failure of a message or of its endpoint would be tried again after five minutes: longer than this test. */
async function mayFail(id: string, last: string | null): Promise<boolean> {
  const [row] = await query(
    `select d.attempts = 1 and w.failures = 0 and ($2::uuid is null or exists (
       select from delivery_attempts a where a.delivery_id = $2 and a.duration_ms is not null)) as may
     from deliveries d join webhooks w on w.company_id = d.company_id and w.id = d.webhook_id where d.id = $1`,
    [id, last],
  );
  return row?.may === true;
}

/** Kills each node and starts it again, at random moments while the first changes come in; answers how often. */
async function killAtRandom(count: () => number): Promise<number> {
  const killOne = async (node: number) => {
    let kills = 0;
    for (
      let after = random.below(BETWEEN);
      after < KILLS_UNTIL;
      after = count() + random.below(BETWEEN)
    ) {
      await vi.waitFor(() => expect(count()).toBeGreaterThan(after), {
        timeout: 60_000,
        interval: 5,
      });
      await fleet.kill(node);
      kills += 1;
    }
    return kills;
  };
  const kills = await Promise.all([killOne(0), killOne(1)]);
  return kills.reduce((sum, one) => sum + one, 0);
}

it('delivers each at least once, tells each once and in order, and loses none', {
  timeout: LIMIT_MS,
}, async () => {
  const tenants: Tenant[] = [];
  for (let count = 0; count < TENANTS; count += 1) tenants.push(await buildTenant(fleet));
  const endpoints = await Promise.all(tenants.map(buildEndpoint));
  const chains = await openChains(tenants);

  const { acknowledged, done } = startWriting(fleet, random, tenants, (count) => count >= CHANGES);
  const [kills] = await Promise.all([killAtRandom(() => acknowledged.length), done]);
  await settled();

  const receipts = endpoints.flatMap((one) => one.receipts);
  const lost = await expectDelivered(acknowledged, receipts);
  const duplicates = await explainDuplicates(receipts);
  const mails = await expectMails();
  const connections = await expectStreams(chains, tenants);
  expect(receiver.received.filter(({ path }) => path === '/elsewhere')).toEqual([]);
  shows(28, {
    'changes acknowledged': acknowledged.length,
    'nodes killed': kills,
    'messages received': receipts.length,
    'bad answers or none': receipts.filter(({ isAccepted }) => !isAccepted).length,
    'changes not delivered': lost,
  });
  console.log(
    [
      `seed ${random.seed}: ${acknowledged.length} changes acknowledged through two nodes, ${kills} times kill -9`,
      duplicates,
      mails,
      `streams: ${chains.length} chains over ${connections} connections, every event once, in order, none missing`,
    ].join('\n'),
  );
  await Promise.all(chains.map(({ chain }) => chain.close()));
});

/** Until everything that is in the outbox has been told. */
const settled = () =>
  vi.waitFor(
    async () => {
      const [left] =
        await query(`select (select count(*) from outbox where done_at is null)::int as changes,
        (select count(*) from deliveries where status = 'pending')::int as deliveries`);
      expect(left).toEqual({ changes: 0, deliveries: 0 });
    },
    { timeout: SETTLED_MS, interval: 500 },
  );

/**
 * What was acknowledged has arrived, by what the receivers read; and they read all that the database holds, no more.
 * Answers how much has not arrived.
 */
async function expectDelivered(
  acknowledged: readonly Acknowledged[],
  receipts: readonly Receipt[],
): Promise<number> {
  const accepted = new Map(receipts.filter((one) => one.isAccepted).map((one) => [one.id, one]));
  const told = countBy([...accepted.values()], ({ json: { type, data } }) =>
    nameOf(type, data.incident.id, data.comment?.id, data.movedTo),
  );
  const expected = countBy(
    acknowledged.filter(({ kind }) => kind !== 'note'),
    (one) => {
      if (one.kind === 'report') return nameOf('incident.created', one.incidentId);
      if (one.kind !== 'move') return nameOf('comment.created', one.incidentId, one.commentId);
      const event = one.status === 'RESOLVED' ? 'incident.resolved' : 'incident.updated';
      return nameOf(event, one.incidentId, undefined, one.status);
    },
  );
  const missing = [...expected].filter(([name, count]) => (told.get(name) ?? 0) < count);
  expect(missing).toEqual([]);

  const stored = await query(`select d.id, o.kind, o.incident_id, o.payload, d.status
    from outbox o left join deliveries d on d.company_id = o.company_id and d.outbox_id = o.id and d.kind = 'webhook'`);
  expect(stored.filter(({ status }) => status !== 'delivered')).toEqual([]);
  const ids = new Set(stored.map(({ id }) => id));
  expect(ids.size).toBe(stored.length);
  expect([...ids].filter((id) => !accepted.has(id))).toEqual([]);
  expect(receipts.filter(({ id }) => !ids.has(id))).toEqual([]);
  // One id, one message: whatever comes again is the same.
  const bodies = new Set(receipts.map(({ id, json }) => `${id} ${JSON.stringify(json)}`));
  expect(bodies.size).toBe(ids.size);
  return missing.length;
}

const nameOf = (event: string, incidentId: string, commentId?: string, status?: string | null) =>
  [event, incidentId, commentId ?? '', status ?? ''].join(' ');

function countBy<T>(all: readonly T[], name: (one: T) => string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const one of all) counts.set(name(one), (counts.get(name(one)) ?? 0) + 1);
  return counts;
}

/** Each message that came again: after a bad answer, or after an attempt whose worker died before it wrote it down. */
async function explainDuplicates(receipts: readonly Receipt[]): Promise<string> {
  const attempts = await query(`select delivery_id as id, count(*)::int as all,
      count(*) filter (where duration_ms is null)::int as died,
      count(*) filter (where error is not null)::int as failed
    from delivery_attempts a join deliveries d on d.company_id = a.company_id and d.id = a.delivery_id
    where d.kind = 'webhook' group by 1`);
  const yes = countBy(
    receipts.filter((one) => one.isAccepted),
    ({ id }) => id,
  );
  const no = countBy(
    receipts.filter((one) => !one.isAccepted),
    ({ id }) => id,
  );
  let duplicates = 0;
  for (const { id, all, died, failed } of attempts) {
    const [good, bad] = [yes.get(id) ?? 0, no.get(id) ?? 0];
    duplicates += good - 1;
    // One yes was written down; every other belongs to an attempt that nobody lived to write down.
    expect(good - 1, id).toBeLessThanOrEqual(died);
    expect(bad, id).toBeLessThanOrEqual(failed + died);
    expect(good + bad, id).toBeLessThanOrEqual(all);
  }
  const sum = (name: 'all' | 'died' | 'failed') =>
    attempts.reduce((total, one) => total + one[name], 0);
  return [
    `webhooks: ${attempts.length} messages, ${sum('all')} attempts; ${sum('failed')} got a bad answer or none,`,
    `${sum('died')} died with their worker;`,
    `${duplicates} messages came again after a yes, each from one of those that died`,
  ].join(' ');
}

/** Every mail that is written down as delivered has arrived, under the delivery's id; none is stuck. */
async function expectMails(): Promise<string> {
  const rows = await query(`select d.id, d.status, d.event, d.last_error,
      (select count(*) from delivery_attempts a where a.company_id = d.company_id and a.delivery_id = d.id
        and (a.duration_ms is null or a.error is not null))::int as lost
    from deliveries d where d.kind = 'email'`);
  expect(rows.filter(({ status }) => status !== 'delivered')).toEqual([]);
  const arrived = countBy(
    smtp.mails,
    ({ parsed }) => /<([0-9a-f-]{36})/.exec(parsed.messageId ?? '')?.[1] ?? 'no id',
  );
  expect([...arrived.keys()].sort()).toEqual(rows.map(({ id }) => id).sort());
  const unexplained = rows.filter(({ id, lost }) => (arrived.get(id) ?? 0) - 1 > lost);
  expect(unexplained).toEqual([]);
  const [reports] = await query(
    `select count(*)::int as count from outbox where kind = 'incident.created'`,
  );
  expect(rows.filter(({ event }) => event === 'incident.created')).toHaveLength(reports?.count);
  return `mails: ${rows.length} mails, ${smtp.mails.length - rows.length} came again, each after a worker or its line to the mail server had died`;
}

interface Told {
  chain: Chain;
  /** Null: the team, of all companies. */
  customerId: string | null;
}

/** On each node one of each customer, and one of the team. */
async function openChains(tenants: readonly Tenant[]): Promise<Told[]> {
  const chains: Told[] = [];
  for (const node of [0, 1]) {
    const team = await openChain(fleet, node, '/incident-ticket/events', { apiKey: ADMIN_KEY });
    chains.push({ chain: team, customerId: null });
    for (const { customer } of tenants) {
      const { id, token } = customer;
      chains.push({
        chain: await openChain(fleet, node, '/customer/events', { token }),
        customerId: id,
      });
    }
  }
  return chains;
}

/** What each was told is what is stored for it, in the order of (xid, id); and within an incident in that of time. */
async function expectStreams(chains: readonly Told[], tenants: readonly Tenant[]): Promise<number> {
  let connections = 0;
  for (const { chain, customerId } of chains) {
    const stored = await query(
      `select id from events where $1::uuid is null or (customer_id = $1 and not is_internal) order by xid, id`,
      [customerId],
    );
    const expected = stored.map(({ id }) => id.replaceAll('-', ''));
    await vi.waitFor(
      () => expect(chain.events().length).toBeGreaterThanOrEqual(expected.length),
      20_000,
    );
    expect(chain.signals().filter((one) => one !== 'ready' && one !== 'bye')).toEqual([]);
    expect(chain.events().map(({ id }) => id?.split('-').at(-1))).toEqual(expected);
    connections += chain.connections();
  }
  for (const { companyId } of tenants) await expectOrderWithin(companyId);
  return connections;
}

/** The order of events is the order in which an incident's comments, notes and moves were written, by their own times. */
async function expectOrderWithin(companyId: string) {
  const said = await query(
    `select e.incident_id, m.created_at as at from events e
     join (select id, created_at from comments union all select id, created_at from responder_notes) m
       on m.id = (e.payload->>'commentId')::uuid
     where e.company_id = $1 order by e.incident_id, e.xid, e.id`,
    [companyId],
  );
  const early = said.filter(({ incident_id, at }, index) => {
    const before = said[index - 1];
    return before?.incident_id === incident_id && at < before.at;
  });
  expect(early).toEqual([]);
  const moved = await query(
    `select i.id,
       (select array_agg(status order by at, h.id) from incident_history h where h.incident_id = i.id) as history,
       (select array_agg(coalesce(payload->>'status', 'OPEN') order by xid, e.id) from events e
         where e.incident_id = i.id and (e.kind = 'incident.created' or e.payload ? 'status')) as told
     from incidents i where company_id = $1`,
    [companyId],
  );
  expect(moved.map(({ told }) => told)).toEqual(moved.map(({ history }) => history));
}
