/**
 * Who gets what of whom: every operation of the OpenAPI document, asked by everybody who should not get an answer.
 * An operation with an id that has no row here fails.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import { startApp, type TestApp } from '../support/app.ts';
import type { Call, Reply } from '../support/client.ts';
import {
  buildApiKey,
  buildCustomer,
  buildDesk,
  buildMove,
  NOBODYS_ID,
  rowsOf,
  withoutRequestId,
} from '../support/factories.ts';
import { fingerprintOf, TRACES } from '../support/fingerprint.ts';
import {
  hasId,
  named,
  OPERATIONS,
  type Operation,
  resolve,
  takesText,
} from '../support/operations/operations.ts';
import { goodRequest } from '../support/operations/request.ts';
import { problemsOfRows, ROWS, rowOf, type Subject } from '../support/operations/rows.ts';
import { addressOf, buildKey, buildWorld, type World } from '../support/operations/world.ts';
import { shows } from '../support/shows.ts';

const WITH_ID = OPERATIONS.filter(hasId);

const COLLEAGUE = 'another customer of the company';

let app: TestApp;
let world: World;
/** Credentials that are no good, or not good here. */
let nobodies: Record<string, Call>;
let others: Record<'customer' | 'team' | 'admin', Record<string, Call>>;
/** Good ones, and of the wrong kind. */
let wrongKinds: typeof others;

beforeAll(async () => {
  app = await startApp({ webhooksAllowLoopback: true });
  world = await buildWorld(app);
  const { owner, ids, teamKey } = world;
  const { companyId } = owner;
  await buildMove(app, { id: ids.incident }, 'ACKNOWLEDGED');
  const colleague = await buildCustomer(app, { companyId });
  const stranger = await buildCustomer(app);
  nobodies = await buildNobodies(companyId);
  const foreignKey = await buildApiKey(app, stranger.companyId);
  others = {
    customer: {
      [COLLEAGUE]: { token: colleague.token },
      'a customer of another company': { token: stranger.token },
    },
    team: { "another company's team": { apiKey: foreignKey } },
    admin: {
      "the company's own team": { apiKey: teamKey },
      "another company's team": { apiKey: foreignKey },
    },
  };
  wrongKinds = {
    customer: {
      "another company's team": { apiKey: foreignKey },
      'the own team': { apiKey: teamKey },
    },
    team: { 'a customer of the company': { token: owner.token } },
    admin: { 'a customer of the company': { token: owner.token } },
  };
});

/** Who is somebody else to what the id names. An announcement is for every customer of its company. */
const othersOf = (access: 'customer' | 'team' | 'admin', subject: Subject) =>
  Object.entries(others[access]).filter(([who]) => subject !== 'announcement' || who !== COLLEAGUE);

