/**
 * What may not be sent, sent to every operation of the OpenAPI document that takes such a thing (BAR 13): numbers, ids, text,
 * repetitions, types, sizes. Each gets a 4xx with a stable code, and no answer tells of the inside. What a body may look like
 * in detail is in input.test.ts.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import { ERROR_STATUS } from '../../shared/errors.ts';
import { LIMITS } from '../../shared/limits.ts';
import { MAIL_IS_ON, startApp, type TestApp } from '../support/app.ts';
import type { Call, Reply } from '../support/client.ts';
import { NOBODYS_ID, ODD_NUMBERS } from '../support/factories.ts';
import { INSIDE } from '../support/fuzz/hostile.ts';
import {
  hasId,
  named,
  OPERATIONS,
  type Operation,
  placesOf,
  resolve,
  takesSeveral,
  takesText,
  withValue,
} from '../support/operations/operations.ts';
import { type GoodRequest, goodRequest } from '../support/operations/request.ts';
import { rowOf } from '../support/operations/rows.ts';
import { buildWorld } from '../support/operations/world.ts';
import { shows } from '../support/shows.ts';

let app: TestApp;
let refusals = 0;
beforeAll(async () => {
  app = await startApp({ webhooksAllowLoopback: true, smtp: MAIL_IS_ON });
});

/** A good request and the id in it, made once for each operation: refused each time, it is never used up. */
const made = new Map<string, Promise<{ request: GoodRequest; id: string }>>();
function good(operation: Operation) {
  const { name } = operation;
  const found = made.get(name) ?? makeGood(operation);
  made.set(name, found);
  return found;
}

async function makeGood(operation: Operation) {
  const subject = hasId(operation) ? rowOf(operation).of : 'incident';
  const world = await buildWorld(app, ['incident', subject]);
  return { request: await goodRequest(app, world, operation), id: world.ids[subject] };
}

/** Sends the request with something else in it. */
const send = ({ method, path, call }: GoodRequest, change: Call & { path?: string } = {}) => {
  const { path: other = path, headers, ...rest } = change;
  const all = { ...call.headers, ...headers };
  return app.api.send(method, other, { ...call, ...rest, headers: all });
};

/** A 4xx with a code that the list of codes has, for that status, and nothing about how we are built. */
function expectRefused(reply: Reply, what: string, status?: number, code?: string): void {
  const { status: got, body, text } = reply;
  expect([got >= 400 && got < 500, text], what).toEqual([true, text]);
  expect(ERROR_STATUS[body.code as keyof typeof ERROR_STATUS], what).toBe(got);
  if (status !== undefined) expect([got, body.code], what).toEqual([status, code]);
  expect(text, what).not.toMatch(INSIDE);
  refusals += 1;
}

/** With LONG=1 all of them; otherwise a few, others for each operation, so that all have their turn. */
let turn = 0;
function someOf<T>(all: readonly T[], few = 3): T[] {
  if (process.env.LONG === '1') return [...all];
  return Array.from({ length: few }, () => all[turn++ % all.length] as T);
}

const withQuery = ({ path }: GoodRequest, query: string) =>
  `${path}${path.includes('?') ? '&' : '?'}${query}`;

const queryOf = ({ parameters }: Operation) => parameters.filter((one) => one.in === 'query');
const isNumber = (name: string) => name === 'page' || name === 'limit' || name === 'cursor';

const NUMBERS = OPERATIONS.filter((one) => queryOf(one).some(({ name }) => isNumber(name)));
const QUERIES = OPERATIONS.filter((one) => queryOf(one).length > 0);
const BODIES = OPERATIONS.filter(({ body }) => body !== null);

describe('a number in an address', () => {
  it.each(named(NUMBERS))('is written in plain digits: %s', async (_, operation) => {
    const { request } = await good(operation);
    for (const { name } of queryOf(operation).filter((one) => isNumber(one.name))) {
      // Nothing comes after zero in an endless list, which is no mistake.
      for (const odd of ODD_NUMBERS.filter((one) => name !== 'cursor' || one !== '0')) {
        const reply = await send(request, { path: withQuery(request, `${name}=${odd}`) });
        expectRefused(reply, `${name}=${odd}`, 400, 'invalid');
        expect(reply.body.problems[0].field).toBe(name);
      }
    }
  });
});

describe('a parameter', () => {
  it.each(named(QUERIES))('is given once: %s', async (_, operation) => {
    const { request } = await good(operation);
    const [bare = ''] = request.path.split('?');
    for (const { name, schema } of queryOf(operation)) {
      if (takesSeveral(schema)) continue;
      const value = resolve(schema).enum?.[0] ?? (isNumber(name) ? '1' : NOBODYS_ID);
      const path = `${bare}?${name}=${value}&${name}=${value}`;
      expectRefused(await send(request, { path }), path, 400, 'invalid');
    }
  });

  it('may be repeated only where that is documented', () => {
    const several = QUERIES.flatMap((one) =>
      queryOf(one)
        .filter(({ schema }) => takesSeveral(schema))
        .map(({ name }) => `${one.name} ${name}`),
    );
    expect(several).toEqual(['GET /customer/get-incidents status', 'GET /incident-ticket status']);
  });
});

