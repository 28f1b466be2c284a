/** API keys: a secret that is shown once, a hash that is kept, and a revocation that acts at once. */
import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { startApp, type TestApp } from '../support/app.ts';
import {
  buildApiKey,
  buildCompany,
  buildCustomer,
  buildIncident,
  expectData,
  NOBODYS_ID,
  rowsOf,
  withoutRequestId,
} from '../support/factories.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});

const create = async (body: object) =>
  expectData(await app.api.post('/api-keys', { apiKey: app.adminKey, body }), 201);
const list = async (query = '') =>
  expectData(await app.api.get(`/api-keys${query}`, { apiKey: app.adminKey }), 200);
const revoke = (id: string) => app.api.delete(`/api-keys/${id}`, { apiKey: app.adminKey });
const works = async (apiKey: string) =>
  (await app.api.get('/incident-ticket', { apiKey })).status === 200;

/** While no other admin key is alive. Files take turns at the database, so nobody misses one. */
async function withoutOtherAdmins(work: (ownId: string) => Promise<void>): Promise<void> {
  const hash = createHash('sha256').update(app.adminKey).digest();
  const others = await rowsOf<{ id: string }>(
    app,
    `update api_keys set revoked_at = now()
     where company_id is null and revoked_at is null and secret_hash <> $1 returning id`,
    [hash],
  );
  const [own] = await rowsOf<{ id: string }>(
    app,
    'select id from api_keys where secret_hash = $1',
    [hash],
  );
  const ids = [...others, own].map((one) => one?.id ?? '');
  try {
    await work(own?.id ?? '');
  } finally {
    await rowsOf(app, 'update api_keys set revoked_at = null where id = any($1)', [ids]);
  }
}

describe('making an API key', () => {
  it('shows the secret in this answer and keeps only its hash and its first letters', async () => {
    const { id: companyId } = await buildCompany(app);
    const made = await create({ name: 'Billing team', companyId });
    expect(made).toMatchObject({ name: 'Billing team', companyId, lastUsedAt: null });
    expect(made.secret).toMatch(/^ph_[\w-]{40}$/);
    expect(made.prefix).toBe(made.secret.slice(0, 8));
    const [row] = await rowsOf(app, 'select * from api_keys where id = $1', [made.id]);
    expect(row?.secret_hash).toEqual(createHash('sha256').update(made.secret).digest());
    expect(JSON.stringify(row)).not.toContain(made.secret.slice(8));
  });

  it('makes a key over all companies when none is named', async () => {
    const made = await create({ name: 'Operator' });
    expect(made.companyId).toBe(null);
    const reply = await app.api.get('/companies', { apiKey: made.secret });
    expect(reply.status).toBe(200);
  });

  it('answers 404 for an unknown company and 400 for wrong fields', async () => {
    const post = (body: object) => app.api.post('/api-keys', { apiKey: app.adminKey, body });
    const absent = await post({ name: 'x', companyId: NOBODYS_ID });
    expect([absent.status, absent.body.code]).toEqual([404, 'company_not_found']);
    const wrong = await post({ name: ' ', companyId: 'acme' });
    expect(wrong.status).toBe(400);
    expect(wrong.body.problems.map((one: { field: string }) => one.field)).toEqual([
      'name',
      'companyId',
    ]);
  });
});

describe('the fields of a new API key', () => {
  const HOUR_MS = 60 * 60 * 1000;
  const inHours = (hours: number) => new Date(Date.now() + hours * HOUR_MS).toISOString();

  it('are all scopes and no end when nothing is said', async () => {
    expect(await create({ name: 'Operator' })).toMatchObject({
      scopes: ['read', 'write', 'manage'],
      expiresAt: null,
    });
  });

  it('are kept as they are sent, the end in UTC', async () => {
    const made = await create({
      ...{ name: 'Report', scopes: ['read'] },
      expiresAt: '2999-01-31T12:00:00+02:00',
    });
    expect(made).toMatchObject({ scopes: ['read'], expiresAt: '2999-01-31T10:00:00.000Z' });
  });

  it.each([
    ['scopes', []],
    ['scopes', ['read', 'read']],
    ['scopes', ['read', 'own']],
    ['scopes', 'read'],
    ['scopes', null],
    ['expiresAt', inHours(-1)],
    ['expiresAt', '2026-02-30T00:00:00Z'],
    ['expiresAt', '9999-12-31T23:59:59-14:00'],
    ['expiresAt', 'tomorrow'],
    ['expiresAt', 1_900_000_000],
  ])('are refused with a 400 that names them: %s %j', async (field, value) => {
    const body = { name: 'Operator', [field]: value };
    const reply = await app.api.post('/api-keys', { apiKey: app.adminKey, body });
    expect(reply.status).toBe(400);
    for (const sentence of reply.body.errors) expect(sentence).toMatch(new RegExp(`^${field} `));
  });
});

