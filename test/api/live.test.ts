/** Live streams: who hears of what, in which order, what a stream that comes back gets, and what ends one. */
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { deleteOldEvents, EVENT_QUERIES } from '../../server/db/events.ts';
import { startApp, type TestApp } from '../support/app.ts';
import {
  askForEvents,
  customerEvents,
  type EventStream,
  type Frame,
  openEvents,
  teamEvents,
} from '../support/event-stream.ts';
import {
  buildAnnouncement,
  buildApiKey,
  buildCustomer,
  buildDesk,
  buildIncident,
  buildMove,
  buildNode,
  expectData,
  NOBODYS_ID,
  ownPage,
  rowsOf,
  type TestCustomer,
} from '../support/factories.ts';
import { everyTestShows, shows } from '../support/shows.ts';

everyTestShows(30);

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});

const kinds = (frames: readonly Frame[]) => frames.map(({ event }) => event);

const comment = (incident: { id: string }, body: object) =>
  app.api.post(`/incident-ticket/${incident.id}/comments`, { apiKey: app.adminKey, body });
const reply = (customer: TestCustomer, incident: { id: string }) =>
  app.api.post(`/customer/${incident.id}/comments`, {
    token: customer.token,
    body: { content: 'Still so' },
  });

/** Whatever was told before this has arrived when this has. */
async function untilTold(stream: EventStream, customer: TestCustomer): Promise<void> {
  const { id } = await buildIncident(app, customer);
  await stream.until(({ data }) => data.incidentId === id);
}

/** An incident's life: five changes of which the customer is told, and two that stay inside. */
async function buildLife(customer: TestCustomer) {
  const incident = await buildIncident(app, customer);
  await buildMove(app, incident, 'ACKNOWLEDGED');
  await comment(incident, { content: 'canary-internal', isInternal: true });
  await comment(incident, { content: 'We are on it.' });
  const apiKey = app.adminKey;
  await app.api.put(`/incident-ticket/${incident.id}`, {
    apiKey,
    body: { techDescription: 'canary-internal' },
  });
  await buildMove(app, incident, 'RESOLVED');
  await reply(customer, incident);
  return incident;
}
const TOLD_TO_CUSTOMER = [
  'incident.created',
  'incident.updated',
  'comment.created',
  'incident.updated',
  'comment.created',
  'incident.updated',
];

