/** What operators and other programs rely on: health, metrics, the OpenAPI document, headers, and logs without people in them. */
import { request } from 'node:http';
import { pino } from 'pino';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { ROUTES } from '../../server/app.ts';
import { connect } from '../../server/db/connection.ts';
import type { Deps } from '../../server/http/deps.ts';
import { createTokens } from '../../server/http/tokens.ts';
import { ERROR_STATUS } from '../../shared/errors.ts';
import { startApp, TEST_KEYS, type TestApp } from '../support/app.ts';
import { createClient } from '../support/client.ts';
import {
  buildApiKey,
  buildCustomer,
  buildIncident,
  buildNode,
  expectData,
  NOBODYS_ID,
  PASSWORD,
  REPORT,
  rowsOf,
  short,
} from '../support/factories.ts';
import { everyTestShows, shows } from '../support/shows.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});

const fetchPath = (path: string, init?: RequestInit) => fetch(`${app.url}${path}`, init);

/** Runs the work against another node with dependencies of its own. */
async function onNode<T>(own: Partial<Deps>, work: (url: string) => Promise<T>): Promise<T> {
  const { url, stop } = await buildNode(app, own);
  try {
    return await work(url);
  } finally {
    await stop();
  }
}

/** A database whose server is away: nothing listens on port 1. */
async function withoutDatabase<T>(work: (url: string) => Promise<T>): Promise<T> {
  const db = connect({ kind: 'url', url: 'postgres://nobody@127.0.0.1:1/none', poolSize: 1 });
  try {
    return await onNode({ db }, work);
  } finally {
    await db.close();
  }
}

/** A request that `fetch` would not send. Answers the status and the body. */
function send(method: string, path: string): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    request(`${app.url}${path}`, { method }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part) => {
        text += part;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
    })
      .on('error', reject)
      .end();
  });
}

describe('liveness and readiness', () => {
  everyTestShows(35);

  it('say alive and ready', async () => {
    const [alive, ready] = [await fetchPath('/healthz'), await fetchPath('/readyz')];
    expect([alive.status, await alive.json()]).toEqual([200, { status: 'alive' }]);
    expect([ready.status, await ready.json()]).toEqual([200, { status: 'ready' }]);
    expect(alive.headers.get('cache-control')).toBe('no-store');
  });

  it('say not ready while draining, still alive, and ask clients to come back elsewhere', async () => {
    await onNode({ lifecycle: { isDraining: true } }, async (url) => {
      const ready = await fetch(`${url}/readyz`);
      expect([ready.status, ready.headers.get('retry-after')]).toEqual([503, '5']);
      expect((await ready.json()).code).toBe('unavailable');
      const alive = await fetch(`${url}/healthz`);
      expect([alive.status, alive.headers.get('connection')]).toEqual([200, 'close']);
    });
  });

  it('say alive and not ready while the database is away', async () => {
    await withoutDatabase(async (url) => {
      expect((await fetch(`${url}/healthz`)).status).toBe(200);
      expect((await fetch(`${url}/readyz`)).status).toBe(503);
    });
  });
});

describe('liveness', () => {
  it('never touches the database', async () => {
    const { pool } = app.deps.db;
    const [query, connecting] = [vi.spyOn(pool, 'query'), vi.spyOn(pool, 'connect')];
    for (let count = 0; count < 20; count += 1) {
      expect((await fetchPath('/healthz')).status).toBe(200);
    }
    expect([query.mock.calls, connecting.mock.calls]).toEqual([[], []]);
    await fetchPath('/readyz');
    expect(query).toHaveBeenCalledTimes(1);
    vi.restoreAllMocks();
    shows(35, { 'signs of life without a query': 20 });
  });
});

describe('readiness', () => {
  it.each([
    [
      'the newest migration is missing',
      "update migrations set name = name || '-'",
      "update migrations set name = rtrim(name, '-')",
    ],
    [
      'the database is empty',
      'alter table migrations rename to elsewhere',
      'alter table elsewhere rename to migrations',
    ],
  ])('is refused while %s', async (_, before, after) => {
    await rowsOf(app, before);
    const [ready, alive] = await Promise.all([fetchPath('/readyz'), fetchPath('/healthz')]);
    await rowsOf(app, after);
    expect([ready.status, ready.headers.get('retry-after'), alive.status]).toEqual([503, '5', 200]);
    expect((await fetchPath('/readyz')).status).toBe(200);
    shows(35);
  });
});