describe('the scopes of a key', () => {
  it('open what they name and nothing else, and the refusal says what is missing', async () => {
    const customer = await buildCustomer(app);
    const { id } = await buildIncident(app, customer);
    const { companyId } = customer;
    const ask = {
      read: (apiKey: string) => app.api.get(`/incident-ticket/${id}`, { apiKey }),
      write: (apiKey: string) =>
        app.api.put(`/incident-ticket/${id}`, { apiKey, body: { priority: 'HIGH' } }),
      manage: (apiKey: string) => app.api.get('/audit', { apiKey }),
    };
    for (const own of ['read', 'write', 'manage'] as const) {
      const { secret } = await create({ name: own, companyId, scopes: [own] });
      for (const [scope, request] of Object.entries(ask)) {
        const reply = await request(secret);
        const what = `${scope} with ${own}`;
        if (scope === own) {
          expect(reply.status, what).toBe(200);
        } else {
          expect([reply.status, reply.body.code], what).toEqual([403, 'forbidden']);
          expect(reply.body.message).toBe(`This key lacks the scope ${scope}.`);
        }
      }
    }
  });

  it('open webhooks and deliveries, which bring every incident along, to those only who may read them too', async () => {
    const { id: companyId } = await buildCompany(app);
    const statuses = async (scopes: string[]) => {
      const { secret: apiKey } = await create({ name: 'Hooks', companyId, scopes });
      const body = { url: 'https://1.1.1.1/' };
      const replies = [
        await app.api.post('/webhooks', { apiKey, body }),
        await app.api.get('/webhooks', { apiKey }),
        await app.api.get('/deliveries', { apiKey }),
      ];
      return replies.map(({ status, body }) => [status, status === 403 && body.message]);
    };
    const lacks = (scope: string) => Array(3).fill([403, `This key lacks the scope ${scope}.`]);
    expect(await statuses(['manage'])).toEqual(lacks('read'));
    expect(await statuses(['read', 'write'])).toEqual(lacks('manage'));
    expect((await statuses(['read', 'manage'])).map(([status]) => status)).toEqual([201, 200, 200]);
  });

  it('keep an admin key that may not manage from keys and companies', async () => {
    const { secret } = await create({ name: 'Reader', scopes: ['read', 'write'] });
    for (const path of ['/api-keys', '/companies', '/audit', '/audit/export']) {
      const reply = await app.api.get(path, { apiKey: secret });
      expect([reply.status, reply.body.message], path).toEqual([
        403,
        'This key lacks the scope manage.',
      ]);
    }
  });
});

describe('the document of the API', () => {
  it('says of every operation which scope it needs, and which need an admin key', async () => {
    const { paths } = await (await fetch(`${app.url}/openapi.json`)).json();
    const rolesOf = (method: string, path: string) =>
      paths[`/api/v1${path}`][method].security[0].apiKey;
    expect(rolesOf('get', '/incident-ticket')).toEqual(['read']);
    expect(rolesOf('put', '/incident-ticket/{id}')).toEqual(['write']);
    expect(rolesOf('get', '/audit')).toEqual(['manage']);
    expect(rolesOf('post', '/api-keys')).toEqual(['admin', 'manage']);
    expect(rolesOf('post', '/webhooks')).toEqual(['read', 'manage']);
    const docs = await (await fetch(`${app.url}/docs`)).text();
    expect(docs).toContain('the scopes <code>read</code> and <code>manage</code>.');
    expect(docs).toContain('<b>Admin keys</b> with the scope <code>manage</code>:');
  });
});

describe('a key that expires', () => {
  it('works until then, and is refused from then on like one that never was', async () => {
    const { id, secret } = await create({ name: 'Visitor', expiresAt: '2999-01-01T00:00:00Z' });
    expect(await works(secret)).toBe(true);
    await rowsOf(app, 'update api_keys set expires_at = now() where id = $1', [id]);
    const expired = await app.api.get('/incident-ticket', { apiKey: secret });
    const unknown = await app.api.get('/incident-ticket', { apiKey: 'ph_unknown' });
    expect([expired.status, withoutRequestId(expired)]).toEqual([401, withoutRequestId(unknown)]);
  });
});

