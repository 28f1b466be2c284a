/**
 * Who gets what of whom: every operation of the OpenAPI document, asked by everybody who should not get an answer.
 * An operation with an id that has no row here fails.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import { ROUTES } from '../../server/app.ts';
import { openApiDocument } from '../../server/http/openapi.ts';
import { buildIdentityKey } from '../support/accounts.ts';
import { startApp, type TestApp } from '../support/app.ts';
import type { Call } from '../support/client.ts';
import {
  buildAnnouncement,
  buildApiKey,
  buildCustomer,
  buildDesk,
  buildIncident,
  buildMove,
  buildWebhook,
  expectData,
  NOBODYS_ID,
  PASSWORD,
  REPORT,
  rowsOf,
  withoutRequestId,
} from '../support/factories.ts';

interface Operation {
  method: string;
  /** Below /api/v1, with its parameters in braces. */
  path: string;
  access: 'public' | 'customer' | 'team' | 'admin';
}

const PREFIX = '/api/v1';
const ACCESS_OF = new Map(
  ROUTES.map(({ spec }) => [
    `${spec.method} ${PREFIX}${spec.path.replace(/:(\w+)/g, '{$1}')}`,
    spec.access,
  ]),
);
const OPERATIONS: Operation[] = Object.entries(openApiDocument(ROUTES, PREFIX).paths).flatMap(
  ([path, methods]) =>
    Object.keys(methods).map((method) => ({
      method: method.toUpperCase(),
      path: path.slice(PREFIX.length),
      access: ACCESS_OF.get(`${method} ${path}`) ?? 'public',
    })),
);
const WITH_ID = OPERATIONS.filter(({ path }) => path.includes('{'));
const nameOf = ({ method, path }: Operation) => `${method} ${path}`;

type Subject =
  | 'incident'
  | 'announcement'
  | 'company'
  | 'apiKey'
  | 'webhook'
  | 'delivery'
  | 'identityKey';

/** What the id of an operation names, and a body that would be good. */
const ROWS: Record<string, { of: Subject; body?: object }> = {
  'GET /customer/get-incident/{id}': { of: 'incident' },
  'POST /customer/{incidentId}/comments': { of: 'incident', body: { content: 'Taken over' } },
  'POST /customer/{incidentId}/seen': { of: 'incident' },
  'PUT /customer/announcements/{id}/affected': { of: 'announcement' },
  'DELETE /customer/announcements/{id}/affected': { of: 'announcement' },
  'POST /customer/announcements/{id}/seen': { of: 'announcement' },
  'GET /incident-ticket/{id}': { of: 'incident' },
  'PUT /incident-ticket/{id}': {
    of: 'incident',
    body: { summary: 'Taken over', status: 'CLOSED', techDescription: 'Taken over' },
  },
  'POST /incident-ticket/{incidentId}/comments': {
    of: 'incident',
    body: { content: 'Taken over' },
  },
  'GET /incident-ticket/{incidentId}/comments': { of: 'incident' },
  'POST /incident-ticket/resolve/{id}': { of: 'incident', body: { note: 'Taken over' } },
  'POST /incident-ticket/resolve/customer-kb/{id}': {
    of: 'incident',
    body: { content: 'Taken over' },
  },
  'GET /incident-ticket/{id}/affected': { of: 'announcement' },
  'GET /companies/{id}': { of: 'company' },
  'PUT /companies/{id}': { of: 'company', body: { name: 'Taken over' } },
  'POST /api-keys/{id}/rotate': { of: 'apiKey', body: { overlapHours: 0 } },
  'DELETE /api-keys/{id}': { of: 'apiKey' },
  'DELETE /identity-keys/{id}': { of: 'identityKey' },
  'GET /webhooks/{id}': { of: 'webhook' },
  'PUT /webhooks/{id}': { of: 'webhook', body: { description: 'Taken over', isPaused: true } },
  'DELETE /webhooks/{id}': { of: 'webhook' },
  'POST /webhooks/{id}/test': { of: 'webhook' },
  'POST /webhooks/{id}/rotate-secret': { of: 'webhook' },
  'GET /webhooks/{id}/deliveries': { of: 'webhook' },
  'GET /deliveries/{id}': { of: 'delivery' },
  'POST /deliveries/{id}/redeliver': { of: 'delivery' },
};

