/** What all nodes share, they share at once: behind HAProxy, on one PostgreSQL that they reach through PgBouncer. */
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Client, createClient } from '../support/client.ts';
import { customerEvents, teamEvents } from '../support/event-stream.ts';
import { expectData, PASSWORD, REPORT, short } from '../support/factories.ts';
import { insist } from '../support/insist.ts';
import { report, signUp } from '../support/load.ts';
import { SIZE, setNodes } from '../support/nodes.ts';
import { ADMIN_KEY } from '../support/server-process.ts';
import { shows } from '../support/shows.ts';
import { startWebhookReceiver, type WebhookReceiver } from '../support/webhook-receiver.ts';

/** More than there are sign-ups here, which count as attempts too. */
const GUESSES = 20;

const nodes = setNodes({
  RATE_LIMITS: `attempts=${GUESSES}/900,network=99999/60,customer=99999/60,key=99999/60,writing=99999/60`,
});

/** Of each node, past the balancer. */
let apis: Client[];
let balanced: Client;
beforeAll(async () => {
  const urls = await Promise.all(Array.from({ length: SIZE }, (_, node) => nodes.fleet.url(node)));
  apis = urls.map(createClient);
  balanced = createClient(nodes.balancer.url);
});

const everywhere = <T>(work: (api: Client, node: number) => Promise<T>) =>
  Promise.all(apis.map(work));

let customer: { token: string; companyId: string };
beforeEach(async () => {
  customer = await signUp(nodes.balancer.url);
});

const rowsOf = async (sql: string, values: unknown[]) => (await nodes.db.query(sql, values)).rows;

describe('many nodes', () => {
  it('refuse a session once it was ended at one of them', async () => {
    const { token } = customer;
    const me = () => everywhere(async (api) => (await api.get('/customer/me', { token })).status);
    expect(await me()).toEqual(apis.map(() => 200));
    expectData((await apis[0]?.post('/customer/logout', { token })) as never, 200);
    expect(await me()).toEqual(apis.map(() => 401));
    shows(2, { 'nodes that refuse an ended session': SIZE });
  });

  it('count attempts together, by the network that came to the balancer and not by what it says', async () => {
    const guess = (network: string) => (_: unknown, index: number) =>
      loginFrom(network, {
        email: `nobody-${index}@example.com`,
        forwarded: `203.0.113.${index + 1}`,
      });
    const length = 4 * GUESSES;
    const statuses = await Promise.all(Array.from({ length }, guess('127.0.0.2')));
    expect(statuses.filter((status) => status === 401)).toHaveLength(GUESSES);
    expect(statuses.filter((status) => status === 429)).toHaveLength(length - GUESSES);
    expect(await guess('127.0.0.3')(null, 0)).toBe(401);
    shows(22, { 'guesses through a balancer': length, 'let through': GUESSES });
  });

  it('make one incident of one Idempotency-Key, whichever of them get it', async () => {
    const { token, companyId } = customer;
    const call = { token, body: REPORT, headers: { 'idempotency-key': short() } };
    const replies = await Promise.all(
      Array.from({ length: 10 }, () =>
        everywhere((api) => insist(() => api.post('/customer/create-incident', call))),
      ),
    );
    const answers = replies.flat().map(({ status, text }) => `${status} ${text}`);
    expect(new Set(answers).size).toBe(1);
    expect(answers[0]).toMatch(/^201 /);
    expect(await rowsOf('select from incidents where company_id = $1', [companyId])).toHaveLength(
      1,
    );
    shows(26, { 'requests to three nodes at once': answers.length, 'incidents made of them': 1 });
  });

  it('number tickets without a gap and without a double', async () => {
    const { token, companyId } = customer;
    const replies = await Promise.all(Array.from({ length: 60 }, () => report(balanced, token)));
    for (const reply of replies) expectData(reply, 201);
    const numbers = await rowsOf(
      'select right(ticket_number, 4)::int as number from incidents where company_id = $1 order by 1',
      [companyId],
    );
    expect(numbers.map(({ number }) => number)).toEqual(replies.map((_, index) => index + 1));
  });

  it('tell every stream, at each of them, what was written at any, in order and once', async () => {
    const { token, companyId } = customer;
    const open = async (_: unknown, node: number) => {
      const url = await nodes.fleet.url(node);
      return [await customerEvents(url, { token }), await teamEvents(url, { apiKey: ADMIN_KEY })];
    };
    const streams = (await Promise.all(apis.map(open))).flat();
    await everywhere(async (api) => {
      for (let count = 0; count < 20; count += 1) expectData(await report(api, token), 201);
    });
    const stored = await rowsOf(
      'select incident_id from events where company_id = $1 order by xid, id',
      [companyId],
    );
    for (const stream of streams) {
      const told = await stream.untilEvents(stored.length);
      expect(told.map(({ data }) => data.incidentId)).toEqual(
        stored.map(({ incident_id }) => incident_id),
      );
      stream.close();
    }
    shows(30, { 'events told on three nodes': streams.length * stored.length });
  });

  it('answer times as they are, whatever the database would make of them', async () => {
    const { id, createdAt } = expectData(await report(balanced, customer.token), 201);
    const [row] = await rowsOf(
      'select extract(epoch from created_at)::float8 as seconds from incidents where id = $1',
      [id],
    );
    expect(Date.parse(createdAt) / 1_000).toBe(row?.seconds);
  });
});

describe('deliveries of many nodes', () => {
  let receiver: WebhookReceiver;
  beforeAll(async () => {
    receiver = await startWebhookReceiver();
  });
  afterAll(() => receiver?.close());

  it('leave each once, by whichever of them', async () => {
    const { token, companyId } = customer;
    const body = { url: receiver.url, companyId };
    expectData(await balanced.post('/webhooks', { apiKey: ADMIN_KEY, body }), 201);
    const made = await everywhere(async (api) => {
      const ids: string[] = [];
      for (let count = 0; count < 10; count += 1) {
        ids.push(expectData(await report(api, token), 201).id);
      }
      return ids;
    });
    await vi.waitFor(
      () => expect(receiver.received.length).toBeGreaterThanOrEqual(made.flat().length),
      15_000,
    );
    const told = receiver.received.map(({ json }) => json.data.incident.id);
    expect(told.sort()).toEqual(made.flat().sort());
    shows(28, { 'messages of three nodes': told.length });
  });
});

describe('the pooler', () => {
  it('ends what nobody waits for any more, on each of its connections', async () => {
    const pool = new pg.Pool({ connectionString: nodes.settings.DATABASE_URL, max: 12 });
    const ask = `select current_setting('statement_timeout') as timeout, pg_backend_pid() as pid, pg_sleep(0.3)`;
    const found = await Promise.all(Array.from({ length: 12 }, () => pool.query(ask)));
    await pool.end();
    const rows = found.flatMap((one) => one.rows);
    expect(new Set(rows.map(({ pid }) => pid)).size).toBeGreaterThan(1);
    expect(rows.map(({ timeout }) => timeout)).toEqual(rows.map(() => '9500ms'));
  });
});

/** A guess from another address of this machine, with what its sender says of itself. */
async function loginFrom(
  localAddress: string,
  { email, forwarded }: { email: string; forwarded: string },
): Promise<number> {
  const sent = request(`${nodes.balancer.url}/api/v1/customer/login`, {
    method: 'POST',
    localAddress,
    headers: { 'content-type': 'application/json', 'x-forwarded-for': forwarded },
  }).end(JSON.stringify({ email, password: PASSWORD, companyId: customer.companyId }));
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  answer.resume();
  return answer.statusCode ?? 0;
}