describe('an open stream', () => {
  it('is an event stream that nothing on the way may keep back', async () => {
    const stream = await customerEvents(app.url, await buildCustomer(app));
    const { headers, frames } = stream;
    expect(headers.get('content-type')).toBe('text/event-stream');
    expect(headers.get('cache-control')).toContain('no-cache');
    expect(headers.get('x-accel-buffering')).toBe('no');
    expect(headers.get('access-control-allow-origin')).toBe('*');
    expect(stream.text()).toMatch(/^retry: \d+\n\n/);
    expect(frames).toMatchObject([{ event: 'ready', id: expect.any(String) }]);
    stream.close();
  });

  it('tells a customer each change once, in order, and nothing internal', async () => {
    const customer = await buildCustomer(app);
    const stream = await customerEvents(app.url, customer);
    const incident = await buildLife(customer);
    const events = await stream.untilEvents(TOLD_TO_CUSTOMER.length);
    expect(kinds(events)).toEqual(TOLD_TO_CUSTOMER);
    expect(events.map(({ data }) => data.status)).toEqual([
      ...[undefined, 'ACKNOWLEDGED', undefined, 'RESOLVED', undefined, 'OPEN'],
    ]);
    for (const { data } of events) {
      expect(data).toMatchObject({ incidentId: incident.id, isAnnouncement: false });
      const allowed = ['incidentId', 'isAnnouncement', 'at', 'status', 'commentId'];
      expect(Object.keys(data).filter((field) => !allowed.includes(field))).toEqual([]);
    }
    const { comments } = expectData(
      await app.api.get(`/customer/get-incident/${incident.id}`, { token: customer.token }),
      200,
    );
    expect(events.flatMap(({ data }) => data.commentId ?? [])).toEqual(
      comments.map(({ id }: { id: string }) => id),
    );
    expect(stream.text()).not.toMatch(/canary|isInternal|customerId|companyId/);
    expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
    stream.close();
  });

  it('tells a change within a second of its answer', async () => {
    const customer = await buildCustomer(app);
    const stream = await customerEvents(app.url, customer);
    const times: number[] = [];
    for (let count = 0; count < 20; count += 1) {
      const { id } = await buildIncident(app, customer);
      const answeredAt = performance.now();
      await stream.until(({ data }) => data.incidentId === id);
      times.push(performance.now() - answeredAt);
    }
    stream.close();
    // The median: a busy machine may be late with one.
    const median = times.sort((a, b) => a - b)[10] ?? Number.POSITIVE_INFINITY;
    expect(median).toBeLessThan(1_000);
    shows(30, { 'arrivals measured': times.length, 'median arrival ms': Math.round(median) });
  });

  it('tells the team the same and what is internal, of its own company or of all', async () => {
    const customer = await buildCustomer(app);
    const stranger = await buildCustomer(app);
    const { companyId } = customer;
    const apiKey = await buildApiKey(app, companyId);
    const foreign = { apiKey: await buildApiKey(app, stranger.companyId) };
    const teams = await Promise.all([
      teamEvents(app.url, { apiKey }),
      teamEvents(app.url, { headers: (await buildDesk(app, apiKey)).headers }),
      teamEvents(app.url, { apiKey: app.adminKey }),
    ]);
    const others = await Promise.all([
      teamEvents(app.url, foreign),
      customerEvents(app.url, stranger),
    ]);
    const incident = await buildLife(customer);
    for (const stream of teams) {
      await stream.until(({ data }) => data.status === 'OPEN');
      const events = stream.events().filter(({ data }) => data.incidentId === incident.id);
      expect(kinds(events)).toEqual([
        ...['incident.created', 'incident.updated', 'comment.created', 'comment.created'],
        ...['incident.updated', 'incident.updated', 'comment.created', 'incident.updated'],
      ]);
      expect(events.map(({ data }) => data.isInternal)).toEqual([
        ...[false, false, true, false, true, false, false, false],
      ]);
      expect(events[0]?.data).toMatchObject({ companyId, customerId: customer.id });
      stream.close();
    }
    const { id } = await buildIncident(app, stranger);
    for (const stream of others) {
      const [first] = await stream.untilEvents(1);
      expect(first?.data.incidentId).toBe(id);
      stream.close();
    }
  });

  it('of an admin key can be about one company', async () => {
    const [customer, stranger] = [await buildCustomer(app), await buildCustomer(app)];
    const path = `/incident-ticket/events?companyId=${customer.companyId}`;
    const stream = await openEvents(app.url, path, { apiKey: app.adminKey });
    await buildIncident(app, stranger);
    await untilTold(stream, customer);
    expect(stream.events()).toHaveLength(1);
    stream.close();
    const apiKey = await buildApiKey(app, stranger.companyId);
    const refused = await fetch(`${app.url}/api/v1${path}`, { headers: { 'x-api-key': apiKey } });
    expect([refused.status, (await refused.json()).code]).toEqual([403, 'forbidden']);
  });

  it('tells an announcement to the whole company, and who is affected to its team alone', async () => {
    const customer = await buildCustomer(app);
    const { companyId } = customer;
    const colleague = await buildCustomer(app, { companyId });
    const stranger = await buildCustomer(app);
    const own = [await customerEvents(app.url, customer), await customerEvents(app.url, colleague)];
    const foreign = await customerEvents(app.url, stranger);
    const team = await teamEvents(app.url, { apiKey: await buildApiKey(app, companyId) });

    const { id } = await buildAnnouncement(app, companyId);
    await app.api.put(`/customer/announcements/${id}/affected`, { token: colleague.token });
    await comment({ id }, { content: 'It is the network.' });

    for (const stream of own) {
      const events = await stream.untilEvents(2);
      expect(kinds(events)).toEqual(['incident.created', 'comment.created']);
      for (const { data } of events) {
        expect(data).toMatchObject({ incidentId: id, isAnnouncement: true });
      }
      stream.close();
    }
    const events = await team.untilEvents(3);
    expect(kinds(events)).toEqual(['incident.created', 'incident.affected', 'comment.created']);
    expect(events.map(({ data }) => data.customerId)).toEqual([null, colleague.id, null]);
    await untilTold(foreign, stranger);
    expect(foreign.events()).toHaveLength(1);
    for (const stream of [team, foreign]) stream.close();
  });

  it('opens with the cookie of our own page, and for no other page', async () => {
    const { email, companyId } = await buildCustomer(app);
    const own = ownPage(app);
    const body = { email, companyId, password: 'correct horse battery', session: 'cookie' };
    const login = await app.api.post('/customer/login', { headers: own, body });
    const cookie = login.headers.getSetCookie()[0]?.split(';')[0] ?? '';
    const stream = await customerEvents(app.url, { headers: { ...own, cookie } });
    expect(kinds(stream.frames)).toEqual(['ready']);
    stream.close();
    const headers = { cookie, origin: 'https://elsewhere.example' };
    expect((await askForEvents(app.url, '/customer/events', { headers })).status).toBe(403);
  });
});