/** Bodies of operations without an id: only a good one gets as far as the session's check. */
const BODIES: Record<string, object> = {
  'POST /customer/create-incident': REPORT,
  'PUT /customer/password': { currentPassword: PASSWORD, password: 'another good one' },
};

const COLLEAGUE = 'another customer of the company';

let app: TestApp;
let ids: Record<Subject, string>;
/** Credentials that are no good, or not good here. */
let nobodies: Record<string, Call>;
let others: Record<'customer' | 'team' | 'admin', Record<string, Call>>;

beforeAll(async () => {
  app = await startApp({ webhooksAllowLoopback: true });
  const owner = await buildCustomer(app);
  const { companyId } = owner;
  const incident = await buildIncident(app, owner);
  await buildMove(app, incident, 'ACKNOWLEDGED');
  const newKey = async (body: object) =>
    expectData(await app.api.post('/api-keys', { apiKey: app.adminKey, body }), 201);
  const announcement = await buildAnnouncement(app, companyId);
  const webhook = await buildWebhook(app, companyId);
  const tested = await app.api.post(`/webhooks/${webhook.id}/test`, { apiKey: app.adminKey });
  ids = {
    incident: incident.id,
    announcement: announcement.id,
    company: companyId,
    apiKey: (await newKey({ name: 'Operator' })).id,
    webhook: webhook.id,
    identityKey: (await buildIdentityKey(app, companyId)).id,
    delivery: expectData(tested, 201).id,
  };
  const colleague = await buildCustomer(app, { companyId });
  const stranger = await buildCustomer(app);
  nobodies = await buildNobodies(companyId, newKey);
  const foreignKey = await buildApiKey(app, stranger.companyId);
  others = {
    customer: {
      [COLLEAGUE]: { token: colleague.token },
      'a customer of another company': { token: stranger.token },
    },
    team: { "another company's team": { apiKey: foreignKey } },
    admin: {
      "the company's own team": { apiKey: await buildApiKey(app, companyId) },
      "another company's team": { apiKey: foreignKey },
    },
  };
});

/** Who is somebody else to what the id names. An announcement is for every customer of its company. */
const othersOf = (access: 'customer' | 'team' | 'admin', subject: Subject) =>
  Object.entries(others[access]).filter(([who]) => subject !== 'announcement' || who !== COLLEAGUE);

async function buildNobodies(
  companyId: string,
  newKey: (body: object) => Promise<{ id: string; secret: string }>,
): Promise<Record<string, Call>> {
  const [gone, idle, ended] = [
    await buildCustomer(app, { companyId }),
    await buildCustomer(app, { companyId }),
    await buildCustomer(app, { companyId }),
  ];
  await app.api.post('/customer/logout', { token: gone.token });
  const makeOld = 'update sessions set %s where customer_id = $1';
  const past = "now() - interval '400 days'";
  await rowsOf(app, makeOld.replace('%s', `last_seen_at = ${past}`), [idle.id]);
  await rowsOf(app, makeOld.replace('%s', `expires_at = ${past}`), [ended.id]);
  const expiredToken = app.deps.tokens.sign({
    companyId,
    customerId: gone.id,
    sessionId: NOBODYS_ID,
    expiresAt: '2020-01-01T00:00:00.000Z',
  });
  const [revoked, revokedAdmin] = [
    await newKey({ name: 'Revoked', companyId }),
    await newKey({ name: 'Revoked' }),
  ];
  const [expired, atDesk] = [
    await newKey({ name: 'Expired' }),
    await newKey({ name: 'At the desk' }),
  ];
  const desk = await buildDesk(app, atDesk.secret);
  await rowsOf(app, `update api_keys set expires_at = ${past} where id = $1`, [expired.id]);
  for (const { id } of [revoked, revokedAdmin, atDesk]) {
    await app.api.delete(`/api-keys/${id}`, { apiKey: app.adminKey });
  }
  return {
    nobody: {},
    'a session that was logged out': { token: gone.token },
    'a session that was idle too long': { token: idle.token },
    'a session that is over': { token: ended.token },
    'a token that has expired': { token: expiredToken },
    'a revoked key': { apiKey: revoked.secret },
    'a revoked admin key': { token: revokedAdmin.secret },
    'an expired admin key': { apiKey: expired.secret },
    "a revoked key's desk": desk,
  };
}

