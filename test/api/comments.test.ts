/** A customer's replies: what they write, when they open an incident again, when they are refused. */
import { beforeAll, describe, expect, it } from 'vitest';
import { LIMITS } from '../../shared/limits.ts';
import { startApp, type TestApp } from '../support/app.ts';
import {
  buildCustomer,
  buildIncident,
  buildMove,
  NOBODYS_ID,
  rowsOf,
  withoutRequestId,
} from '../support/factories.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});

const comment = (token: string, ref: string, body: object = { content: 'Any news?' }) =>
  app.api.post(`/customer/${ref}/comments`, { token, body });
const read = async (token: string, id: string) =>
  (await app.api.get(`/customer/get-incident/${id}`, { token })).body.data;
const countsOf = async (customerId: string) => {
  const [row] = await rowsOf(
    app,
    'select open, resolved, closed from incident_counts where customer_id = $1',
    [customerId],
  );
  return row;
};
const ofIncident = (table: string, id: string) =>
  rowsOf(app, `select * from ${table} where incident_id = $1 order by id`, [id]);

describe('a comment', () => {
  it('joins the conversation under the name of its author', async () => {
    const { token, name } = await buildCustomer(app, { name: 'Đorđe Šćekić' });
    const { id } = await buildIncident(app, { token });
    const { status, body } = await comment(token, id);
    const { id: commentId, createdAt } = body.data;
    expect(status).toBe(201);
    expect(body.data).toEqual({
      ...{ id: commentId, content: 'Any news?', authorType: 'CUSTOMER', authorName: name },
      ...{ isInternal: false, createdAt, updatedAt: createdAt },
    });
    const incident = await read(token, id);
    expect(incident.comments).toEqual([body.data]);
    expect([incident.updatedAt, incident.isUnread]).toEqual([createdAt, false]);
  });

  it('is written with its event and its outbox row', async () => {
    const { token, id: customer_id, companyId: company_id } = await buildCustomer(app);
    const { id } = await buildIncident(app, { token });
    const commentId = (await comment(token, id)).body.data.id;
    const kind = 'comment.created';
    const written = { company_id, kind, payload: { commentId } };
    expect((await ofIncident('events', id)).at(-1)).toMatchObject({
      ...written,
      customer_id,
      is_internal: false,
    });
    expect((await ofIncident('outbox', id)).at(-1)).toMatchObject(written);
    expect(await ofIncident('comments', id)).toMatchObject([
      { id: commentId, company_id, customer_id, author_type: 'CUSTOMER', content: 'Any news?' },
    ]);
    const list = await app.api.get('/customer/get-incidents', { token });
    expect(list.body.data.incidents[0].commentCount).toBe(1);
  });

  it('goes by ticket number in any case too', async () => {
    const { token } = await buildCustomer(app);
    const { id, ticketNumber } = await buildIncident(app, { token });
    for (const ref of [ticketNumber, ticketNumber.toLowerCase(), id.toUpperCase()]) {
      expect((await comment(token, ref)).status, ref).toBe(201);
    }
    expect((await read(token, id)).comments).toHaveLength(3);
  });

  it('stays in the order of writing, together with those of the team', async () => {
    const { token } = await buildCustomer(app);
    const { id } = await buildIncident(app, { token });
    for (const n of ['1', '3']) {
      await comment(token, id, { content: n });
      const call = { apiKey: app.adminKey, body: { content: `${Number(n) + 1}` } };
      await app.api.post(`/incident-ticket/${id}/comments`, call);
    }
    const { comments } = await read(token, id);
    expect(comments.map((one: { content: string }) => one.content)).toEqual(['1', '2', '3', '4']);
  });

  it('counts once each when several are written at once', async () => {
    const { token } = await buildCustomer(app);
    const { id } = await buildIncident(app, { token });
    const contents = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
    await Promise.all(contents.map((content) => comment(token, id, { content })));
    const { comments } = await read(token, id);
    expect(comments.map((one: { content: string }) => one.content).sort()).toEqual(contents);
    const [row] = await rowsOf(app, 'select comment_count from incidents where id = $1', [id]);
    expect(row).toEqual({ comment_count: 8 });
  });

  it('cannot pass for one of the team, nor for another time', async () => {
    const { token, name } = await buildCustomer(app);
    const { id } = await buildIncident(app, { token });
    const long = '2001-01-01T00:00:00.000Z';
    const { body } = await comment(token, id, {
      ...{ content: 'x', id: NOBODYS_ID, isInternal: true, authorType: 'USER' },
      ...{ authorName: 'The team', createdAt: long, updatedAt: long, incidentId: NOBODYS_ID },
    });
    expect(body.data).toMatchObject({
      isInternal: false,
      authorType: 'CUSTOMER',
      authorName: name,
    });
    expect([body.data.id === NOBODYS_ID, body.data.createdAt === long]).toEqual([false, false]);
    expect((await read(token, id)).comments).toEqual([body.data]);
    expect(await ofIncident('responder_notes', id)).toEqual([]);
  });

  it('may be as long as its limit, and may not be longer, empty or unstorable', async () => {
    const { token } = await buildCustomer(app);
    const { id } = await buildIncident(app, { token });
    const fits = 'x'.repeat(LIMITS.comment);
    expect((await comment(token, id, { content: fits })).body.data.content).toBe(fits);
    for (const [content, problem] of [
      [`${fits}x`, 'too_long'],
      [' \n\t', 'missing'],
      [undefined, 'missing'],
      [7, 'invalid'],
      ['a\0b', 'invalid'],
      ['\ud83d', 'invalid'],
    ]) {
      const { status, body } = await comment(token, id, { content });
      expect([status, body.problems]).toEqual([
        400,
        [{ field: 'content', problem, message: expect.stringContaining('content') }],
      ]);
    }
    expect((await read(token, id)).comments).toHaveLength(1);
  });

  it("answers the same bytes on what is somebody else's and what does not exist, and writes nothing", async () => {
    const { companyId, token: owner } = await buildCustomer(app);
    await buildIncident(app, { token: owner });
    const { id, ticketNumber } = await buildIncident(app, { token: owner });
    const colleague = await buildCustomer(app, { companyId });
    const stranger = await buildCustomer(app);
    const absent = await comment(stranger.token, NOBODYS_ID);
    expect([absent.status, absent.body.code]).toEqual([404, 'not_found']);
    for (const { token } of [colleague, stranger]) {
      for (const ref of [id, ticketNumber]) {
        expect(withoutRequestId(await comment(token, ref))).toBe(withoutRequestId(absent));
      }
    }
    expect(await ofIncident('comments', id)).toEqual([]);
  });

  it('needs a session and a well-formed address, and names both problems of address and body', async () => {
    const { token } = await buildCustomer(app);
    const { id } = await buildIncident(app, { token });
    const body = { content: 'x' };
    expect((await app.api.post(`/customer/${id}/comments`, { body })).status).toBe(401);
    const reply = await comment(token, '7', {});
    expect(reply.status).toBe(400);
    expect(reply.body.problems.map((one: { field: string }) => one.field)).toEqual([
      'incidentId',
      'content',
    ]);
  });
});