describe('a stream that comes back', () => {
  it('gets what it missed, in order and once, and then what comes', async () => {
    const customer = await buildCustomer(app);
    const first = await customerEvents(app.url, customer);
    const incident = await buildIncident(app, customer);
    await first.untilEvents(1);
    first.close();

    await buildMove(app, incident, 'ACKNOWLEDGED');
    await comment(incident, { content: 'canary-internal', isInternal: true });
    const announcement = await buildAnnouncement(app, customer.companyId);
    await comment(incident, { content: 'We are on it.' });

    const second = await customerEvents(app.url, { ...customer, after: first.cursor() });
    await reply(customer, incident);
    const events = await second.untilEvents(4);
    expect(kinds(events)).toEqual([
      ...['incident.updated', 'incident.created', 'comment.created', 'comment.created'],
    ]);
    expect(events[1]?.data.incidentId).toBe(announcement.id);
    // Without a place: until the missed events are read, the old one counts.
    expect(second.frames[0]).toMatchObject({ event: 'ready', id: null });
    second.close();
  });

  it('misses nothing from whichever event it comes back, also by query', async () => {
    const customer = await buildCustomer(app);
    const whole = await customerEvents(app.url, customer);
    await buildLife(customer);
    const told = await whole.untilEvents(TOLD_TO_CUSTOMER.length);
    whole.close();
    for (const [index, { id }] of told.entries()) {
      const path = `/customer/events?after=${id}`;
      const again = await openEvents(app.url, path, { token: customer.token });
      await untilTold(again, customer);
      const missed = again.events().slice(0, told.length - index - 1);
      expect(missed).toEqual(told.slice(index + 1));
      again.close();
      await rowsOf(app, 'delete from events where customer_id = $1 and id > $2', [
        customer.id,
        lastIdOf(told),
      ]);
    }
  });

  it('is told to read everything again when its place is unknown, too old, or yet to come', async () => {
    const customer = await buildCustomer(app);
    const fresh = await customerEvents(app.url, customer);
    const [xid, at, id] = fresh.cursor().split('-');
    fresh.close();
    const dayAgo = (Date.now() - 25 * 60 * 60 * 1000).toString(36);
    for (const after of [
      ...['1', 'x', "'; --", '-1-0-0', '9'.repeat(40), `${'9'.repeat(19)}-${at}-${id}`],
      `${xid}-${dayAgo}-${id}`,
      `${xid}-${at}-${id}0`,
    ]) {
      const stream = await customerEvents(app.url, { ...customer, after });
      const resync = await stream.until('resync');
      expect(kinds(stream.frames), after).toEqual(['ready', 'resync']);
      expect(stream.frames[0]?.id, after).toBe(null);
      expect(resync.id, after).not.toBe(after);
      await untilTold(stream, customer);
      stream.close();
    }
  });

  it('is told to read everything again when it has missed very much', async () => {
    const customer = await buildCustomer(app);
    const incident = await buildIncident(app, customer);
    const first = await customerEvents(app.url, customer);
    const after = first.cursor();
    first.close();
    await rowsOf(
      app,
      `insert into events (company_id, id, incident_id, customer_id, kind, is_internal, payload)
       select $1, gen_random_uuid(), $2, $3, 'incident.updated', false, '{}' from generate_series(1, 1000)`,
      [customer.companyId, incident.id, customer.id],
    );
    const second = await customerEvents(app.url, { ...customer, after });
    await second.until('resync');
    await untilTold(second, customer);
    expect(second.events()).toHaveLength(1);
    second.close();
  });
});