const ODD_IDS = [
  ...[
    '1',
    '-1',
    'null',
    'undefined',
    '%00',
    '%20',
    "'",
    "'%20or%201=1--",
    '..%2f..',
    '%ff',
    '*',
    '[]',
  ],
  ...[
    NOBODYS_ID.slice(1),
    `${NOBODYS_ID}0`,
    `${NOBODYS_ID}%00`,
    `{${NOBODYS_ID}}`,
    `%20${NOBODYS_ID}`,
  ],
  ...[
    NOBODYS_ID.replaceAll('-', ''),
    NOBODYS_ID.replace('0', 'g'),
    `${NOBODYS_ID}%0a`,
    '٠'.repeat(36),
  ],
  ...[
    'INC-2026-0001',
    'INC-20261122-1',
    'INC-20261122-0004%0a',
    'INC-٢٠٢٦١١٢٢-٠٠٠٤',
    'X'.repeat(3_000),
  ],
].map((one) => (/^[\x21-\x7e]*$/.test(one) ? one : encodeURIComponent(one)));

describe('an id', () => {
  it.each(named(OPERATIONS.filter(hasId)))('has its form: %s', async (_, operation) => {
    const { request, id } = await good(operation);
    for (const odd of someOf(ODD_IDS)) {
      const reply = await send(request, { path: request.path.replace(id, odd) });
      expectRefused(reply, odd);
      expect(reply.status, odd).toBe(400);
    }
  });
});

/** Not to be stored: PostgreSQL has no NUL, and UTF-8 no half of a pair. */
const UNSTORABLE = ['a\0b', '\0', 'a\ud800b', '\udc00', 'a\ud83d'];

describe('text', () => {
  it.each(named(BODIES))('holds neither NUL nor half a character: %s', async (_, operation) => {
    const { request } = await good(operation);
    const { body } = request.call;
    const places = placesOf(operation.body ?? {}).filter(({ schema }) => takesText(schema));
    for (const { path } of places) {
      for (const odd of someOf(UNSTORABLE, 1)) {
        const reply = await send(request, { body: withValue(body, path, odd) });
        expectRefused(reply, `${path.join('.')} = ${JSON.stringify(odd)}`, 400, 'invalid');
      }
    }
  });

  it.each(named(QUERIES))('nor does a query: %s', async (_, operation) => {
    const { request } = await good(operation);
    const [bare = ''] = request.path.split('?');
    for (const { name } of queryOf(operation)) {
      const reply = await send(request, { path: `${bare}?${name}=a%00b` });
      expectRefused(reply, name, 400, 'invalid');
    }
  });
});

describe('a body', () => {
  const nested = `${'['.repeat(LIMITS.bodyDepth)}${']'.repeat(LIMITS.bodyDepth)}`;
  const TYPES = [
    ...[
      'text/plain',
      'text/json',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
    ],
    ...['application/json; charset=utf-16', 'application/json; charset=iso-8859-1', 'nonsense'],
  ];

  it.each(named(BODIES))('is JSON in UTF-8, small and flat: %s', async (_, operation) => {
    const { request } = await good(operation);
    const text = JSON.stringify(request.call.body);
    for (const type of someOf(TYPES)) {
      const reply = await send(request, { headers: { 'content-type': type } });
      expectRefused(reply, type, 415, 'unsupported_media_type');
    }
    const zipped = await send(request, { headers: { 'content-encoding': 'gzip' } });
    expectRefused(zipped, 'gzip', 415, 'unsupported_media_type');
    const broken = ['{', text.slice(0, -1), `${text}}`, '[]', 'null', '"x"', '1', "{'a':1}"];
    for (const one of someOf(broken)) {
      expectRefused(await send(request, { body: one }), one, 400, 'malformed');
    }
    const deep = `{"deep":${nested},${text.slice(1)}`.replace(/,\}$/, '}');
    expectRefused(await send(request, { body: deep }), 'too deep', 400, 'malformed');
    const large = text.padEnd(LIMITS.bodyBytes + 1);
    expectRefused(await send(request, { body: large }), 'too large', 413, 'too_large');
  });

  it.each(named(BODIES))('holds in each field what belongs there: %s', async (_, operation) => {
    const { request } = await good(operation);
    const { body } = request.call;
    for (const { path, schema } of placesOf(operation.body ?? {})) {
      if (takesAnything(schema)) continue;
      for (const odd of someOf<unknown>([{ $ne: null }, { toString: 1 }, 1e300], 1)) {
        const reply = await send(request, { body: withValue(body, path, odd) });
        expectRefused(reply, `${path.join('.')} = ${JSON.stringify(odd)}`, 400, 'invalid');
      }
    }
  });
});

const takesAnything = (schema: Parameters<typeof resolve>[0]) =>
  Object.keys(resolve(schema)).filter((key) => key !== 'description').length === 0;

it('counts what was refused', () => {
  expect(refusals).toBeGreaterThan(500);
  shows(13, { 'requests refused': refusals, operations: OPERATIONS.length });
});
