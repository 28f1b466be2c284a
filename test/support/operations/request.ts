/**
 * A good request for every operation, made from its schemas: the examples that the documentation shows, with what is real in
 * this world wherever a field's name says that something has to exist.
 */
import { randomUUID } from 'node:crypto';
import jwt from 'jsonwebtoken';
import { exampleOf } from '../../../server/docs/example.ts';
import { accountLinkToken } from '../../../server/http/account-link-token.ts';
import type { TestApp } from '../app.ts';
import type { Call } from '../client.ts';
import { buildDesk, PASSWORD, rowsOf, short } from '../factories.ts';
import { type Operation, resolve } from './operations.ts';
import { addressOf, buildIdentityKey, credentialOf, type World } from './world.ts';

export interface GoodRequest {
  method: string;
  /** Below /api/v1, with a query where one is needed. */
  path: string;
  call: Omit<Call, 'body'> & { body?: Record<string, unknown> };
}

type Real = Readonly<Record<string, (world: World) => unknown>>;

/** Fields that name what has to be there, or must not be there yet; undefined leaves the field out. */
const REAL: Real = {
  companyId: ({ owner }) => owner.companyId,
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
  ticketNumber: () => undefined,
  expiresAt: () => null,
  // For our own pages alone.
  session: () => 'bearer',
  locale: () => 'pt-BR',
  // Needs a mail server that answers.
  requiresVerifiedEmail: () => false,
};

/** What an operation needs beyond that. */
const ESPECIALLY: Readonly<Record<string, (app: TestApp, world: World) => Promise<object>>> = {
  'POST /customer/login': async (_, { owner }) => ({ email: owner.email, password: PASSWORD }),
  'POST /customer/identify': signedToken,
  'POST /customer/redeem-link': mailedLink,
  'POST /customers/{id}/erase': async (_, { owner }) => ({ email: owner.email }),
  'PUT /incident-ticket/{id}': async () => ({ status: 'INVESTIGATION' }),
};

/** The request with every field that the schema knows. */
export async function goodRequest(
  app: TestApp,
  world: World,
  operation: Operation,
): Promise<GoodRequest> {
  const needed = operation.parameters.filter(({ in: place, required, name }) => {
    return place === 'query' && (required || isNeeded(operation, name));
  });
  const query = new URLSearchParams(
    needed.map(({ name, schema }): [string, string] => [
      name,
      String((REAL[name] ?? (() => exampleOf(schema, resolve)))(world)),
    ]),
  ).toString();
  const body = operation.body === null ? undefined : await goodBody(app, world, operation);
  return {
    method: operation.method,
    path: `${addressOf(operation, world)}${query && `?${query}`}`,
    call: { ...(await credentials(app, world, operation)), ...(body && { body }) },
  };
}

/** The desk's own operations are for its pages, and for its cookie. */
async function credentials(
  app: TestApp,
  world: World,
  { access, path }: Operation,
): Promise<Omit<Call, 'body'>> {
  if (!path.startsWith('/desk/')) return credentialOf(access, world);
  if (access === 'public') return { headers: { origin: app.url, 'x-requested-by': 'porthole' } };
  return buildDesk(app, world.teamKey);
}

/** An admin key has to say which company it means, which no schema tells. */
const isNeeded = ({ access }: Operation, name: string) =>
  name === 'companyId' && (access === 'team' || access === 'admin');

async function goodBody(
  app: TestApp,
  world: World,
  { name, body }: Operation,
): Promise<Record<string, unknown>> {
  const example = exampleOf(body ?? {}, resolve) as Record<string, unknown>;
  const real = Object.keys(example)
    .filter((field) => REAL[field] !== undefined)
    .map((field) => [field, REAL[field]?.(world)]);
  return { ...example, ...Object.fromEntries(real), ...(await ESPECIALLY[name]?.(app, world)) };
}

async function signedToken(app: TestApp, { owner }: World): Promise<object> {
  const { id, secret } = await buildIdentityKey(app, owner.companyId);
  const [sub, email] = [short(), `${short()}@example.com`];
  const claims = { sub, email, name: 'Ann', jti: randomUUID() };
  const options = { keyid: id, audience: 'porthole', expiresIn: 60 } as const;
  return { token: jwt.sign(claims, secret, options) };
}

/** Asks for a link, and opens what would stand in the mail. */
async function mailedLink(app: TestApp, { owner }: World): Promise<object> {
  const { companyId, email } = owner;
  await app.api.post('/customer/forgot-password', { body: { companyId, email } });
  const [link] = await rowsOf<{ id: string }>(
    app,
    'select id from account_links where company_id = $1 order by created_at desc, id desc limit 1',
    [companyId],
  );
  return {
    token: accountLinkToken(app.deps.seals, companyId, link?.id ?? ''),
    proof: undefined,
    password: `${PASSWORD} anew`,
  };
}
