/** The route wrapper and the error boundary around it: what a handler can get wrong without a customer seeing it. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import Koa from 'koa';
import pg from 'pg';
import { pino } from 'pino';
import { afterAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { CustomerActor } from '../../server/db/customer-door.ts';
import { ApiError, toApiError } from '../../server/errors.ts';
import type { Deps } from '../../server/http/deps.ts';
import { errorBoundary, requestId, type State } from '../../server/http/middleware.ts';
import { createRateLimits } from '../../server/http/rate-limits.ts';
import { type Route, route, streamRoute } from '../../server/http/route.ts';

/** Of the real dependencies only what a route without a database touches; its tokens take everybody. */
function buildDeps(lines: string[]): Deps {
  const actor: CustomerActor = {
    ...{ companyId: 'company', customerId: 'customer', sessionId: 'session' },
    isVerified: false,
  };
  const deps: Pick<Deps, 'log' | 'tokens' | 'config' | 'rateLimits'> = {
    log: pino({ level: 'error' }, { write: (line: string) => lines.push(line) }),
    tokens: { sign: () => 'token', verify: () => ({ ...actor }) },
    config: {} as Deps['config'],
    rateLimits: createRateLimits({ rateLimits: null }, {} as Deps['db']),
  };
  return deps as Deps;
}

const ends: (() => void)[] = [];
afterAll(() => {
  for (const end of ends) end();
});

/** Serves one route on a small app of its own, and asks it once with a token. */
async function askOnce(one: Route) {
  const lines: string[] = [];
  const deps = buildDeps(lines);
  const app = new Koa<State>();
  app.use(requestId());
  app.use(errorBoundary(deps));
  app.use((context) => one.run(context as unknown as Koa.Context, deps));
  const server = createServer(app.callback()).listen(0, '127.0.0.1');
  ends.push(() => server.close().closeAllConnections());
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  const headers = { authorization: 'Bearer token' };
  const response = await fetch(`http://127.0.0.1:${port}/`, { headers });
  return { status: response.status, text: await response.text(), lines };
}

const spec = {
  method: 'get',
  path: '/customer/secret',
  access: 'customer',
  tag: 'Test',
  summary: 'Test',
  status: 200,
  data: z.string(),
} as const;

describe('a customer route', () => {
  it('that never went through the customer door answers 500, and none of its data', async () => {
    const { status, text, lines } = await askOnce(
      route({ ...spec, handle: async () => ({ message: 'Here.', data: 'canary' }) }),
    );
    expect([status, JSON.parse(text).code]).toEqual([500, 'internal']);
    expect(text).not.toMatch(/canary|Here|session/);
    expect(lines.join('')).toContain('/customer/secret answered without checking the session');
  });

  it('that did go through it answers its data', async () => {
    const { status, text } = await askOnce(
      route({
        ...spec,
        async handle({ actor }) {
          actor.isVerified = true;
          return { message: 'Here.', data: 'data' };
        },
      }),
    );
    expect([status, JSON.parse(text)]).toEqual([
      200,
      { success: true, message: 'Here.', data: 'data' },
    ]);
  });

  it('that throws tells the client nothing of it, and the log everything', async () => {
    const { status, text, lines } = await askOnce(
      route({
        ...spec,
        async handle() {
          throw new TypeError('canary: cannot read /etc/passwd');
        },
      }),
    );
    expect([status, JSON.parse(text).code]).toEqual([500, 'internal']);
    expect(text).not.toMatch(/canary|passwd|TypeError|\.ts/);
    expect(JSON.parse(lines[0] ?? '{}')).toMatchObject({
      code: 'internal',
      requestId: JSON.parse(text).requestId,
      err: { message: 'canary: cannot read /etc/passwd' },
    });
  });
});

describe('a stream route', () => {
  const { status: _, data: __, method: ___, ...rest } = spec;
  const produces = ['text/csv'];
  const start = (context: Koa.Context) => {
    context.type = 'text/csv';
    context.body = Readable.from(['canary,', '1']);
  };

  it('that never went through the customer door answers 500, and never starts', async () => {
    const { status, text } = await askOnce(
      streamRoute({ ...rest, produces, handle: async () => ({ start }) }),
    );
    expect([status, JSON.parse(text).code]).toEqual([500, 'internal']);
    expect(text).not.toContain('canary');
  });

  it('answers what it starts, and refuses before that in the envelope', async () => {
    const open = await askOnce(
      streamRoute({
        ...rest,
        produces,
        async handle({ actor }) {
          actor.isVerified = true;
          return { start };
        },
      }),
    );
    expect([open.status, open.text]).toEqual([200, 'canary,1']);
    const refused = await askOnce(
      streamRoute({
        ...rest,
        produces,
        async handle() {
          throw new ApiError('rate_limited');
        },
      }),
    );
    expect([refused.status, JSON.parse(refused.text).code]).toEqual([429, 'rate_limited']);
  });

  it('that breaks off in the middle is cut, so that nobody takes a part for the whole', async () => {
    async function* broken() {
      yield 'first,';
      throw new Error('the database went away');
    }
    const asked = askOnce(
      streamRoute({
        ...rest,
        produces,
        async handle({ actor }) {
          actor.isVerified = true;
          return {
            start(context) {
              context.body = Readable.from(broken());
            },
          };
        },
      }),
    );
    await expect(asked).rejects.toThrow();
  });
});

describe('a foreign error', () => {
  const database = (code: string) =>
    Object.assign(new pg.DatabaseError('canary', 1, 'error'), { code });
  const system = (code: string) => Object.assign(new Error('canary'), { code });

  it.each([
    ['a database that shuts down', database('57P01'), 'unavailable'],
    ['a database without a free connection', database('53300'), 'unavailable'],
    ['a lost connection', database('08006'), 'unavailable'],
    ['a deadlock', database('40P01'), 'unavailable'],
    ['a refused connection', system('ECONNREFUSED'), 'unavailable'],
    ['a reset connection', system('ECONNRESET'), 'unavailable'],
    [
      'a pool that is exhausted',
      new Error('timeout exceeded when trying to connect'),
      'unavailable',
    ],
    ['a refused permission', database('42501'), 'internal'],
    ['a broken rule', database('23505'), 'internal'],
    ['a text that the database cannot store', database('22021'), 'internal'],
    ['a missing file', system('EACCES'), 'internal'],
    ['anything else', new Error('canary'), 'internal'],
    ['what is no error', 'canary', 'internal'],
    ['one of ours', new ApiError('not_found'), 'not_found'],
  ])('reads as the right one of ours: %s', (_, error, code) => {
    const ours = toApiError(error);
    expect(ours.code).toBe(code);
    expect(JSON.stringify(ours.body('id'))).not.toContain('canary');
    expect(ours.detail.retryAfterSeconds).toBe(code === 'unavailable' ? 2 : undefined);
  });
});
