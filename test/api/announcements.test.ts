/** Announcements: who sees them, who says that they are affected, and who is told when it is over. */
import { beforeAll, describe, expect, it } from 'vitest';
import { openAnnouncements } from '../../server/db/announcements.ts';
import type { Announcement } from '../../shared/types.ts';
import { startApp, type TestApp } from '../support/app.ts';
import {
  buildAnnouncement,
  buildApiKey,
  buildCustomer,
  buildIncident,
  buildMove,
  expectData,
  NOBODYS_ID,
  OUTAGE,
  rowsOf,
  type TestCustomer,
  withoutRequestId,
} from '../support/factories.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});

async function buildCase() {
  const customer = await buildCustomer(app);
  const { companyId } = customer;
  const announcement = await buildAnnouncement(app, companyId);
  return { customer, companyId, announcement, apiKey: await buildApiKey(app, companyId) };
}

type Who = Pick<TestCustomer, 'token'>;
const listFor = async ({ token }: Who): Promise<Announcement[]> =>
  expectData(await app.api.get('/customer/announcements', { token }), 200);
const idsFor = async (who: Who) => (await listFor(who)).map((one) => one.id);
const affect = ({ token }: Who, id: string) =>
  app.api.put(`/customer/announcements/${id}/affected`, { token });
const unaffect = ({ token }: Who, id: string) =>
  app.api.delete(`/customer/announcements/${id}/affected`, { token });
const putAside = ({ token }: Who, id: string) =>
  app.api.post(`/customer/announcements/${id}/seen`, { token });
const say = (apiKey: string, id: string, body: object) =>
  app.api.post(`/incident-ticket/${id}/comments`, { apiKey, body });
const affectedCount = async (apiKey: string, id: string) =>
  expectData(await app.api.get(`/incident-ticket/${id}`, { apiKey }), 200).affectedCount;
const affectedOf = async (apiKey: string, id: string, query = '') =>
  expectData(await app.api.get(`/incident-ticket/${id}/affected${query}`, { apiKey }), 200);

describe('an announcement', () => {
  it('is shown to every customer of the company with its public updates and history', async () => {
    const { customer, companyId, announcement, apiKey } = await buildCase();
    const { id } = announcement;
    await say(apiKey, id, { content: 'The bank is looking.' });
    await say(apiKey, id, { content: 'canary note', isInternal: true });
    const secret = { techDescription: 'canary certificate', assignedToEmail: 'canary@example.com' };
    await app.api.put(`/incident-ticket/${id}`, { apiKey, body: secret });
    await buildMove(app, announcement, 'INVESTIGATION');
    for (const who of [customer, await buildCustomer(app, { companyId })]) {
      const [shown, ...rest] = await listFor(who);
      expect(rest).toEqual([]);
      expect(shown).toMatchObject({
        ...{ id, ticketNumber: announcement.ticketNumber, shortDescription: OUTAGE.summary },
        ...{ description: OUTAGE.description, priority: 'HIGH', status: 'INVESTIGATION' },
        ...{ isAffected: false, resolvedAt: null },
        updates: [{ content: 'The bank is looking.', authorName: 'Billing team' }],
        history: [{ status: 'OPEN' }, { status: 'INVESTIGATION' }],
      });
      expect(JSON.stringify(shown)).not.toContain('canary');
    }
    expect(await idsFor(await buildCustomer(app))).toEqual([]);
  });

  it('can be read without a session, for the boot of the panel', async () => {
    const { customer, companyId, announcement } = await buildCase();
    await affect(customer, announcement.id);
    const second = await buildAnnouncement(app, companyId);
    await buildMove(app, await buildAnnouncement(app, companyId), 'RESOLVED');
    const shown = await openAnnouncements(app.deps.db, companyId);
    expect(shown.map((one) => [one.id, one.isAffected])).toEqual([
      [second.id, false],
      [announcement.id, false],
    ]);
  });

  it('is nobody’s incident: not read, not answered, not looked at as one', async () => {
    const { customer, announcement } = await buildCase();
    const { token } = customer;
    const ask = (ref: string) => [
      app.api.get(`/customer/get-incident/${ref}`, { token }),
      app.api.post(`/customer/${ref}/comments`, { token, body: { content: 'Me too' } }),
      app.api.post(`/customer/${ref}/seen`, { token }),
    ];
    const absent = await Promise.all(ask(NOBODYS_ID));
    for (const ref of [announcement.id, announcement.ticketNumber]) {
      const replies = await Promise.all(ask(ref));
      expect(replies.map((one) => one.status)).toEqual([404, 404, 404]);
      expect(replies.map(withoutRequestId)).toEqual(absent.map(withoutRequestId));
    }
  });

  it('is shown newest first, at most 20, while it is not resolved', async () => {
    const { customer, companyId, announcement } = await buildCase();
    const later = [];
    for (let n = 0; n < 20; n++) later.unshift((await buildAnnouncement(app, companyId)).id);
    expect(await idsFor(customer)).toEqual(later);
    await buildMove(app, { id: later[0] ?? '' }, 'CLOSED');
    expect(await idsFor(customer)).toEqual([...later.slice(1), announcement.id]);
  });

  it('is shown with its newest 20 updates, in the order of their writing', async () => {
    const { customer, announcement, apiKey } = await buildCase();
    const texts = Array.from({ length: 22 }, (_, n) => `Update ${n + 1}`);
    for (const content of texts) await say(apiKey, announcement.id, { content });
    const [shown] = await listFor(customer);
    expect(shown?.updates.map(({ content }) => content)).toEqual(texts.slice(2));
  });

  it('is sent anew only when something has changed', async () => {
    const { customer, announcement } = await buildCase();
    const { token } = customer;
    const read = (etag = '') =>
      app.api.get('/customer/announcements', {
        token,
        headers: { 'if-none-match': etag, 'cache-control': 'max-age=0' },
      });
    const etag = (await read()).headers.get('etag') ?? '';
    expect((await read(etag)).status).toBe(304);
    await affect(customer, announcement.id);
    expect((await read(etag)).status).toBe(200);
  });
});

