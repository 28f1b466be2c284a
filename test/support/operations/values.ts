/** What no schema can tell of a field or a parameter: what has to be there, or must not be there yet. */
import { randomUUID } from 'node:crypto';
import jwt from 'jsonwebtoken';
import { accountLinkToken } from '../../../server/http/account-link-token.ts';
import type { TestApp } from '../app.ts';
import { expectData, NOBODYS_ID, PASSWORD, rowsOf, short } from '../factories.ts';
import { buildIdentityKey, type World } from './world.ts';

/** By the name of the field or parameter; undefined leaves the field out. */
export type Values = Readonly<Record<string, (world: World, app: TestApp) => unknown>>;

export const REAL: Values = {
  companyId: ({ owner }) => owner.companyId,
  company: ({ owner }) => owner.companyId,
  customerId: ({ owner }) => owner.id,
  incidentId: ({ ids }) => ids.incident,
  subjectId: ({ ids }) => ids.incident,
  currentPassword: () => PASSWORD,
  email: () => `${short()}@example.com`,
  slug: () => `company-${short()}`,
  url: () => 'http://127.0.0.1:9/',
  key: ({ teamKey }) => teamKey,
  // Where none is asked for, or none has been reserved.
  challenge: () => undefined,
  proof: () => undefined,
  ticketNumber: () => undefined,
  expiresAt: () => null,
  // For our own pages alone.
  session: () => 'bearer',
  locale: () => 'pt-BR',
  // Needs a mail server that answers.
  requiresVerifiedEmail: () => false,
};

/** Where everything is sent that may be. */
export const REAL_OF_ALL: Values = {
  ...REAL,
  challenge: () => 'no challenge was asked for',
  proof: () => 'no proof is needed either',
  ticketNumber: reservedNumber,
  'idempotency-key': () => randomUUID(),
  'last-event-id': () => '',
  after: () => 'now',
  cursor: () => '9',
  search: () => 'meter',
  before: () => `2030-11-22T10:00:00.000Z_${NOBODYS_ID}`,
  from: () => '2026-11-22T10:00:00.000Z',
  to: () => '2030-11-22T10:00:00.000Z',
};

/** What the body of one operation needs beyond that. */
export const ESPECIALLY: Readonly<Record<string, (world: World, app: TestApp) => Promise<object>>> =
  {
    'POST /customer/login': async ({ owner }) => ({ email: owner.email, password: PASSWORD }),
    'POST /customer/identify': signedToken,
    'POST /customer/redeem-link': mailedLink,
    'POST /customers/{id}/erase': async ({ owner }) => ({ email: owner.email }),
    'PUT /incident-ticket/{id}': async () => ({ status: 'INVESTIGATION' }),
  };

/** Of these names, those that the table knows, each with its value. */
export async function valuesOf(
  values: Values,
  names: readonly string[],
  world: World,
  app: TestApp,
): Promise<Record<string, unknown>> {
  const found: Record<string, unknown> = {};
  for (const name of names) {
    const value = values[name];
    if (value !== undefined) found[name] = await value(world, app);
  }
  return found;
}

async function reservedNumber({ teamKey }: World, { api }: TestApp): Promise<string> {
  const reply = await api.get('/incident-ticket/generate-id', { apiKey: teamKey });
  return expectData(reply, 200).ticketNumber;
}

async function signedToken({ owner }: World, app: TestApp): Promise<object> {
  const { id, secret } = await buildIdentityKey(app, owner.companyId);
  const [sub, email] = [short(), `${short()}@example.com`];
  const claims = { sub, email, name: 'Ann', jti: randomUUID() };
  const options = { keyid: id, audience: 'porthole', expiresIn: 60 } as const;
  return { token: jwt.sign(claims, secret, options) };
}

/** Asks for a link, and opens what would stand in the mail. */
async function mailedLink({ owner }: World, app: TestApp): Promise<object> {
  const { companyId, email } = owner;
  await app.api.post('/customer/forgot-password', { body: { companyId, email } });
  const [link] = await rowsOf<{ id: string }>(
    app,
    'select id from account_links where company_id = $1 order by created_at desc, id desc limit 1',
    [companyId],
  );
  const token = accountLinkToken(app.deps.seals, companyId, link?.id ?? '');
  return { token, password: `${PASSWORD} anew` };
}