describe('streams are ended', () => {
  it('when what opened them is over: session, account, company, key, desk session', async () => {
    const [gone, idle, disabled] = [
      await buildCustomer(app),
      await buildCustomer(app),
      await buildCustomer(app),
    ];
    const closed = await buildCustomer(app);
    const stays = await buildCustomer(app);
    const key = expectData(
      await app.api.post('/api-keys', {
        apiKey: app.adminKey,
        body: { name: 'Team', companyId: stays.companyId },
      }),
      201,
    );
    const deskKey = await buildApiKey(app, stays.companyId);
    const desk = await buildDesk(app, deskKey);
    const basic = { authorization: 'Basic b3VyOnByb3h5' };
    const streams = await Promise.all([
      ...[gone, idle, disabled, closed].map((one) => customerEvents(app.url, one)),
      teamEvents(app.url, { apiKey: key.secret }),
      teamEvents(app.url, desk),
      // Behind a proxy with a password of its own.
      teamEvents(app.url, { headers: { ...desk.headers, ...basic } }),
    ]);
    const others = [
      await customerEvents(app.url, stays),
      await teamEvents(app.url, { apiKey: deskKey }),
    ];

    await app.api.post('/customer/logout', { token: gone.token });
    const old = "now() - interval '400 days'";
    await rowsOf(app, `update sessions set last_seen_at = ${old} where customer_id = $1`, [
      idle.id,
    ]);
    await rowsOf(app, 'update customers set disabled_at = now() where id = $1', [disabled.id]);
    await rowsOf(app, 'update companies set disabled_at = now() where id = $1', [closed.companyId]);
    await app.api.delete(`/api-keys/${key.id}`, { apiKey: app.adminKey });
    await app.api.delete('/desk/session', desk);

    for (const stream of streams) {
      await stream.ended();
      expect(stream.frames.at(-1)?.event).toBe('bye');
    }
    for (const stream of others) {
      await untilTold(stream, stays);
      stream.close();
    }
    const again = await askForEvents(app.url, '/customer/events', gone);
    expect(again.status).toBe(401);
  });

  it('when the node stops: told to come back, and those that come too early to wait', async () => {
    const node = await buildNode(app, {});
    const customer = await buildCustomer(app);
    const streams = await Promise.all([1, 2, 3].map(() => customerEvents(node.url, customer)));
    await node.live.drain();
    for (const stream of streams) {
      await stream.ended();
      expect(stream.frames.at(-1)).toMatchObject({ event: 'bye', id: expect.any(String) });
    }
    const early = await askForEvents(node.url, '/customer/events', customer);
    expect([early.status, await early.text()]).toEqual([200, 'retry: 2000\n\n']);
    await node.stop();
  });

  it('not because they are open: a stream is no use of its session', async () => {
    const customer = await buildCustomer(app);
    const seen = () =>
      rowsOf(app, 'select last_seen_at from sessions where customer_id = $1', [customer.id]);
    await rowsOf(
      app,
      "update sessions set last_seen_at = now() - interval '1 day' where customer_id = $1",
      [customer.id],
    );
    const before = await seen();
    const stream = await customerEvents(app.url, customer);
    expect(await seen()).toEqual(before);
    stream.close();

    const desk = await buildDesk(app, await buildApiKey(app, customer.companyId));
    const deskSeen = () =>
      rowsOf(
        app,
        `select s.last_seen_at from desk_sessions s join api_keys k on k.id = s.key_id
         where k.company_id = $1`,
        [customer.companyId],
      );
    await rowsOf(app, "update desk_sessions set last_seen_at = last_seen_at - interval '1 hour'");
    const deskBefore = await deskSeen();
    const team = await teamEvents(app.url, desk);
    expect(await deskSeen()).toEqual(deskBefore);
    expect((await app.api.get('/incident-ticket', desk)).status).toBe(200);
    expect(await deskSeen()).not.toEqual(deskBefore);
    team.close();
  });
});