async function buildNobodies(companyId: string): Promise<Record<string, Call>> {
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
  const [revoked, revokedAdmin] = [await buildKey(app, { companyId }), await buildKey(app, {})];
  const [expired, atDesk] = [await buildKey(app, {}), await buildKey(app, {})];
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

/** A request that would be good, with that id where the operation has one. Only a good one gets as far as the session's check. */
type Ask = (id: string, call: Call) => Promise<Reply>;

async function asker(operation: Operation): Promise<Ask> {
  const good = await goodRequest(app, world, operation);
  const named = ROWS[operation.name]?.body ?? 'good';
  const body = named === 'good' ? good.call.body : named;
  const [, query] = good.path.split('?');
  // Beside an id, a company that is not the key's own would be refused before the id is looked for.
  const search = hasId(operation) || query === undefined ? '' : `?${query}`;
  return (id, call) => {
    const path = `${addressOf(operation, world, id)}${search}`;
    return app.api.send(operation.method, path, { ...call, ...(body && { body }) });
  };
}

/** All that is stored, but for the log: an ended key's use is noted there. */
const look = () => fingerprintOf(app, { ...TRACES, audit_log: 'all' });

/** Asks for the one and the other, and wants both answers to be the same bytes. */
async function expectNoDifference(
  ask: Ask,
  ids: readonly [there: string, absent: string],
  who: string,
  call: Call,
): Promise<[number, string]> {
  const [there, absent] = [await ask(ids[0], call), await ask(ids[1], call)];
  asked += 2;
  expect(withoutRequestId(there), who).toBe(withoutRequestId(absent));
  return [there.status, there.body.code];
}
let asked = 0;

/** How the id of the subject may be written, and the like of it that nothing has. */
async function namesOf(operation: Operation): Promise<(readonly [string, string])[]> {
  if (!hasId(operation)) return [['', '']];
  const { of } = rowOf(operation);
  const id = [world.ids[of], NOBODYS_ID] as const;
  const [row] = await rowsOf<{ ticket_number: string }>(
    app,
    'select ticket_number from incidents where id = $1',
    [id[0]],
  );
  const takesNumbers = operation.parameters.some(
    ({ in: place, schema }) => place === 'path' && schema.pattern?.includes('INC-'),
  );
  if (!takesNumbers) return [id];
  return [id, [row?.ticket_number ?? '', 'INC-20010101-0001']];
}

describe('the matrix', () => {
  it('has a row for every operation with an id, and no other', () => {
    expect(problemsOfRows().join('\n')).toBe('');
  });
});

describe('a credential that is no good', () => {
  it.each(named(OPERATIONS.filter(({ access }) => access !== 'public')))(
    'opens nothing: %s',
    async (_, operation) => {
      const { access } = operation;
      if (access === 'public') return;
      const [ask, names] = [await asker(operation), await namesOf(operation)];
      const before = await look();
      for (const [who, call] of Object.entries({ ...nobodies, ...wrongKinds[access] })) {
        for (const ids of names) {
          const outcome = await expectNoDifference(ask, ids, who, call);
          expect(outcome, who).toEqual([401, 'unauthorized']);
        }
      }
      expect(await look()).toEqual(before);
    },
  );
});

describe("what is somebody else's", () => {
  it.each(named(WITH_ID))('is what does not exist: %s', async (_, operation) => {
    const { access } = operation;
    if (access === 'public') return;
    const [ask, names] = [await asker(operation), await namesOf(operation)];
    const before = await look();
    for (const [who, call] of othersOf(access, rowOf(operation).of)) {
      for (const ids of names) {
        const outcome = await expectNoDifference(ask, ids, who, call);
        expect(outcome, who).toEqual(access === 'admin' ? [403, 'forbidden'] : [404, 'not_found']);
      }
    }
    expect(await look()).toEqual(before);
  });

  it('is what does not exist wherever an id is sent along', async () => {
    const all: SentAlong[] = [];
    for (const one of OPERATIONS) if (one.access === 'team') all.push(...(await idsSentAlong(one)));
    const before = await look();
    const pairs = all.length;
    for (const [who, call] of Object.entries(others.team)) {
      for (const { what, there, send } of all) {
        await expectNoDifference(send, [there, NOBODYS_ID], `${what}: ${who}`, call);
      }
    }
    expect(pairs).toBeGreaterThan(20);
    expect(await look()).toEqual(before);
    shows(7, { requests: asked, operations: OPERATIONS.length });
  });
});

/** What a field that ends in Id means; an operation with another one fails here until it is told. */
const MEANT: Readonly<Record<string, (of: World) => string>> = {
  companyId: ({ owner }) => owner.companyId,
  customerId: ({ owner }) => owner.id,
  incidentId: ({ ids }) => ids.incident,
  // Taken back only: no id is taken at all.
  externalId: ({ owner }) => owner.id,
  subjectId: ({ ids }) => ids.incident,
};

interface SentAlong {
  what: string;
  there: string;
  send: Ask;
}

/** Every id in the query or the body of a request that would be good, to be sent with another one in its place. */
async function idsSentAlong(operation: Operation): Promise<SentAlong[]> {
  const { method, parameters, body } = operation;
  const good = await goodRequest(app, world, operation);
  const [path = ''] = good.path.split('?');
  const meaning = (name: string) => {
    const meant = MEANT[name];
    if (meant === undefined) throw new Error(`say in MEANT of tenancy.test.ts what ${name} is`);
    return meant(world);
  };
  const isId = (name: string) => /Id$/.test(name);
  const { companyId: _, ...own } = good.call.body ?? {};
  const inQuery = parameters.filter((one) => one.in === 'query' && isId(one.name));
  // Where only null may stand, nothing can be named.
  const inBody = Object.entries(resolve(body ?? {}).properties ?? {})
    .filter(([name, schema]) => isId(name) && takesText(schema))
    .map(([name]) => name);
  return [
    ...inQuery.map(({ name }) => ({
      ...{ what: `${operation.name}?${name}`, there: meaning(name) },
      send: (id: string, call: Call) =>
        app.api.send(method, `${path}?${name}=${id}`, { ...call, ...(body && { body: own }) }),
    })),
    ...inBody.map((name) => ({
      ...{ what: `${operation.name} ${name}`, there: meaning(name) },
      send: (id: string, call: Call) =>
        app.api.send(method, path, { ...call, body: { ...own, [name]: id } }),
    })),
  ];
}
