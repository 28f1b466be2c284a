/**
 * Customers and teams go on writing through HAProxy while of three nodes one is killed and the others are restarted in turn,
 * as for an update. What was acknowledged is compared with the database, with what streams were told, and with what a
 * receiver of webhooks has read.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { createClient } from '../support/client.ts';
import { expectData } from '../support/factories.ts';
import { ask, type Tried, type WayIn } from '../support/fleet.ts';
import { SIZE, setNodes } from '../support/nodes.ts';
import { createRandom } from '../support/random.ts';
import { expectDelivered, expectStreams, openChains, untilSettled } from '../support/reckoning.ts';
import { ADMIN_KEY } from '../support/server-process.ts';
import { shows } from '../support/shows.ts';
import { startWebhookReceiver, type WebhookReceiver } from '../support/webhook-receiver.ts';
import { type Acknowledged, buildTenant, startWriting, type Tenant } from '../support/writers.ts';

const TENANTS = 3;
/** Streams of each customer, and of the team. */
const STREAMS = 2;
/** Requests that are answered before the next node goes. */
const BETWEEN = 60;
/** Of each client before a request, so that the test is about nodes that go and not about a machine that is full. */
const BREATH_MS = 50;

const random = createRandom();
// Mails wait for nothing, and there is no mail server: what is pending is a message to a webhook.
const nodes = setNodes({ MAIL_DIGEST_SECONDS: '0' });
let receiver: WebhookReceiver;
beforeAll(async () => {
  receiver = await startWebhookReceiver();
});
afterAll(() => receiver?.close());

const query = async (sql: string, values: unknown[] = []) =>
  (await nodes.db.query(sql, values)).rows;

/** The way through the balancer, on which every answer is counted. */
function countingWay() {
  const counts = { sent: 0, failed: 0 };
  const way: WayIn = {
    async url() {
      await wait(BREATH_MS);
      return nodes.balancer.url;
    },
    onAnswer(tried: Tried) {
      counts.sent += 1;
      if (tried === null || tried.status >= 500) counts.failed += 1;
    },
  };
  /** What `work` cost: requests that failed meanwhile. */
  const failedDuring = async (work: () => Promise<void>) => {
    const before = counts.failed;
    await work();
    return counts.failed - before;
  };
  const nextAnswers = async () => {
    const goal = counts.sent + BETWEEN;
    await vi.waitFor(() => expect(counts.sent).toBeGreaterThan(goal), 20_000);
  };
  return { way, counts, failedDuring, nextAnswers };
}

async function readOn(way: WayIn, { customer }: Tenant, isOver: () => boolean): Promise<void> {
  const { token } = customer;
  while (!isOver()) {
    await ask(way, 0, (api) => api.get('/customer/get-incidents?limit=20', { token }));
    await ask(way, 0, (api) => api.get('/incident-ticket?limit=20', { apiKey: ADMIN_KEY }));
  }
}

