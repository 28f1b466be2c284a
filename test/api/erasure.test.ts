/**
 * A customer can be erased (statement 37 of the bar). A word that occurs nowhere else stands in everything that is kept of
 * one customer; then every table of the schema, whichever there are, every message that goes out afterwards and all that
 * the server logs is searched for it. Before the erasure the same search finds each of them, so that this test can fail.
 */
import { randomInt } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openSession } from '../../server/db/accounts.ts';
import { eraseStep } from '../../server/db/erasure.ts';
import { noteLoginFailure } from '../../server/db/login-failures.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { type Client, createClient } from '../support/client.ts';
import { startTestDelivery } from '../support/delivery.ts';
import {
  buildAnnouncement,
  buildCompany,
  buildCustomer,
  buildIncident,
  buildMove,
  buildNode,
  buildWebhook,
  expectData,
  NOBODYS_ID,
  PASSWORD,
  REPORT,
  rowsOf,
  short,
  type TestCustomer,
} from '../support/factories.ts';
import { allTables, tablesWith } from '../support/personal-data.ts';
import { everyTestShows, shows } from '../support/shows.ts';
import { startWebhookReceiver, type WebhookReceiver } from '../support/webhook-receiver.ts';

let app: TestApp;
let receiver: WebhookReceiver;
beforeAll(async () => {
  app = await startApp({ webhooksAllowLoopback: true });
  receiver = await startWebhookReceiver();
});
afterAll(() => receiver?.close());

const erase = (customer: Pick<TestCustomer, 'id' | 'email'>, api: Client = app.api) =>
  api.post(`/customers/${customer.id}/erase`, {
    apiKey: app.adminKey,
    body: { email: customer.email },
  });

/** Everything that the server says, at its most talkative. */
function listeningLog() {
  const lines: string[] = [];
  const log = pino({ level: 'trace' }, { write: (line: string) => lines.push(line) });
  return { log, lines };
}

interface Person {
  customer: TestCustomer;
  /** What must not be left, by what it is. */
  words: Record<string, string>;
}

/** Puts a customer's words wherever a customer's words are kept. What a new table keeps is planted here. */
async function buildPerson(api: Client, companyId: string, of: string): Promise<Person> {
  const words: Record<string, string> = {};
  const word = (what: string) => {
    words[what] = `${of}${what}${short()}`;
    return words[what];
  };
  const team = { apiKey: app.adminKey };
  const register = {
    ...{ companyId, password: PASSWORD, name: word('name') },
    email: `${word('address')}@example.com`,
  };
  const { customer, token } = expectData(
    await api.post('/customer/register', { body: register }),
    201,
  );
  words.id = customer.id;
  // What the log and the failures know of them, from an address that nobody else has.
  words.ip = of === 'ann' ? '203.0.113.77' : '198.51.100.99';
  const [kept] = await rowsOf<{ password_hash: string }>(
    app,
    'select password_hash from customers where id = $1',
    [customer.id],
  );
  const place = { companyId, customerId: customer.id };
  const account = { ...place, passwordHash: kept?.password_hash ?? null };
  words.session = app.deps.newId();
  const trace = { auditId: app.deps.newId(), ip: words.ip };
  await openSession(
    app.deps.db,
    account,
    { sessionId: words.session, absoluteSeconds: 3600, ...trace },
    'pt-BR',
  );
  const failure = { action: 'customer.login_failed', ip: words.ip, network: words.ip } as const;
  await noteLoginFailure(app.deps, { ...failure, ...place });

  const report = {
    ...REPORT,
    shortDescription: word('title'),
    description: `It fails, says ${word('description')}.`,
    category: word('category'),
  };
  // A number that no other company has come to.
  await rowsOf(
    app,
    `insert into ticket_counters (company_id, day, last) values ($1, (now() at time zone 'UTC')::date, $2)
     on conflict (company_id, day) do update set last = excluded.last`,
    [companyId, 1_000_000 + randomInt(100_000_000)],
  );
  const headers = { 'idempotency-key': word('idempotencykey') };
  const made = await api.post('/customer/create-incident', { token, body: report, headers });
  const incident = expectData(made, 201);
  Object.assign(words, { incident: incident.id, ticket: incident.ticketNumber });
  const path = `/incident-ticket/${incident.id}`;
  const comment = { content: word('comment') };
  words.commentId = expectData(
    await api.post(`/customer/${incident.id}/comments`, { token, body: comment }),
    201,
  ).id;
  const note = { content: `${word('note')} called`, isInternal: true };
  words.noteId = expectData(await api.post(`${path}/comments`, { ...team, body: note }), 201).id;
  const internals = { techDescription: word('tech'), assignedToEmail: 'ops@team.example' };
  expectData(
    await api.put(path, { ...team, body: { ...internals, category: word('newcategory') } }),
    200,
  );
  const reply = { content: `Dear ${word('reply')}, we look into it.` };
  expectData(await api.post(`${path}/comments`, { ...team, body: reply }), 201);
  expectData(await api.post(`/incident-ticket/resolve/${incident.id}`, { ...team, body: {} }), 200);
  const opened = {
    ...{ summary: word('opened'), priority: 'LOW', companyId, customerId: customer.id },
  };
  words.openedId = expectData(
    await api.post('/incident-ticket', { ...team, body: opened }),
    201,
  ).id;
  expectData(await api.put('/customer/me', { token, body: { locale: 'pt-BR' } }), 200);
  await plantLinks(companyId, customer, word);
  return { customer: { ...customer, token }, words };
}