describe('a request while the database is away', () => {
  it('gets 503 with Retry-After and no word about the database', async () => {
    const { token } = await buildCustomer(app);
    await withoutDatabase(async (url) => {
      const api = createClient(url);
      for (const reply of [
        await api.get('/customer/me', { token }),
        await api.post('/customer/create-incident', { token, body: REPORT }),
        await api.get('/customer/companies'),
        await api.get('/incident-ticket', { apiKey: app.adminKey }),
        await api.get(`/companies/${NOBODYS_ID}`, { apiKey: app.adminKey }),
      ]) {
        expect([reply.status, reply.body.code]).toEqual([503, 'unavailable']);
        expect(Number(reply.headers.get('retry-after'))).toBeGreaterThan(0);
        expect(reply.text).not.toMatch(/postgres|ECONN|127\.0\.0\.1|sql/i);
      }
    });
  });
});

describe('several nodes on one database', () => {
  const other = { kid: 'new', secret: 'another-signing-secret-for-tests-9876543210' };

  it('see a log-out on any of them with the next request', async () => {
    const { token } = await buildCustomer(app);
    await onNode({}, async (url) => {
      const api = createClient(url);
      expect((await api.get('/customer/me', { token })).status).toBe(200);
      await app.api.post('/customer/logout', { token });
      expect((await api.get('/customer/me', { token })).status).toBe(401);
    });
  });

  it('take tokens of each other while keys rotate, and refuse a key that is gone', async () => {
    const { token } = await buildCustomer(app);
    const status = (keys: typeof TEST_KEYS) =>
      onNode({ tokens: createTokens(keys) }, async (url) => {
        return (await createClient(url).get('/customer/me', { token })).status;
      });
    expect(await status([other, ...TEST_KEYS])).toBe(200);
    expect(await status([other])).toBe(401);
  });
});

describe('metrics', () => {
  it('are for admin keys', async () => {
    const { companyId } = await buildCustomer(app);
    const ask = async (headers: Record<string, string>) =>
      (await fetchPath('/metrics', { headers })).status;
    expect(await ask({})).toBe(401);
    expect(await ask({ 'x-api-key': 'ph_unknown' })).toBe(401);
    expect(await ask({ 'x-api-key': await buildApiKey(app, companyId) })).toBe(403);
    expect(await ask({ 'x-api-key': app.adminKey })).toBe(200);
    expect(await ask({ authorization: `Bearer ${app.adminKey}` })).toBe(200);
  });

  it('count requests by declared route: no id, address or name is in them', async () => {
    const customer = await buildCustomer(app, { email: `metrics-${short()}@example.com` });
    const { id, ticketNumber } = await buildIncident(app, customer);
    await app.api.get(`/customer/get-incident/${id}`, { token: customer.token });
    await app.api.get(`/customer/get-incident/${ticketNumber}`, { token: customer.token });
    await fetchPath(`/unknown/${id}`);
    const response = await fetchPath('/metrics', { headers: { 'x-api-key': app.adminKey } });
    expect(response.headers.get('content-type')).toMatch(/^text\/plain/);
    const text = await response.text();
    expect(text).toMatch(
      /porthole_http_request_seconds_count\{method="GET",route="\/api\/v1\/customer\/get-incident\/:id",status="200"\} [2-9]/,
    );
    expect(text).toContain('porthole_database_connections{state="idle"}');
    for (const personal of [id, ticketNumber, customer.email, customer.token, customer.companyId]) {
      expect(text).not.toContain(personal);
    }
  });

  it('do not multiply with methods that people make up', async () => {
    const method = `X${short().toUpperCase()}`;
    await fetchPath('/healthz', { method: 'PROPFIND' });
    await send(method, '/healthz').catch(() => {});
    const response = await fetchPath('/metrics', { headers: { 'x-api-key': app.adminKey } });
    expect(await response.text()).not.toContain(method);
  });
});

interface Operation {
  summary?: string;
  security?: unknown[];
  operationId?: string;
  parameters?: { in: string; name: string; required: boolean }[];
  responses: Record<string, { description?: string }>;
}