describe('rotating an API key', () => {
  const rotate = (id: string, body: object = {}) =>
    app.api.post(`/api-keys/${id}/rotate`, { apiKey: app.adminKey, body });

  it('makes a successor with the same name, company, scopes and end; both work', async () => {
    const { id: companyId } = await buildCompany(app);
    const old = await create({ name: 'Billing team', companyId, scopes: ['read'] });
    const next = expectData(await rotate(old.id), 201);
    const { name, scopes, expiresAt } = old;
    expect(next).toMatchObject({ name, companyId, scopes, expiresAt, revokedAt: null });
    expect(next.id).not.toBe(old.id);
    expect([await works(old.secret), await works(next.secret)]).toEqual([true, true]);
  });

  it('lets the old one end after the overlap, and at once without one', async () => {
    const [slow, quick] = [await create({ name: 'slow' }), await create({ name: 'quick' })];
    expectData(await rotate(slow.id, { overlapHours: 48 }), 201);
    const [row] = await rowsOf(
      app,
      "select expires_at - now() between interval '47 hours' and interval '48 hours' as fits from api_keys where id = $1",
      [slow.id],
    );
    expect(row).toEqual({ fits: true });
    const { secret } = expectData(await rotate(quick.id, { overlapHours: 0 }), 201);
    expect([await works(quick.secret), await works(secret)]).toEqual([false, true]);
  });

  it('never lengthens what had an end, and gives the successor that end', async () => {
    const expiresAt = new Date(Date.now() + 60_000).toISOString();
    const old = await create({ name: 'Visitor', expiresAt });
    expect(expectData(await rotate(old.id), 201).expiresAt).toBe(expiresAt);
    const [row] = await rowsOf(app, 'select expires_at from api_keys where id = $1', [old.id]);
    expect(row).toEqual({ expires_at: expiresAt });
  });

  it('is done once for each key: the successor is the one to rotate next', async () => {
    const old = await create({ name: 'lost' });
    const next = expectData(await rotate(old.id), 201);
    const again = await rotate(old.id);
    expect([again.status, again.body.code]).toEqual([409, 'key_rotated']);
    expectData(await rotate(next.id), 201);
  });

  it('done at once by two makes one successor', async () => {
    const old = await create({ name: 'raced' });
    const replies = await Promise.all([rotate(old.id), rotate(old.id)]);
    expect(replies.map(({ status }) => status).sort()).toEqual([201, 409]);
  });

  it('is refused for a key that has ended, unknown, or with an overlap that is none', async () => {
    const ended = await create({ name: 'ended' });
    await revoke(ended.id);
    const refused = await rotate(ended.id);
    expect([refused.status, refused.body.code]).toEqual([409, 'key_ended']);
    expect((await rotate(NOBODYS_ID)).status).toBe(404);
    for (const overlapHours of [-1, 169, 1.5, '24', null]) {
      expect((await rotate(ended.id, { overlapHours })).status, String(overlapHours)).toBe(400);
    }
  });
});

describe('the list of API keys', () => {
  it('is newest first and holds no secret', async () => {
    const older = await create({ name: 'older' });
    const newer = await create({ name: 'newer' });
    const keys = await list();
    const at = (id: string) => keys.findIndex((one: { id: string }) => one.id === id);
    expect(at(newer.id)).toBeLessThan(at(older.id));
    const text = JSON.stringify(keys);
    for (const { secret } of [older, newer]) expect(text).not.toContain(secret.slice(8));
    expect(Object.keys(keys[0]).sort()).toEqual([
      ...['companyId', 'createdAt', 'expiresAt', 'id', 'lastUsedAt', 'name', 'prefix'],
      ...['revokedAt', 'scopes'],
    ]);
  });

  it('comes in pages, and holds one company when asked', async () => {
    const { id: companyId } = await buildCompany(app);
    for (const name of ['first', 'second', 'third']) await create({ name, companyId });
    const page = async (number: number) =>
      app.api.get(`/api-keys?companyId=${companyId}&limit=2&page=${number}`, {
        apiKey: app.adminKey,
      });
    const [one, two] = [await page(1), await page(2)];
    expect(one.body.meta).toEqual({ total: 3, page: 1, limit: 2, totalPages: 2 });
    const names = [...one.body.data, ...two.body.data].map(({ name }) => name);
    expect(names).toEqual(['third', 'second', 'first']);
    for (const odd of ['page=0', 'limit=101', 'limit=1e3', 'companyId=acme', 'page=1&page=2']) {
      const reply = await app.api.get(`/api-keys?${odd}`, { apiKey: app.adminKey });
      expect(reply.status, odd).toBe(400);
    }
  });

  it('tells when a key was last used', async () => {
    const { id, secret } = await create({ name: 'used' });
    await works(secret);
    const [key] = (await list()).filter((one: { id: string }) => one.id === id);
    expect(key.lastUsedAt >= key.createdAt).toBe(true);
  });
});