/** What the company calls them, a link to their account, and a sign-up with their address that nobody has finished. */
async function plantLinks(
  companyId: string,
  { id, email }: { id: string; email: string },
  word: (what: string) => string,
) {
  await rowsOf(app, 'update customers set external_id = $2 where id = $1', [id, word('external')]);
  const insert = `insert into account_links
      (company_id, id, purpose, customer_id, email, email_key, name, expires_at)
    values ($1, $2, $3, $4, $5, lower($5), $6, now() + interval '30 minutes')`;
  const { newId } = app.deps;
  await rowsOf(app, insert, [companyId, newId(), 'password', id, email, null]);
  const [typed, signUp] = [email.toUpperCase(), newId()];
  await rowsOf(app, insert, [companyId, signUp, 'sign-up', null, typed, word('signup')]);
  // The mail that brings it has its id.
  await rowsOf(
    app,
    `insert into deliveries (company_id, id, kind, event, recipient, payload, status, done_at)
     values ($1, $2, 'email', 'account.sign-up', $3, '{}', 'delivered', now())`,
    [companyId, signUp, typed],
  );
}

/** The kept counts beside what is there. */
const countsOf = (companyId: string) =>
  rowsOf(
    app,
    `select t.is_announcement, t.open - count(i.id) filter (where i.status = 'OPEN') as open,
       t.resolved - count(i.id) filter (where i.status = 'RESOLVED') as resolved,
       t.waiting - count(i.waiting_since) as waiting,
       (select total from customer_counts k where k.company_id = t.company_id)
         - (select count(*) from customers c where c.company_id = t.company_id) as customers
     from team_counts t left join incidents i on i.company_id = t.company_id and (i.customer_id is null) = t.is_announcement
     where t.company_id = $1 group by t.company_id, t.is_announcement order by 1`,
    [companyId],
  );
const EXACT = { open: '0', resolved: '0', waiting: '0', customers: '0' };