describe('a comment on a RESOLVED incident', () => {
  it('opens it again: status, time, history, counts, event', async () => {
    const { token, id: customerId } = await buildCustomer(app);
    const { id } = await buildIncident(app, { token });
    await buildMove(app, { id }, 'RESOLVED');
    expect((await read(token, id)).resolvedAt).toEqual(expect.any(String));
    expect(await countsOf(customerId)).toEqual({ open: 0, resolved: 1, closed: 0 });
    const { createdAt } = (await comment(token, id)).body.data;
    const incident = await read(token, id);
    expect([incident.status, incident.resolvedAt]).toEqual(['OPEN', null]);
    expect(incident.history.map((one: { status: string }) => one.status)).toEqual([
      'OPEN',
      'RESOLVED',
      'OPEN',
    ]);
    expect(incident.history.at(-1).at).toBe(createdAt);
    expect(await countsOf(customerId)).toEqual({ open: 1, resolved: 0, closed: 0 });
    const events = await ofIncident('events', id);
    expect(events.slice(-2).map(({ kind, payload }) => [kind, payload.status])).toEqual([
      ['comment.created', undefined],
      ['incident.updated', 'OPEN'],
    ]);
  });

  it('opens it once when several come at once', async () => {
    const { token, id: customerId } = await buildCustomer(app);
    const { id } = await buildIncident(app, { token });
    await buildMove(app, { id }, 'RESOLVED');
    await Promise.all(Array.from({ length: 8 }, () => comment(token, id)));
    const { history, comments } = await read(token, id);
    expect([history.length, comments.length]).toEqual([3, 8]);
    expect(await countsOf(customerId)).toEqual({ open: 1, resolved: 0, closed: 0 });
  });
});

describe('a comment on any other incident', () => {
  it('leaves the status where it is', async () => {
    const { token } = await buildCustomer(app);
    const { id } = await buildIncident(app, { token });
    for (const status of ['ACKNOWLEDGED', 'INVESTIGATION', 'MITIGATED'] as const) {
      await buildMove(app, { id }, status);
      await comment(token, id);
      expect((await read(token, id)).status).toBe(status);
    }
  });

  it('is refused where it is CLOSED, and writes nothing', async () => {
    const { token, id: customerId } = await buildCustomer(app);
    const { id } = await buildIncident(app, { token });
    await buildMove(app, { id }, 'CLOSED');
    const before = await read(token, id);
    const { status, body } = await comment(token, id);
    expect([status, body.code]).toEqual([409, 'incident_closed']);
    expect(await read(token, id)).toEqual(before);
    expect(await countsOf(customerId)).toEqual({ open: 0, resolved: 0, closed: 1 });
    expect(await ofIncident('comments', id)).toEqual([]);
  });
});