describe('"this affects me too"', () => {
  it('is said once however often it is sent, can be taken back, and the team hears of both', async () => {
    const { customer, announcement, apiKey } = await buildCase();
    const { id } = announcement;
    const said = await Promise.all([affect(customer, id), affect(customer, id)]);
    for (const one of said) expect(expectData(one, 200)).toMatchObject({ id, isAffected: true });
    expect((await listFor(customer))[0]?.isAffected).toBe(true);
    expect(await affectedCount(apiKey, id)).toBe(1);
    const undone = [await unaffect(customer, id), await unaffect(customer, id)];
    for (const one of undone) expect(expectData(one, 200).isAffected).toBe(false);
    expect(await affectedCount(apiKey, id)).toBe(0);
    const events = `select kind, is_internal, customer_id, payload from events
      where incident_id = $1 and kind = 'incident.affected' order by id`;
    const event = { kind: 'incident.affected', is_internal: true, customer_id: customer.id };
    expect(await rowsOf(app, events, [id])).toEqual([
      { ...event, payload: { isAffected: true } },
      { ...event, payload: { isAffected: false } },
    ]);
    expect(await rowsOf(app, 'select kind from outbox where incident_id = $1', [id])).toHaveLength(
      1,
    );
  });

  it('is no promise to tell of what is over already', async () => {
    const { customer, announcement } = await buildCase();
    expect((await affect(customer, announcement.id)).body.message).toMatch(/told when/);
    await buildMove(app, announcement, 'RESOLVED');
    expect((await affect(customer, announcement.id)).body.message).toBe('Noted.');
  });

  it('is counted right when many say it at once', async () => {
    const { companyId, announcement, apiKey } = await buildCase();
    const { id } = announcement;
    const many = await Promise.all(
      Array.from({ length: 8 }, () => buildCustomer(app, { companyId })),
    );
    const work = many.flatMap((one) => [affect(one, id), say(apiKey, id, { content: 'Soon.' })]);
    for (const reply of await Promise.all(work)) expect(reply.status).toBeLessThan(300);
    await Promise.all(many.slice(0, 3).map((one) => unaffect(one, id)));
    expect(await affectedCount(apiKey, id)).toBe(5);
  });

  it('is listed for the team with names, the latest first', async () => {
    const { customer, companyId, announcement, apiKey } = await buildCase();
    const { id } = announcement;
    const second = await buildCustomer(app, { companyId, name: 'Second' });
    await affect(customer, id);
    await affect(second, id);
    const page = await affectedOf(apiKey, id, '?limit=1');
    expect(page).toMatchObject({ total: 2, page: 1, totalPages: 2 });
    expect(page.customers).toMatchObject([{ id: second.id, name: 'Second', email: second.email }]);
    const { customers } = await affectedOf(apiKey, announcement.ticketNumber, '?limit=1&page=2');
    expect(customers).toMatchObject([{ id: customer.id }]);
    const own = await buildIncident(app, customer);
    expect(await affectedOf(apiKey, own.id)).toMatchObject({ customers: [], total: 0 });
  });

  it('is not for incidents, one’s own or others’, nor for other companies', async () => {
    const { customer } = await buildCase();
    const { announcement: foreign } = await buildCase();
    const own = await buildIncident(app, customer);
    const absent = await affect(customer, NOBODYS_ID);
    for (const id of [own.id, foreign.id]) {
      for (const act of [affect, unaffect, putAside]) {
        const reply = await act(customer, id);
        expect(reply.status).toBe(404);
        expect(withoutRequestId(reply)).toBe(withoutRequestId(absent));
      }
    }
    expect((await affect(customer, '7')).status).toBe(400);
    expect(
      await rowsOf(app, 'select from incident_affected where customer_id = $1', [customer.id]),
    ).toEqual([]);
  });

  it('changes nothing for a session that is over', async () => {
    const { customer, announcement } = await buildCase();
    await app.api.post('/customer/logout', { token: customer.token });
    expect((await affect(customer, announcement.id)).status).toBe(401);
    expect(await affectedCount(app.adminKey, announcement.id)).toBe(0);
  });

  it('may be said from any page with a token', async () => {
    const headers = { origin: 'https://shop.example', 'access-control-request-method': 'PUT' };
    for (const method of ['PUT', 'DELETE']) {
      const reply = await fetch(`${app.url}/api/v1/customer/announcements/${NOBODYS_ID}/affected`, {
        method: 'OPTIONS',
        headers: { ...headers, 'access-control-request-method': method },
      });
      expect(reply.headers.get('access-control-allow-methods')).toContain(method);
    }
  });
});