describe('the OpenAPI document', () => {
  const read = async () => (await fetchPath('/openapi.json')).json();
  const operationsOf = (document: { paths: Record<string, Record<string, Operation>> }) =>
    Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
    );

  it('is 3.1, readable from anywhere, and has every declared route', async () => {
    const response = await fetchPath('/openapi.json');
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
    const document = await response.json();
    expect(document.openapi).toBe('3.1.0');
    expect(document.info).toMatchObject({ title: 'Porthole', version: '1' });
    const declared = ROUTES.map(
      ({ spec }) => `${spec.method} /api/v1${spec.path.replace(/:(\w+)/g, '{$1}')}`,
    );
    expect(
      operationsOf(document)
        .map(({ method, path }) => `${method} ${path}`)
        .sort(),
    ).toEqual(declared.sort());
  });

  it('says for every operation what it does, who may call it and what it answers', async () => {
    const operations = operationsOf(await read());
    for (const { path, method, operation } of operations) {
      const label = `${method} ${path}`;
      expect(operation.summary?.length, label).toBeGreaterThan(0);
      expect(Array.isArray(operation.security), label).toBe(true);
      const statuses = Object.keys(operation.responses);
      expect(
        statuses.filter((one) => one.startsWith('2')),
        label,
      ).toHaveLength(1);
      expect(statuses, label).toEqual(expect.arrayContaining(['500', '503']));
      if (operation.security?.length !== 0) expect(statuses, label).toContain('401');
      for (const answer of Object.values(operation.responses)) {
        expect(answer.description?.length, label).toBeGreaterThan(0);
      }
    }
    const ids = operations.map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('declares every parameter that stands in a path', async () => {
    for (const { path, operation } of operationsOf(await read())) {
      const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      const declared = (operation.parameters ?? []).filter((one) => one.in === 'path');
      expect(declared.map((one) => one.name)).toEqual(named);
      expect(declared.every((one) => one.required)).toBe(true);
    }
  });

  it('refers only to what it holds', async () => {
    const document = await read();
    const refs = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map(([, ref]) => ref);
    expect(refs.length).toBeGreaterThan(0);
    for (const ref of new Set(refs)) {
      const target = (ref ?? '')
        .replace(/^#\//, '')
        .split('/')
        .reduce((node, key) => node?.[key], document);
      expect(target, ref).toBeTypeOf('object');
    }
    for (const { operation } of operationsOf(document)) {
      for (const scheme of (operation.security ?? []).flatMap((one) =>
        Object.keys(one as object),
      )) {
        expect(Object.keys(document.components.securitySchemes)).toContain(scheme);
      }
    }
  });

  it('knows only error codes whose status the operation declares', async () => {
    const document = await read();
    expect(document.components.schemas.Error.properties.code.enum).toEqual(
      Object.keys(ERROR_STATUS),
    );
  });
});

describe('addresses and methods that are not there', () => {
  it('answer 404 with the envelope, within the API and without', async () => {
    for (const path of [
      '/nothing',
      '/api/v1/nothing',
      '/api/v1/customer/nothing/at/all',
      '/api/v2/customer/companies',
      '/assets/..%2f..%2fpackage.json',
      '/assets/%2e%2e/%2e%2e/package.json',
      '/assets/nothing.js',
      '/server/main.js',
      '/.git/config',
      '//etc/passwd',
      '/%00',
    ]) {
      const response = await fetchPath(path);
      const body = await response.json();
      expect([response.status, body.success, body.code], path).toEqual([404, false, 'not_found']);
      expect(body.requestId).toBe(response.headers.get('x-request-id'));
    }
  });

  it('answer a 4xx with the envelope where the address cannot be read', async () => {
    for (const path of [
      '/api/v1/customer/get-incident/%',
      '/api/v1/customer/get-incident/%ZZ',
      '/%',
    ]) {
      const response = await fetchPath(path, {
        headers: { authorization: `Bearer ${(await buildCustomer(app)).token}` },
      });
      expect(response.status, path).toBeGreaterThanOrEqual(400);
      expect(response.status, path).toBeLessThan(500);
      expect((await response.json()).success).toBe(false);
    }
  });

  it('answer 405 with the envelope', async () => {
    for (const [method, path] of [
      ['DELETE', '/customer/create-incident'],
      ['GET', '/customer/create-incident'],
      ['PUT', '/customer/companies'],
      ['PATCH', `/incident-ticket/${NOBODYS_ID}`],
      ['DELETE', '/companies'],
    ] as const) {
      const { status, body } = await app.api.send(method, path);
      expect([status, body.code, body.errors.length], `${method} ${path}`).toEqual([
        405,
        'method_not_allowed',
        1,
      ]);
    }
  });

  it('answer a 4xx to methods that hardly anybody knows', async () => {
    for (const method of ['PROPFIND', 'TRACE', 'MKCOL', 'SEARCH', 'PURGE']) {
      for (const path of [
        '/api/v1/customer/companies',
        '/api/v1/nothing',
        '/nothing',
        '/healthz',
      ]) {
        const { status, text } = await send(method, path);
        expect(status, `${method} ${path}: ${text}`).toBeGreaterThanOrEqual(400);
        expect(status, `${method} ${path}: ${text}`).toBeLessThan(500);
      }
    }
  });

  it('are not reached by overriding the method', async () => {
    const call = { apiKey: app.adminKey, body: { name: 'kept' } };
    const { id } = expectData(await app.api.post('/api-keys', call), 201);
    for (const headers of [
      { 'x-http-method-override': 'DELETE' },
      { 'x-http-method': 'DELETE' },
      { 'x-method-override': 'DELETE' },
    ]) {
      const reply = await app.api.post(`/api-keys/${id}?_method=DELETE`, {
        apiKey: app.adminKey,
        headers,
      });
      expect(reply.status).toBe(405);
    }
    const rows = await rowsOf(app, 'select revoked_at from api_keys where id = $1', [id]);
    expect(rows).toEqual([{ revoked_at: null }]);
  });
});

describe('every answer', () => {
  const paths = [
    ...['/healthz', '/readyz', '/metrics', '/openapi.json', '/panel', '/widget.js', '/demo'],
    ...['/nothing', '/api/v1/customer/companies', '/api/v1/customer/me', '/api/v1/companies'],
  ];

  it('carries a new X-Request-Id of our own making', async () => {
    const seen = new Set<string>();
    for (const path of paths) {
      const headers = { 'x-request-id': 'forged\tid' };
      const id = (await fetchPath(path, { headers })).headers.get('x-request-id') ?? '';
      expect(id, path).toMatch(/^[0-9a-f-]{36}$/);
      seen.add(id);
    }
    expect(seen.size).toBe(paths.length);
  });

  it('carries the security headers', async () => {
    for (const path of paths) {
      const { headers } = await fetchPath(path);
      expect(headers.get('x-content-type-options'), path).toBe('nosniff');
      expect(headers.get('referrer-policy'), path).toBe('no-referrer');
      expect(headers.get('content-security-policy'), path).toMatch(/^default-src 'none'/);
      expect(headers.get('content-security-policy'), path).not.toMatch(/unsafe-|https?:/);
      expect(headers.get('cross-origin-resource-policy'), path).toMatch(/^(same|cross)-origin$/);
      expect(headers.get('x-powered-by'), path).toBe(null);
      expect(headers.get('server'), path).toBe(null);
    }
  });

  it('asks for HTTPS where we are reached by it, and only there', async () => {
    expect((await fetchPath('/healthz')).headers.get('strict-transport-security')).toBe(null);
    const config = { ...app.deps.config, publicUrl: 'https://support.example.com' };
    await onNode({ config }, async (url) => {
      for (const path of ['/healthz', '/panel', '/nothing']) {
        const { headers } = await fetch(`${url}${path}`);
        expect(headers.get('strict-transport-security'), path).toBe('max-age=31536000');
      }
    });
  });

  it('keeps failures out of every cache', async () => {
    for (const path of ['/nothing', '/api/v1/customer/me', '/api/v1/customer/companies?page=x']) {
      expect((await fetchPath(path)).headers.get('cache-control'), path).toBe('no-store');
    }
  });
});

describe('HEAD and OPTIONS', () => {
  it('answer HEAD as GET, without the body', async () => {
    for (const path of ['/healthz', '/api/v1/customer/companies', '/panel', '/openapi.json']) {
      const [head, get] = [await fetchPath(path, { method: 'HEAD' }), await fetchPath(path)];
      expect([head.status, await head.text()], path).toEqual([get.status, '']);
      expect(head.headers.get('content-type'), path).toBe(get.headers.get('content-type'));
    }
  });

  it('change nothing', async () => {
    const { token, companyId } = await buildCustomer(app);
    const { id } = await buildIncident(app, { token });
    const look = () => rowsOf(app, 'select * from incidents where company_id = $1', [companyId]);
    const before = await look();
    for (const method of ['HEAD', 'OPTIONS']) {
      for (const { spec } of ROUTES) {
        const path = spec.path.replace(/:\w+/g, id);
        const call = { token, apiKey: app.adminKey };
        const { status } = await app.api.send(method, path, call);
        expect(status, `${method} ${path}`).toBeLessThan(500);
      }
    }
    expect(await look()).toEqual(before);
    expect((await app.api.get('/customer/me', { token })).status).toBe(200);
  });
});

describe('the log', () => {
  /** The lines that a node writes while it does the work. */
  async function linesOf(
    own: Partial<Deps>,
    work: (url: string) => Promise<unknown>,
  ): Promise<string[]> {
    const lines: string[] = [];
    const log = pino({ level: 'debug' }, { write: (line: string) => lines.push(line) });
    await onNode({ ...own, log }, work);
    return lines;
  }

  const secret = () => `canary${short()}`;

  it('has one line of JSON for each request: id, method, route, status, time', async () => {
    const lines = await linesOf({}, async (url) => {
      await fetch(`${url}/api/v1/customer/get-incident/${NOBODYS_ID}?secret=1`);
      await fetch(`${url}/api/v1/customer/companies?search=%0Ainjected`);
    });
    const entries = lines.map((line) => JSON.parse(line));
    expect(entries).toMatchObject([
      { method: 'GET', route: '/api/v1/customer/get-incident/:id', status: 401 },
      { method: 'GET', route: '/api/v1/customer/companies', status: 200 },
    ]);
    for (const line of lines) expect(line.trimEnd()).not.toContain('\n');
    for (const { requestId, ms } of entries) {
      expect(requestId).toMatch(/^[0-9a-f-]{36}$/);
      expect(ms).toBeTypeOf('number');
    }
  });

  it('holds nothing personal of a whole story, its failures included', async () => {
    const { companyId } = await buildCustomer(app);
    const [password, text] = [secret(), secret()];
    const email = `${secret()}@example.com`;
    const name = `Ada ${secret()}`;
    let token = '';
    const lines = await linesOf({}, async (url) => {
      const api = createClient(url);
      const account = { email, password, name, companyId };
      token = expectData(await api.post('/customer/register', { body: account }), 201).token;
      await api.post('/customer/register', { body: account });
      await api.post('/customer/login', { body: { ...account, password: `${password}x` } });
      const body = { ...REPORT, description: text };
      const headers = { 'idempotency-key': text };
      const made = await api.post('/customer/create-incident', { token, body, headers });
      await api.post('/customer/create-incident', { token, body: `{"description":"${text}` });
      await api.post('/customer/create-incident', { token, body: { description: [text] } });
      await api.get(`/customer/companies?search=${text}`);
      await api.get(`/customer/get-incident/${made.body.data.id}`, { token });
      const team = { apiKey: app.adminKey, body: { techDescription: text } };
      await api.put(`/incident-ticket/${made.body.data.id}`, team);
      await fetch(`${url}/${text}?${text}`, { headers: { cookie: `__Host-porthole=${token}` } });
    });
    expect(lines).toHaveLength(10);
    const log = lines.join('');
    for (const personal of [password, text, email, name, token, app.adminKey, companyId]) {
      expect(log).not.toContain(personal);
    }
  });

  it('says that the database is away, and still nothing personal', async () => {
    const [email, password] = [`${secret()}@example.com`, secret()];
    const db = connect({ kind: 'url', url: `postgres://u:${password}@127.0.0.1:1/x`, poolSize: 1 });
    const lines = await linesOf({ db }, (url) =>
      createClient(url).post('/customer/login', { body: { email, password: PASSWORD } }),
    );
    await db.close();
    const entries = lines.map((line) => JSON.parse(line));
    expect(entries).toMatchObject([
      { code: 'unavailable', reason: 'ECONNREFUSED', level: 40 },
      { status: 503 },
    ]);
    for (const personal of [email, password, PASSWORD]) {
      expect(lines.join('')).not.toContain(personal);
    }
  });

  it('keeps what Knex has to say to itself, unless asked for it', async () => {
    const printed = vi.spyOn(console, 'log').mockImplementation(() => {});
    const said: string[] = [];
    const target = { kind: 'url', url: 'postgres://u:p@127.0.0.1:1/x', poolSize: 1 } as const;
    const db = connect(target, undefined, (text) => said.push(text));
    await expect(db.knex('companies').select('id')).rejects.toThrow();
    await db.close();
    expect(said).toEqual([expect.stringContaining('Acquire connection error')]);
    expect(printed).not.toHaveBeenCalled();
    printed.mockRestore();
  });
});

describe('where to tell of a hole', () => {
  const PATH = '/.well-known/security.txt';

  it('is said where the operator has said it', async () => {
    expect((await fetchPath(PATH)).status).toBe(404);
    const config = { ...app.deps.config, securityContact: 'mailto:security@example.com' };
    await onNode({ config }, async (url) => {
      const response = await fetch(url + PATH);
      expect(response.headers.get('content-type')).toBe('text/plain; charset=utf-8');
      const text = await response.text();
      expect(text).toContain('Contact: mailto:security@example.com\n');
      const expires = /^Expires: (.*)$/m.exec(text)?.[1] ?? '';
      expect(Date.parse(expires)).toBeGreaterThan(Date.now());
    });
  });
});
