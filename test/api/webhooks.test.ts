/** Webhooks: what may be set up, what a receiver gets, and what the team sees of it. */
import { Webhook as Verifier } from 'standardwebhooks';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startApp, type TestApp } from '../support/app.ts';
import { startTestDelivery } from '../support/delivery.ts';
import {
  buildApiKey,
  buildCompany,
  buildCustomer,
  buildIncident,
  buildMove,
  buildWebhook,
  expectData,
  rowsOf,
  short,
} from '../support/factories.ts';
import { shows } from '../support/shows.ts';
import { startWebhookReceiver, type WebhookReceiver } from '../support/webhook-receiver.ts';

let app: TestApp;
let receiver: WebhookReceiver;
beforeAll(async () => {
  app = await startApp({ webhooksAllowLoopback: true });
  receiver = await startWebhookReceiver();
  await startTestDelivery(app);
});
afterAll(() => receiver.close());

const at = (path: string) => receiver.received.filter((one) => one.path === path);
const arrived = (path: string, count: number) =>
  vi.waitFor(() => expect(at(path).length).toBeGreaterThanOrEqual(count), 15_000);

/** A company with a webhook at a path of its own. */
async function buildListener(overrides: object = {}) {
  const company = await buildCompany(app);
  const path = `/${short()}`;
  const webhook = await buildWebhook(app, company.id, { url: receiver.url + path, ...overrides });
  return { company, path, webhook };
}