describe('the number of streams', () => {
  it('is at most four for a customer; one that is closed makes room', async () => {
    const customer = await buildCustomer(app);
    const other = await buildCustomer(app, { companyId: customer.companyId });
    const streams = await Promise.all([1, 2, 3, 4].map(() => customerEvents(app.url, customer)));
    const refused = await app.api.get('/customer/events', { token: customer.token });
    expect([refused.status, refused.body.code]).toEqual([429, 'rate_limited']);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    streams.push(await customerEvents(app.url, other));
    streams[0]?.close();
    await expect
      .poll(async () => {
        const answer = await askForEvents(app.url, '/customer/events', customer);
        await answer.body?.cancel();
        return answer.status;
      })
      .toBe(200);
    for (const stream of streams) stream.close();
  });

  it('lets a new one take the place of the oldest that is a minute old, which is asked to wait', async () => {
    const customer = await buildCustomer(app);
    const old: EventStream[] = [];
    for (let count = 0; count < 4; count += 1) old.push(await customerEvents(app.url, customer));
    const young: EventStream[] = [];
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 60_000 });
    try {
      for (const oldest of old) {
        young.push(await customerEvents(app.url, customer));
        await oldest.ended();
        expect(kinds(oldest.frames)).toEqual(['ready']);
        expect(oldest.text()).toMatch(/retry: 60000\n\n$/);
      }
      // Those who were sent away cannot send the others away in turn.
      const refused = await app.api.get('/customer/events', { token: customer.token });
      expect(refused.status).toBe(429);
    } finally {
      vi.useRealTimers();
    }
    await untilTold(young[3] as EventStream, customer);
    for (const stream of young) {
      await stream.untilEvents(1);
      stream.close();
    }
  });

  it('is in the metrics, with the events read', async () => {
    const customer = await buildCustomer(app);
    const stream = await customerEvents(app.url, customer);
    await untilTold(stream, customer);
    const text = await app.deps.metrics.text();
    expect(text).toMatch(/^porthole_live_streams\{side="customer"\} [1-9]/m);
    expect(text).toMatch(/^porthole_events_read_total [1-9]/m);
    expect(text).toMatch(/^porthole_events_held_back_seconds \d/m);
    stream.close();
  });

  it('does not grow by HEAD', async () => {
    const customer = await buildCustomer(app);
    for (let count = 0; count < 6; count += 1) {
      const headers = { authorization: `Bearer ${customer.token}` };
      const answer = await fetch(`${app.url}/api/v1/customer/events`, { method: 'HEAD', headers });
      expect([answer.status, answer.headers.get('content-type')]).toEqual([
        200,
        'text/event-stream',
      ]);
    }
  });
});

describe('events', () => {
  it('are kept for a day, and not for ever', async () => {
    const customer = await buildCustomer(app);
    const incidents = [await buildIncident(app, customer), await buildIncident(app, customer)];
    await rowsOf(
      app,
      "update events set created_at = now() - interval '26 hours' where incident_id = $1",
      [incidents[0]?.id],
    );
    expect(await deleteOldEvents(app.deps.db)).toBe(1);
    const left = await rowsOf(app, 'select incident_id from events where customer_id = $1', [
      customer.id,
    ]);
    expect(left).toEqual([{ incident_id: incidents[1]?.id }]);
  });

  it('have the time of their writing, however long ago their transaction began', async () => {
    const customer = await buildCustomer(app);
    const { id } = await buildIncident(app, customer);
    const client = await app.deps.db.pool.connect();
    try {
      await client.query('begin');
      // As long as a turn at the incident may have to be waited for.
      await client.query(
        `do $$ begin while clock_timestamp() < now() + interval '10 ms' loop end loop; end $$`,
      );
      const { rows } = await client.query(
        `insert into events (company_id, id, incident_id, customer_id, kind, is_internal, payload)
         values ($1, gen_random_uuid(), $2, $3, 'incident.updated', false, '{}')
         returning created_at > now() + interval '5 ms' as is_own`,
        [customer.companyId, id, customer.id],
      );
      expect(rows).toEqual([{ is_own: true }]);
    } finally {
      await client.query('rollback');
      client.release();
    }
  });

  it('that were missed are found by an index, however many there are of others', async () => {
    const client = await app.deps.db.pool.connect();
    const plans: string[] = [];
    try {
      await client.query('begin');
      // What a big table would bring about by itself.
      await client.query('set local enable_seqscan = off');
      const values = ['1', NOBODYS_ID, NOBODYS_ID, NOBODYS_ID];
      for (const text of Object.values(EVENT_QUERIES)) {
        const used = values.slice(
          0,
          Math.max(...[...text.matchAll(/\$(\d)/g)].map(([, n]) => Number(n))),
        );
        const { rows } = await client.query(`explain ${text}`, used);
        plans.push(rows.map((row) => row['QUERY PLAN']).join('\n'));
      }
    } finally {
      await client.query('rollback');
      client.release();
    }
    for (const plan of plans) {
      expect(plan).toMatch(/Index Cond: .*ROW\(xid, id\) > /);
      expect(plan).not.toMatch(/Filter: .*ROW\(xid, id\)/);
    }
  });
});

/** The id of the last event, out of its cursor. */
function lastIdOf(told: readonly Frame[]): string {
  const hex = told.at(-1)?.id?.split('-')[2] ?? '';
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