describe('revoking an API key', () => {
  it('acts with the very next request', async () => {
    const { id, secret } = await create({ name: 'leaked' });
    expect(await works(secret)).toBe(true);
    expect(expectData(await revoke(id), 200).revokedAt).toEqual(expect.any(String));
    const refused = await app.api.get('/incident-ticket', { apiKey: secret });
    expect([refused.status, refused.body.code]).toEqual([401, 'unauthorized']);
    expect((await app.api.get('/incident-ticket', { token: secret })).status).toBe(401);
  });

  it('keeps the first time when it is done again, and the key in the list', async () => {
    const { id } = await create({ name: 'leaked' });
    const first = expectData(await revoke(id), 200);
    expect(expectData(await revoke(id), 200)).toEqual(first);
    expect(await list()).toContainEqual(first);
  });

  it('is refused for the last admin key that may manage, which nobody could replace', async () => {
    await withoutOtherAdmins(async (own) => {
      const [reader, visitor] = [
        await create({ name: 'Reader', scopes: ['read'] }),
        await create({ name: 'Visitor', expiresAt: '2999-01-01T00:00:00Z' }),
      ];
      for (const end of ['now()', "now() + interval '1 hour'"]) {
        await rowsOf(app, `update api_keys set expires_at = ${end} where id = $1`, [visitor.id]);
        const refused = await revoke(own);
        expect([refused.status, refused.body.code]).toEqual([409, 'last_admin_key']);
      }
      expect(expectData(await revoke(reader.id), 200).revokedAt).not.toBe(null);
      expect(await works(app.adminKey)).toBe(true);
    });
  });

  it('of the last two admin keys by each other at once leaves one of them', async () => {
    await withoutOtherAdmins(async (own) => {
      const second = await create({ name: 'Second' });
      const replies = await Promise.all([
        revoke(second.id),
        app.api.delete(`/api-keys/${own}`, { apiKey: second.secret }),
      ]);
      const alive = [await works(app.adminKey), await works(second.secret)];
      expect(alive.filter(Boolean)).toHaveLength(1);
      expect(replies.filter(({ status }) => status === 200)).toHaveLength(1);
    });
  });

  it('answers 404 for an unknown key and 400 for what is no id', async () => {
    expect((await revoke(NOBODYS_ID)).status).toBe(404);
    expect((await revoke('7')).status).toBe(400);
  });
});

describe('what a key opens', () => {
  it('is its own company only, also as a bearer token', async () => {
    const [one, other] = [await buildCustomer(app), await buildCustomer(app)];
    const [own, foreign] = [await buildIncident(app, one), await buildIncident(app, other)];
    const key = await buildApiKey(app, one.companyId);
    for (const call of [{ apiKey: key }, { token: key }]) {
      expect((await app.api.get(`/incident-ticket/${own.id}`, call)).status).toBe(200);
      expect((await app.api.get(`/incident-ticket/${foreign.id}`, call)).status).toBe(404);
    }
  });

  it('is nothing once its company is disabled', async () => {
    const { id } = await buildCompany(app);
    const key = await buildApiKey(app, id);
    await rowsOf(app, 'update companies set disabled_at = now() where id = $1', [id]);
    expect(await works(key)).toBe(false);
  });

  it('is not the making of keys for a key of one company', async () => {
    const { id } = await buildCompany(app);
    const call = { apiKey: await buildApiKey(app, id), body: { name: 'x' } };
    for (const [method, path] of [
      ['GET', '/api-keys'],
      ['POST', '/api-keys'],
      ['DELETE', `/api-keys/${NOBODYS_ID}`],
    ] as const) {
      const { body, ...rest } = call;
      const reply = await app.api.send(method, path, method === 'POST' ? call : rest);
      expect([reply.status, reply.body.code], method).toEqual([403, 'forbidden']);
      expect((await app.api.send(method, path)).status).toBe(401);
    }
  });

  it('is nothing for an unknown, empty or endless key', async () => {
    for (const apiKey of ['x', 'ph_unknown', 'x'.repeat(5000), app.adminKey.slice(0, -1)]) {
      expect(await works(apiKey)).toBe(false);
    }
    expect((await app.api.get('/incident-ticket', { headers: { 'x-api-key': '' } })).status).toBe(
      401,
    );
  });
});