describe('a customer who is erased', () => {
  const said = listeningLog();
  let company: { id: string };
  let ann: Person;
  let bob: Person;
  let announcement: { id: string };
  let before: Record<string, string[]>;
  let bobBefore: Record<string, string[]>;
  let bobAfter: Record<string, string[]>;
  let sentBefore: number;
  let mailsBefore: number;
  let after: Record<string, string[]>;
  let answer: Record<string, number>;
  let delivery: Awaited<ReturnType<typeof startTestDelivery>>;

  beforeAll(async () => {
    const node = await buildNode(app, { log: said.log });
    const api = createClient(node.url);
    const categories = ['System'];
    company = await buildCompany(app, { teamEmails: ['team@team.example'], categories });
    const hook = (path: string, more = {}) =>
      buildWebhook(app, company.id, { url: `${receiver.url}${path}`, ...more });
    await hook('/good');
    await hook('/chat', { format: 'slack' });
    await hook('/bad');
    delivery = await startTestDelivery(app, { log: said.log });
    // What a receiver answers is kept: here it says back what it was told.
    const isAnns = (body: string) => body.includes('anntitle');
    receiver.behave(({ body }) => ({ status: isAnns(body) ? 500 : 200, body }), '/bad');
    announcement = await buildAnnouncement(app, company.id);
    const another = await buildAnnouncement(app, company.id);
    ann = await buildPerson(api, company.id, 'ann');
    bob = await buildPerson(api, company.id, 'bob');
    for (const { customer } of [ann, bob]) {
      for (const { id } of [announcement, another]) {
        const path = `/customer/announcements/${id}/affected`;
        expectData(await api.put(path, { token: customer.token }), 200);
      }
      // Taken back: the event stays.
      await api.delete(`/customer/announcements/${another.id}/affected`, { token: customer.token });
    }
    await buildMove(app, announcement, 'RESOLVED');
    await vi.waitFor(async () => {
      expect(receiver.received.filter(({ path }) => path === '/good').length).toBeGreaterThan(10);
      expect(delivery.smtp.to(ann.customer.email).length).toBeGreaterThan(0);
      const attempts = await rowsOf(app, 'select from delivery_attempts where answer like $1', [
        `%${ann.words.title}%`,
      ]);
      expect(attempts.length).toBeGreaterThan(0);
    }, 20_000);
    await delivery.stop();
    // Written while no worker runs: a change that waits in the outbox.
    const late = { token: ann.customer.token, body: { content: ann.words.comment } };
    expectData(await api.post(`/customer/${ann.words.incident}/comments`, late), 201);
    before = await tablesWith(app, ann.words);
    bobBefore = await tablesWith(app, bob.words);
    [sentBefore, mailsBefore] = [receiver.received.length, delivery.smtp.mails.length];
    answer = expectData(await erase(ann.customer, api), 200);
    after = await tablesWith(app, ann.words);
    bobAfter = await tablesWith(app, bob.words);
    await node.stop();
  }, 60_000);

  it('had a word in everything that was kept of them', async () => {
    expect(Object.keys(ann.words).filter((what) => before[what] === undefined)).toEqual([]);
    const held = new Set(Object.values(before).flat());
    const named = (await allTables(app)).filter(({ namesCustomer }) => namesCustomer);
    const others = ['customers', 'outbox', 'incident_internals', 'responder_notes', 'audit_log'];
    const wanted = [
      ...named.map(({ name }) => name),
      ...others,
      'delivery_attempts',
      'login_failures',
    ];
    expect(
      wanted.filter((name) => !held.has(name)),
      'tables that hold something of a customer, and nothing of this one: plant it in buildPerson',
    ).toEqual([]);
  });

  it('has none in any table afterwards', async () => {
    expect(after).toEqual({});
    const tables = await allTables(app);
    shows(37, {
      'tables searched': tables.length,
      'personal words planted': Object.keys(ann.words).length,
      'places with one before': Object.values(before).flat().length,
      'places with one after': Object.values(after).flat().length,
    });
  });

  it('is in nothing that leaves afterwards, whatever waited', async () => {
    const again = await startTestDeliveryKeeping(app);
    again.pass(24 * 60 * 60 * 1000);
    const { customer } = await buildPerson(app.api, company.id, 'eve');
    const isEves = ({ body }: { body: string }) => body.includes(customer.id);
    await vi.waitFor(
      () => expect(receiver.received.slice(sentBefore).some(isEves)).toBe(true),
      15_000,
    );
    await again.stop();
    const left = [
      ...receiver.received.slice(sentBefore).map(({ body }) => body),
      ...again.smtp.mails.map(({ raw }) => raw),
      ...delivery.smtp.mails.slice(mailsBefore).map(({ raw }) => raw),
    ];
    // Bob's messages waited too, and they came.
    const text = left.join('\n');
    expect(text).toContain(bob.words.incident);
    for (const [what, word] of Object.entries(ann.words)) expect(text, what).not.toContain(word);
    shows(37, { 'messages that left after an erasure, searched': left.length });
  });

  it('is in no line of the log, neither before nor after', () => {
    const lines = said.lines.join('');
    expect(said.lines.length).toBeGreaterThan(10);
    expect(lines).toContain('/customers/:id/erase');
    for (const [what, word] of Object.entries(ann.words)) expect(lines, what).not.toContain(word);
    shows(37, { 'lines of the log searched': said.lines.length });
  });

  it('is gone for the team, whose counts are exact; everybody else has what they had', async () => {
    const call = { apiKey: app.adminKey };
    for (const path of [
      `/customers/${ann.customer.id}`,
      `/incident-ticket/${ann.words.incident}`,
    ]) {
      expect((await app.api.get(path, call)).status, path).toBe(404);
    }
    expect((await erase(ann.customer)).status).toBe(404);
    for (const row of await countsOf(company.id)) expect(row).toMatchObject(EXACT);
    const read = await app.api.get(`/incident-ticket/${announcement.id}`, call);
    expect(expectData(read, 200).affectedCount).toBe(1);
    expect(bobAfter).toEqual(bobBefore);
  });

  it('is told in the audit log by one row with numbers, and the rows about them by none', async () => {
    expect(answer).toMatchObject({ id: ann.customer.id, incidents: 2, notes: 1, sessions: 2 });
    const rows = await rowsOf(
      app,
      "select * from audit_log where company_id = $1 and action = 'customer.erased'",
      [company.id],
    );
    const { id: _, ...numbers } = answer;
    expect(rows).toEqual([
      expect.objectContaining({
        ...{ actor_type: 'key', actor_name: 'The team', ip: '127.0.0.1', before: null },
        ...{ subject_type: 'company', subject_id: company.id, after: numbers },
      }),
    ]);
    // What the team did, when, and from where stays; to whom does not.
    const left = await rowsOf<{ action: string; actor_type: string; ip: string | null }>(
      app,
      `select action, actor_type, actor_id, ip from audit_log
       where company_id = $1 and subject_id is null order by at`,
      [company.id],
    );
    expect(left).toHaveLength(answer.auditRows ?? 0);
    for (const row of left) {
      const isTeam = row.actor_type === 'key';
      expect(row).toMatchObject(isTeam ? { ip: '127.0.0.1' } : { ip: null, actor_id: null });
    }
    expect(left.map(({ action }) => action)).toEqual(
      expect.arrayContaining(['customer.registered', 'customer.login_failed', 'incident.moved']),
    );
  });

  it('can register again, as somebody new', async () => {
    const { email } = ann.customer;
    const again = await buildCustomer(app, { companyId: company.id, email });
    expect(again.id).not.toBe(ann.customer.id);
    const mine = await app.api.get('/customer/get-incidents', { token: again.token });
    expect(expectData(mine, 200).total).toBe(0);
  });
});

