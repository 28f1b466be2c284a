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
} from '../support/factories.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});

const create = async (body: object) =>
  expectData(await app.api.post('/api-keys', { apiKey: app.adminKey, body }), 201);
const list = async () => expectData(await app.api.get('/api-keys', { apiKey: app.adminKey }), 200);
const revoke = (id: string) => app.api.delete(`/api-keys/${id}`, { apiKey: app.adminKey });
const works = async (apiKey: string) =>
  (await app.api.get('/incident-ticket', { apiKey })).status === 200;

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