const ask = ({ method, path }: Operation, id: string, call: Call) => {
  const name = `${method} ${path}`;
  const body = ROWS[name]?.body ?? BODIES[name];
  return app.api.send(method, path.replace(/\{\w+\}/, id), { ...call, ...(body && { body }) });
};

/** Everything that must still be as it was. */
const lookAtAll = async () => [
  await rowsOf(app, 'select * from incidents where id = $1', [ids.incident]),
  await rowsOf(app, 'select * from incidents where id = $1', [ids.announcement]),
  await rowsOf(app, 'select * from comments where incident_id = $1', [ids.incident]),
  await rowsOf(app, 'select * from incident_internals where incident_id = $1', [ids.incident]),
  await rowsOf(app, 'select * from companies where id = $1', [ids.company]),
  await rowsOf(app, 'select revoked_at, expires_at, successor_id from api_keys where id = $1', [
    ids.apiKey,
  ]),
  await rowsOf(app, 'select * from identity_keys where id = $1', [ids.identityKey]),
  await rowsOf(app, 'select * from webhooks where id = $1', [ids.webhook]),
  await rowsOf(app, 'select * from deliveries where webhook_id = $1', [ids.webhook]),
];

describe('the matrix', () => {
  it('has a row for every operation with an id, and no other', () => {
    expect(Object.keys(ROWS).sort()).toEqual(WITH_ID.map(nameOf).sort());
  });

  it('knows an access for every operation', () => {
    expect(OPERATIONS).toHaveLength(ROUTES.length);
  });
});

describe('a credential that is no good', () => {
  it.each(
    OPERATIONS.filter(({ access }) => access !== 'public').map(
      (one) => [nameOf(one), one] as const,
    ),
  )('opens nothing: %s', async (_, operation) => {
    const before = await lookAtAll();
    const id = ids[ROWS[nameOf(operation)]?.of ?? 'incident'];
    for (const [who, call] of Object.entries(nobodies)) {
      const reply = await ask(operation, id, call);
      expect([reply.status, reply.body.code], who).toEqual([401, 'unauthorized']);
      expect(withoutRequestId(reply)).toBe(
        withoutRequestId(await ask(operation, NOBODYS_ID, call)),
      );
    }
    expect(await lookAtAll()).toEqual(before);
  });
});

describe("what is somebody else's", () => {
  it.each(WITH_ID.map((one) => [nameOf(one), one] as const))(
    'is what does not exist: %s',
    async (name, operation) => {
      const before = await lookAtAll();
      const { access } = operation;
      const subject = ROWS[name]?.of ?? 'incident';
      const id = ids[subject];
      for (const [who, call] of access === 'public' ? [] : othersOf(access, subject)) {
        const [foreign, absent] = [
          await ask(operation, id, call),
          await ask(operation, NOBODYS_ID, call),
        ];
        expect([foreign.status, foreign.body.code], who).toEqual(
          access === 'admin' ? [403, 'forbidden'] : [404, 'not_found'],
        );
        expect(withoutRequestId(foreign), who).toBe(withoutRequestId(absent));
      }
      expect(await lookAtAll()).toEqual(before);
    },
  );
});