/** As startTestDelivery, with what waits. */
async function startTestDeliveryKeeping(of: TestApp) {
  const kept = await rowsOf<{ company_id: string; id: string; payload: object }>(
    of,
    "select company_id, id, next_attempt_at, digest_key from deliveries where status = 'pending'",
  );
  const started = await startTestDelivery(of);
  await rowsOf(
    of,
    `update deliveries d set status = 'pending', done_at = null, next_attempt_at = now()
     from jsonb_to_recordset($1::jsonb) as k (company_id uuid, id uuid)
     where d.company_id = k.company_id and d.id = k.id`,
    [JSON.stringify(kept)],
  );
  await rowsOf(of, 'update webhooks set due_at = now(), failures = 0, blocked_until = null');
  return started;
}

describe('an erasure', () => {
  everyTestShows(37);

  it.each([
    ['no address', {}],
    ['an address that is not theirs', { email: 'somebody@example.com' }],
    ['no address at all', { email: 'yes' }],
  ])('does not happen by a slip: %s', async (_, body) => {
    const customer = await buildCustomer(app);
    const reply = await app.api.post(`/customers/${customer.id}/erase`, {
      apiKey: app.adminKey,
      body,
    });
    expect([reply.status, reply.body.code, reply.body.problems[0].field]).toEqual([
      ...[400, 'invalid', 'email'],
    ]);
    expect((await app.api.get('/customer/me', { token: customer.token })).status).toBe(200);
  });

  it('takes the address in any capitals, as the log-in does', async () => {
    const customer = await buildCustomer(app);
    expectData(await erase({ ...customer, email: customer.email.toUpperCase() }), 200);
  });

  it('of somebody who is not there is not found, whatever the address', async () => {
    expect((await erase({ id: NOBODYS_ID, email: 'a@example.com' })).status).toBe(404);
  });

  it('that is asked for twice at once happens once, and leaves one row', async () => {
    const customer = await buildCustomer(app);
    await buildIncident(app, customer);
    const replies = await Promise.all([erase(customer), erase(customer), erase(customer)]);
    expect(replies.map(({ status }) => status).sort()).toEqual([200, 404, 404]);
    const rows = await rowsOf(
      app,
      "select from audit_log where company_id = $1 and action = 'customer.erased'",
      [customer.companyId],
    );
    expect(rows).toHaveLength(1);
  });

  it('in the middle of what they write leaves nothing of it, and no answer is a fault of ours', async () => {
    const rounds = process.env.LONG === '1' ? 40 : 2;
    const seen: Record<number, number> = {};
    for (let round = 0; round < rounds; round += 1) {
      for (const status of await eraseWhileBusy()) seen[status] = (seen[status] ?? 0) + 1;
    }
    const requests = Object.values(seen).reduce((all, one) => all + one, 0);
    shows(37, { 'requests in flight during erasures': requests, 'faults of ours': seen[500] ?? 0 });
  }, 300_000);

  /** Answers the statuses of all that was asked meanwhile. */
  async function eraseWhileBusy(): Promise<number[]> {
    const word = `busy${short()}`;
    const customer = await buildCustomer(app, { name: word });
    const { token, id, email, companyId } = customer;
    const incident = await buildIncident(app, customer, { shortDescription: word });
    const body = { ...REPORT, shortDescription: word };
    const logIn = (password: string) =>
      app.api.post('/customer/login', { body: { email, companyId, password } });
    const requests = (n: number) => [
      app.api.post('/customer/create-incident', {
        ...{ token, body },
        headers: { 'idempotency-key': `${word}-${n}` },
      }),
      app.api.post(`/customer/${incident.id}/comments`, { token, body: { content: word } }),
      app.api.post(`/incident-ticket/${incident.id}/comments`, {
        ...{ apiKey: app.adminKey, body: { content: word } },
      }),
      logIn(PASSWORD),
      logIn(word),
      app.api.put('/customer/me', { token, body: { name: `${word} ${n}` } }),
    ];
    const writes = Array.from({ length: 5 }, (_, n) => requests(n)).flat();
    await wait(Math.random() * 60);
    const erased = erase(customer);
    writes.push(...Array.from({ length: 3 }, (_, n) => requests(n + 5)).flat());
    const replies = await Promise.all(writes);
    expect((await erased).status).toBe(200);
    for (const { status, text } of replies) {
      expect([200, 201, 401, 404, 503], text).toContain(status);
    }
    expect(await tablesWith(app, { word, id, incident: incident.id })).toEqual({});
    for (const row of await countsOf(companyId)) expect(row).toMatchObject(EXACT);
    return replies.map(({ status }) => status);
  }

  it('waits for a message that is just going out, and nothing of it is left', async () => {
    const customer = await buildCustomer(app);
    const path = `/slow-${short()}`;
    let answerIt: (how: { status: number }) => void = () => {};
    const held = new Promise<{ status: number }>((resolve) => {
      answerIt = resolve;
    });
    receiver.behave(() => held, path);
    await buildWebhook(app, customer.companyId, { url: receiver.url + path });
    const delivery = await startTestDelivery(app);
    const { id } = await buildIncident(app, customer);
    await vi.waitFor(
      () => expect(receiver.received.some((one) => one.path === path)).toBe(true),
      15_000,
    );
    let isErased = false;
    const erased = erase(customer).then((reply) => {
      isErased = true;
      return reply;
    });
    // Shut out at once, whatever the erasure waits for.
    await vi.waitFor(async () => {
      const { status } = await app.api.get('/customer/me', { token: customer.token });
      expect(status).toBe(401);
    }, 15_000);
    await wait(400);
    expect(isErased).toBe(false);
    answerIt({ status: 500 });
    expect((await erased).status).toBe(200);
    delivery.pass(24 * 60 * 60 * 1000);
    await delivery.stop();
    expect(receiver.received.filter((one) => one.path === path)).toHaveLength(1);
    expect(await tablesWith(app, { id: customer.id, incident: id })).toEqual({});
  });

  it('deletes nothing where a worker has taken a message between the last look and the locks', async () => {
    const customer = await buildCustomer(app);
    const { id, companyId } = customer;
    await buildIncident(app, customer);
    await rowsOf(
      app,
      `insert into deliveries (company_id, id, kind, customer_id, event, recipient, payload, next_attempt_at, leased_until)
       values ($1, gen_random_uuid(), 'email', $2, 'x', 'x', '{}', now(), now() + interval '1 minute')`,
      [companyId, id],
    );
    const step = await app.deps.db.knex.transaction((trx) => eraseStep(trx, { companyId, id }));
    expect(step).toBe('under_way');
    const mine = await app.api.get('/customer/get-incidents', { token: customer.token });
    expect(expectData(mine, 200).total).toBe(1);
  });

  it('waits for the lease of a worker that died', async () => {
    const customer = await buildCustomer(app);
    await buildWebhook(app, customer.companyId);
    const delivery = await startTestDelivery(app);
    await buildIncident(app, customer);
    const mine = 'where company_id = $1';
    await vi.waitFor(async () => {
      const rows = await rowsOf(app, `select from deliveries ${mine} and attempts > 0`, [
        customer.companyId,
      ]);
      expect(rows).toHaveLength(1);
    }, 15_000);
    await delivery.stop();
    await rowsOf(app, `update deliveries set leased_until = now() + interval '5 seconds' ${mine}`, [
      customer.companyId,
    ]);
    const start = performance.now();
    expect((await erase(customer)).status).toBe(200);
    expect(performance.now() - start).toBeGreaterThan(1_000);
    expect(await rowsOf(app, `select from deliveries ${mine}`, [customer.companyId])).toEqual([]);
  });

  it('of somebody with very many incidents goes in steps, and counts stay exact', async () => {
    const incidents = process.env.LONG === '1' ? 20_000 : 1_100;
    const customer = await buildCustomer(app);
    const { companyId, id } = customer;
    const batch = 1_000;
    const plant = (first: number) =>
      rowsOf(
        app,
        `with made as (
         insert into incidents (company_id, id, customer_id, customer_seq, ticket_number, short_description, description,
           priority, category, status, source)
         select $1, gen_random_uuid(), $2, n, 'INC-20200101-' || n, 'x', 'x', 'LOW', 'x', 'OPEN', 'PORTAL'
         from generate_series($3::int, $4::int) as n returning id
       ), comment as (
         insert into comments (company_id, incident_id, id, customer_id, author_type, author_name, content)
         select $1, id, gen_random_uuid(), $2, 'CUSTOMER', 'x', 'x' from made
       )
       insert into events (company_id, id, incident_id, customer_id, kind, is_internal, payload)
       select $1, gen_random_uuid(), id, $2, 'incident.created', false, '{}' from made`,
        [companyId, id, first, Math.min(first + batch - 1, incidents)],
      );
    for (let first = 1; first <= incidents; first += batch) await plant(first);
    const start = performance.now();
    const erased = expectData(await erase(customer), 200);
    const ms = Math.round(performance.now() - start);
    expect(erased).toMatchObject({ incidents, comments: incidents });
    expect(await tablesWith(app, { id })).toEqual({});
    for (const row of await countsOf(companyId)) expect(row).toMatchObject(EXACT);
    shows(37, { 'incidents of one erased customer': incidents, 'ms to erase them': ms });
  }, 300_000);

  const giveUp = async () => {
    const customer = await buildCustomer(app);
    await buildIncident(app, customer);
    await rowsOf(
      app,
      `insert into deliveries (company_id, id, kind, customer_id, event, recipient, payload, next_attempt_at, leased_until)
       values ($1, gen_random_uuid(), 'email', $2, 'x', 'x', '{}', now(), now() + interval '1 hour')`,
      [customer.companyId, customer.id],
    );
    const reply = await erase(customer);
    expect([reply.status, reply.headers.get('retry-after')]).toEqual([503, '60']);
    expect((await app.api.get('/customer/me', { token: customer.token })).status).toBe(401);
    const log = await app.api.get(`/audit?subjectId=${customer.id}`, { apiKey: app.adminKey });
    expect(expectData(log, 200).entries[0].action).toBe('customer.disabled');
    await rowsOf(app, 'update deliveries set leased_until = null where customer_id = $1', [
      customer.id,
    ]);
    expect((await erase(customer)).status).toBe(200);
  };
  if (process.env.LONG === '1') {
    const name = 'gives up after a while, says so, and goes on when it is asked again';
    it(name, { timeout: 60_000 }, giveUp);
  }
});

describe('the way into the audit log', () => {
  everyTestShows(37);
  const OPEN = "select set_config('porthole.audit_blanks', 'yes', true)";

  it.each([
    ['closed: no row is changed', 'select 1', 'update audit_log set ip = null'],
    ['for no other column', OPEN, "update audit_log set action = 'x'"],
    ['for no other value', OPEN, "update audit_log set ip = '192.0.2.1'"],
    ['not for another id', OPEN, 'update audit_log set subject_id = gen_random_uuid()'],
    [
      'not for who of the team it was',
      OPEN,
      "update audit_log set actor_id = null where actor_type = 'key'",
    ],
    ['not for deleting', OPEN, 'delete from audit_log'],
    [
      'closed again behind it',
      "select blank_audit_log(gen_random_uuid(), '{}')",
      'update audit_log set ip = null',
    ],
  ])('is %s', async (_, first, then) => {
    const client = await app.deps.db.pool.connect();
    await client.query('begin');
    await client.query(first);
    await expect(client.query(then)).rejects.toThrow(/changed nor deleted|nothing changes but/);
    client.release(true);
    await vi.waitFor(() => rowsOf(app, 'select 1'), 15_000);
  });
});