it('loses nothing when a node is killed, and fails nothing when nodes are restarted', async () => {
  const { way, counts, failedDuring, nextAnswers } = countingWay();
  const tenants: Tenant[] = [];
  for (let count = 0; count < TENANTS; count += 1) tenants.push(await buildTenant(way));
  for (const { companyId } of tenants) {
    const body = { url: `${receiver.url}/${companyId}`, companyId };
    const api = createClient(nodes.balancer.url);
    expectData(await api.post('/webhooks', { apiKey: ADMIN_KEY, body }), 201);
  }
  const chains = await openChains(way, STREAMS, tenants);

  let isOver = false;
  const { acknowledged, done } = startWriting(way, random, tenants, () => isOver);
  const reading = tenants.map((tenant) => readOn(way, tenant, () => isOver));
  await nextAnswers();

  const dying = random.below(SIZE);
  const leaving = [0, 1, 2].filter((node) => node !== dying);
  const failedByKill = await failedDuring(async () => {
    await nodes.fleet.kill(dying);
    await nodes.allUp();
    await nextAnswers();
  });
  const failedByRestart = await failedDuring(async () => {
    for (const node of leaving) {
      expect(await nodes.fleet.restart(node)).toBe(0);
      await nodes.allUp();
      await nextAnswers();
    }
  });
  isOver = true;
  await Promise.all([done, ...reading]);

  await endLeasesOfTheKilled();
  await untilSettled(query, 60_000);
  const receipts = receiver.received.map(({ path, json, headers }) => ({
    ...{ id: String(headers['webhook-id']), path, json, isAccepted: true },
  }));
  const undelivered = await expectDelivered(query, acknowledged, receipts);
  const connections = await expectStreams(query, chains, tenants);
  const told = chains.reduce((sum, { chain }) => sum + chain.events().length, 0);
  await Promise.all(chains.map(({ chain }) => chain.close()));
  const lost = await findLost(acknowledged);
  const doubled = await countDoubled(acknowledged);
  await expectWholeNumbers();

  console.log(
    [
      `seed ${random.seed}: ${SIZE} nodes behind HAProxy and PgBouncer, one killed, ${leaving.length} restarted: ${counts.sent} requests,`,
      `${acknowledged.length} changes acknowledged, ${lost.length} lost, ${doubled} doubled;`,
      `${failedByKill} requests failed at the kill, ${failedByRestart} at restarts;`,
      `${told} events told on ${chains.length} streams over ${connections} connections, 0 missed, 0 doubled;`,
      `${receipts.length} messages received for ${new Set(receipts.map(({ id }) => id)).size}, ${undelivered} missing`,
    ].join(' '),
  );
  expect(lost).toEqual([]);
  expect(doubled).toBe(0);
  expect(failedByRestart).toBe(0);
  expect(failedByKill).toBe(counts.failed);
  shows(32, {
    'requests through a balancer': counts.sent,
    'nodes restarted under load': leaving.length,
    'requests failed by SIGTERM': failedByRestart,
    'kills of a node': 1,
    'acknowledged writes': acknowledged.length,
    'acknowledged writes lost': lost.length,
    'writes doubled': doubled,
  });
  shows(30, { 'events told': told, 'events missing': 0, 'stream connections': connections });
});

/** What the killed one had begun to deliver: the minute passes after which another one takes it. No other takes that long. */
async function endLeasesOfTheKilled(): Promise<void> {
  const lefts = await query(
    `update deliveries set leased_until = now() where leased_until < now() + interval '50 seconds' returning id`,
  );
  if (lefts.length === 0) return;
  await query('update webhooks set due_at = now()');
  await query(`select pg_notify('porthole', 'the minute has passed')`);
}

async function findLost(acknowledged: readonly Acknowledged[]): Promise<Acknowledged[]> {
  const rows = await query(`select id from incidents union all select id from comments
    union all select id from responder_notes`);
  const ids = new Set(rows.map(({ id }) => id));
  const moves = new Set(
    (await query('select incident_id, status, at from incident_history')).map(
      ({ incident_id, status, at }) => `${incident_id} ${status} ${at.toISOString()}`,
    ),
  );
  return acknowledged.filter((one) => {
    if (one.kind === 'report') return !ids.has(one.incidentId);
    if (one.kind === 'move') return !moves.has(`${one.incidentId} ${one.status} ${one.at}`);
    return !ids.has(one.commentId);
  });
}

/** Customers send each thing until it is answered, under one key: what stands there beyond that was made twice. */
async function countDoubled(acknowledged: readonly Acknowledged[]): Promise<number> {
  const [row] = await query(`select (select count(*) from incidents)::int
    + (select count(*) from comments where author_type = 'CUSTOMER')::int as stored`);
  return row.stored - acknowledged.filter(({ by }) => by === 'customer').length;
}

/** Of each company 1, 2, 3 …, whichever node gave them out. */
async function expectWholeNumbers(): Promise<void> {
  const rows = await query(`select array_agg(ticket_number order by ticket_number) as numbers
    from incidents group by company_id, left(ticket_number, -4)`);
  for (const { numbers } of rows) {
    const said = numbers.map((one: string) => Number(one.split('-').at(-1)));
    expect(said).toEqual(said.map((_: number, index: number) => index + 1));
  }
}