describe('a webhook', () => {
  it('is shown with its secret once, and never again', async () => {
    const { company, webhook } = await buildListener({ description: 'Pager' });
    expect(webhook.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    const call = { apiKey: app.adminKey };
    const listed = await app.api.get(`/webhooks?companyId=${company.id}`, call);
    const { secret, ...rest } = webhook;
    expect(expectData(listed, 200)).toEqual([rest]);
    const single = await app.api.get(`/webhooks/${webhook.id}`, call);
    expect(expectData(single, 200)).toEqual(rest);
    const audit = await rowsOf(app, 'select * from audit_log where subject_id = $1', [webhook.id]);
    expect(audit.map((row) => row.action)).toEqual(['webhook.created']);
    for (const text of [listed.text, single.text, JSON.stringify(audit)]) {
      expect(text).not.toContain(secret.slice(6));
    }
  });

  it('belongs to the company of the key, and an admin key has to name one', async () => {
    const { id } = await buildCompany(app);
    const apiKey = await buildApiKey(app, id);
    const body = { url: `${receiver.url}/own` };
    expect(expectData(await app.api.post('/webhooks', { apiKey, body }), 201).companyId).toBe(id);
    const unnamed = await app.api.post('/webhooks', { apiKey: app.adminKey, body });
    expect([unnamed.status, unnamed.body.problems[0].field]).toEqual([400, 'companyId']);
  });

  it.each([
    ['http://hooks.example.com/', 'url must start with https://.'],
    ['ftp://hooks.example.com/', 'url must start with https://.'],
    ['https://user:secret@hooks.example.com/', 'url must not hold a user name or password.'],
    ['https://10.0.0.1/', 'url must lead to a public address.'],
    ['https://169.254.169.254/latest/meta-data', 'url must lead to a public address.'],
    ['https://0x0a000001/', 'url must lead to a public address.'],
    ['https://[::ffff:10.0.0.1]/', 'url must lead to a public address.'],
    ['https://8.8.8.8:25/', 'url must use port 443, or one from 1024 on.'],
    ['hooks', 'url must be an address such as https://hooks.example.com/porthole.'],
  ])('is refused at %s, with the reason', async (url, reason) => {
    const { id: companyId } = await buildCompany(app);
    const call = { apiKey: app.adminKey, body: { url, companyId } };
    const reply = await app.api.post('/webhooks', call);
    expect([reply.status, reply.body.code, reply.body.errors]).toEqual([400, 'invalid', [reason]]);
  });

  it('is refused beyond the number that a company may have', async () => {
    const { id: companyId } = await buildCompany(app);
    await Promise.all(Array.from({ length: 20 }, () => buildWebhook(app, companyId)));
    const call = { apiKey: app.adminKey, body: { url: receiver.url, companyId } };
    const reply = await app.api.post('/webhooks', call);
    expect([reply.status, reply.body.code]).toEqual([409, 'too_many_webhooks']);
  });

  it('is nothing for a key that may not manage', async () => {
    const { id: companyId } = await buildCompany(app);
    const made = await app.api.post('/api-keys', {
      apiKey: app.adminKey,
      body: { name: 'Reader', companyId, scopes: ['read', 'write'] },
    });
    const reply = await app.api.get('/webhooks', { apiKey: expectData(made, 201).secret });
    expect([reply.status, reply.body.code]).toEqual([403, 'forbidden']);
  });
});

describe('what a receiver gets', () => {
  it('is the incident, signed as Standard Webhooks says', async () => {
    const { company, path, webhook } = await buildListener();
    const customer = await buildCustomer(app, { companyId: company.id });
    const incident = await buildIncident(app, customer);
    await arrived(path, 1);
    const [{ headers, body, json }] = at(path) as [(typeof receiver.received)[0]];
    const verified = new Verifier(webhook.secret).verify(body, headers as Record<string, string>);
    expect(verified).toEqual(json);
    shows(29, { 'messages verified': 1 });
    expect(json).toEqual({
      type: 'incident.created',
      timestamp: expect.any(String),
      data: {
        incident: {
          id: incident.id,
          ticketNumber: incident.ticketNumber,
          shortDescription: incident.shortDescription,
          description: incident.description,
          priority: incident.priority,
          category: incident.category,
          status: 'OPEN',
          companyId: company.id,
          isAnnouncement: false,
          createdAt: incident.createdAt,
          updatedAt: incident.updatedAt,
          resolvedAt: null,
          closedAt: null,
        },
        customer: { id: customer.id, name: customer.name, email: customer.email },
        comment: null,
        movedTo: null,
      },
    });
  });

  it('is only what it asked for, with comments of both sides and never a note', async () => {
    const { company, path } = await buildListener({
      events: ['comment.created', 'incident.resolved'],
    });
    const customer = await buildCustomer(app, { companyId: company.id });
    const incident = await buildIncident(app, customer);
    const say = (content: string, isInternal: boolean) =>
      app.api.post(`/incident-ticket/${incident.id}/comments`, {
        apiKey: app.adminKey,
        body: { content, isInternal },
      });
    await say('CANARY in a note', true);
    await app.api.put(`/incident-ticket/${incident.id}`, {
      apiKey: app.adminKey,
      body: { techDescription: 'CANARY inside', blastRadius: 'CANARY radius' },
    });
    await say('We are on it', false);
    const reply = { token: customer.token, body: { content: 'Thank you' } };
    await app.api.post(`/customer/${incident.id}/comments`, reply);
    await buildMove(app, incident, 'RESOLVED');
    await arrived(path, 3);
    const told = at(path).map(({ json }) => [
      json.type,
      json.data.comment?.content,
      json.data.movedTo,
    ]);
    expect(told.sort()).toEqual(
      [
        ['comment.created', 'Thank you', null],
        ['comment.created', 'We are on it', null],
        ['incident.resolved', undefined, 'RESOLVED'],
      ].sort(),
    );
    expect(JSON.stringify(at(path))).not.toContain('CANARY');
  });

  it('verifies with either secret while they rotate', async () => {
    const { path, webhook } = await buildListener();
    const call = { apiKey: app.adminKey };
    const rotated = expectData(
      await app.api.post(`/webhooks/${webhook.id}/rotate-secret`, call),
      201,
    );
    expect(rotated.secret).not.toBe(webhook.secret);
    await app.api.post(`/webhooks/${webhook.id}/test`, call);
    await arrived(path, 1);
    const [{ headers, body }] = at(path) as [(typeof receiver.received)[0]];
    for (const secret of [webhook.secret, rotated.secret]) {
      const verified = new Verifier(secret).verify(body, headers as Record<string, string>);
      expect(verified).toMatchObject({ type: 'webhook.test' });
    }
    await rowsOf(app, 'update webhooks set old_secret_until = now() where id = $1', [webhook.id]);
    await app.api.post(`/webhooks/${webhook.id}/test`, call);
    await arrived(path, 2);
    const later = at(path)[1];
    const headersLater = later?.headers as Record<string, string>;
    expect(() => new Verifier(webhook.secret).verify(later?.body ?? '', headersLater)).toThrow();
    expect(headersLater['webhook-signature']?.split(' ')).toHaveLength(1);
    shows(29, { 'messages verified': 2, 'messages refused by the old secret': 1 });
  });

  it('is text and blocks for Slack, with nothing of what people wrote read as markup', async () => {
    const { company, path } = await buildListener({ format: 'slack' });
    const name = '<!channel> & <https://evil.example|click>';
    const customer = await buildCustomer(app, { companyId: company.id, name });
    const shortDescription = '<@U123> *stars* & <script>';
    const { id, ticketNumber } = await buildIncident(app, customer, { shortDescription });
    await arrived(path, 1);
    const { text, blocks } = at(path)[0]?.json ?? {};
    expect(text).toBe(`${ticketNumber} &lt;@U123&gt; *stars* &amp; &lt;script&gt;: new incident`);
    const all = JSON.stringify(blocks);
    expect(all).not.toMatch(/<[!@]|<https:\/\/evil/);
    expect(all).toContain(`${app.url}/desk#${id}`);
    expect(all).toContain('Medium');
    expect(all).toContain('Open');
  });
});

describe('a long report', () => {
  it('stays within what Slack takes, whatever escaping adds, and no entity is cut in two', async () => {
    const { company, path } = await buildListener({ format: 'slack' });
    const customer = await buildCustomer(app, { companyId: company.id });
    const long = `a${'<&>'.repeat(1_000)}`;
    await buildIncident(app, customer, { shortDescription: '&'.repeat(100), description: long });
    await arrived(path, 1);
    const sections = at(path)[0]?.json.blocks.flatMap((one: Record<string, { text: string }>) =>
      one.text === undefined ? [] : [one.text.text],
    );
    expect(sections).toHaveLength(2);
    for (const text of sections) {
      expect(text.length).toBeLessThanOrEqual(3_000);
      expect(text.replace(/&(?:amp|lt|gt);/g, '')).not.toContain('&');
    }
  });
});

describe('changing a webhook', () => {
  it('keeps what is not sent, and leaves one audit row', async () => {
    const { webhook } = await buildListener();
    const call = { apiKey: app.adminKey, body: { events: ['incident.created'] } };
    const changed = expectData(await app.api.put(`/webhooks/${webhook.id}`, call), 200);
    expect(changed).toMatchObject({ url: webhook.url, events: ['incident.created'] });
    const audit = await rowsOf(app, 'select * from audit_log where subject_id = $1', [webhook.id]);
    expect(audit.map((row) => row.action).sort()).toEqual(['webhook.created', 'webhook.updated']);
  });

  it('checks a new address as the first', async () => {
    const { webhook } = await buildListener();
    const call = { apiKey: app.adminKey, body: { url: 'https://192.168.0.1/' } };
    const reply = await app.api.put(`/webhooks/${webhook.id}`, call);
    expect([reply.status, reply.body.errors]).toEqual([
      400,
      ['url must lead to a public address.'],
    ]);
  });

  it('paused, lets messages wait, and sends them once it is taken up again', async () => {
    const { company, path, webhook } = await buildListener();
    const put = (isPaused: boolean) =>
      app.api.put(`/webhooks/${webhook.id}`, { apiKey: app.adminKey, body: { isPaused } });
    expect(expectData(await put(true), 200)).toMatchObject({ pausedReason: 'by_team' });
    await buildIncident(app, await buildCustomer(app, { companyId: company.id }));
    const list = () =>
      app.api.get(`/webhooks/${webhook.id}/deliveries?status=pending`, { apiKey: app.adminKey });
    await vi.waitFor(async () => expect(expectData(await list(), 200).total).toBe(1), 15_000);
    expect(at(path)).toEqual([]);
    expect(expectData(await put(false), 200)).toMatchObject({ isPaused: false, pausedAt: null });
    await arrived(path, 1);
  });

  it('deleted, is gone, with what waited for it skipped', async () => {
    const { company, webhook } = await buildListener();
    const call = { apiKey: app.adminKey };
    await app.api.put(`/webhooks/${webhook.id}`, { ...call, body: { isPaused: true } });
    const tested = expectData(await app.api.post(`/webhooks/${webhook.id}/test`, call), 201);
    expect((await app.api.delete(`/webhooks/${webhook.id}`, call)).status).toBe(200);
    expect((await app.api.get(`/webhooks/${webhook.id}`, call)).status).toBe(404);
    expect((await app.api.delete(`/webhooks/${webhook.id}`, call)).status).toBe(404);
    const listed = await app.api.get(`/webhooks?companyId=${company.id}`, call);
    expect(expectData(listed, 200)).toEqual([]);
    const left = expectData(await app.api.get(`/deliveries/${tested.id}`, call), 200);
    expect(left).toMatchObject({ status: 'skipped', lastError: 'The webhook was deleted.' });
    expect((await app.api.post(`/deliveries/${tested.id}/redeliver`, call)).status).toBe(404);
    const [row] = await rowsOf(app, 'select secret from webhooks where id = $1', [webhook.id]);
    expect(row?.secret).toBe('');
  });
});
