/**
 * A thousand changes through two nodes that are killed at random, to receivers that fail, hang, cut and redirect now and
 * then: every one is delivered at least once under one id, told on the streams once and in order, and none is missing.
 * What arrived more than once is counted, and has its reason in the log of attempts.
 */
import pg from 'pg';
import { Webhook as Verifier } from 'standardwebhooks';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { createClient } from '../../support/client.ts';
import { expectData } from '../../support/factories.ts';
import { type Fleet, startFleet } from '../../support/fleet.ts';
import { type OwnDatabase, ownDatabase } from '../../support/own-database.ts';
import { createRandom } from '../../support/random.ts';
import {
  countBy,
  expectDelivered,
  expectStreams,
  openChains,
  type Receipt,
  untilSettled,
} from '../../support/reckoning.ts';
import { ADMIN_KEY } from '../../support/server-process.ts';
import { shows } from '../../support/shows.ts';
import { type SmtpReceiver, startSmtpReceiver } from '../../support/smtp-receiver.ts';
import {
  type Behaviour,
  startWebhookReceiver,
  type WebhookReceiver,
} from '../../support/webhook-receiver.ts';
import { buildTenant, startWriting, type Tenant } from '../../support/writers.ts';

const CHANGES = 1_000;
/** Changes between the start of a node and its next end, at most. */
const BETWEEN = 200;
/** So that the last leases of the killed end soon after the last change. */
const KILLS_UNTIL = 600;
/** Each with a customer, a team and a receiver. */
const TENANTS = 8;
/** Writing, then 60 s until the leases of the killed are over, then the rest. */
const LIMIT_MS = 400_000;
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
  const chains = await openChains(fleet, 2, tenants);

  const { acknowledged, done } = startWriting(fleet, random, tenants, (count) => count >= CHANGES);
  const [kills] = await Promise.all([killAtRandom(() => acknowledged.length), done]);
  await untilSettled(query, SETTLED_MS);

  const receipts = endpoints.flatMap((one) => one.receipts);
  const lost = await expectDelivered(query, acknowledged, receipts);
  const duplicates = await explainDuplicates(receipts);
  const mails = await expectMails();
  const connections = await expectStreams(query, chains, tenants);
  const told = chains.reduce((sum, { chain }) => sum + chain.events().length, 0);
  shows(30, {
    'events told': told,
    'events missing': 0,
    'stream connections': connections,
    'nodes killed': kills,
  });
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