describe('a resolved announcement', () => {
  it('is shown to whom it affected until they put it aside', async () => {
    const { customer, companyId, announcement } = await buildCase();
    const { id } = announcement;
    const unaffected = await buildCustomer(app, { companyId });
    await affect(customer, id);
    // Nothing is put aside before there is something to have seen.
    expect((await putAside(customer, id)).status).toBe(200);
    await buildMove(app, announcement, 'RESOLVED');
    const newer = await buildAnnouncement(app, companyId);
    expect(await idsFor(unaffected)).toEqual([newer.id]);
    expect(await idsFor(customer)).toEqual([newer.id, id]);
    expect((await listFor(customer))[1]).toMatchObject({ status: 'RESOLVED', isAffected: true });
    expect((await putAside(customer, id)).status).toBe(200);
    expect((await putAside(customer, id)).status).toBe(200);
    expect(await idsFor(customer)).toEqual([newer.id]);
  });

  it('comes back when it is opened again, and once more when it is resolved again', async () => {
    const { customer, announcement } = await buildCase();
    const { id } = announcement;
    await affect(customer, id);
    await buildMove(app, announcement, 'RESOLVED');
    await putAside(customer, id);
    await buildMove(app, announcement, 'INVESTIGATION');
    expect(await idsFor(customer)).toEqual([id]);
    await buildMove(app, announcement, 'RESOLVED');
    expect(await idsFor(customer)).toEqual([id]);
    await putAside(customer, id);
    await buildMove(app, announcement, 'CLOSED');
    expect(await idsFor(customer)).toEqual([]);
  });

  it('is told outside as every resolution is', async () => {
    const { announcement, apiKey } = await buildCase();
    await app.api.post(`/incident-ticket/resolve/${announcement.id}`, { apiKey });
    const kinds = 'select kind from outbox where incident_id = $1 order by id';
    expect(await rowsOf(app, kinds, [announcement.id])).toEqual([
      { kind: 'incident.created' },
      { kind: 'incident.resolved' },
    ]);
  });
});
