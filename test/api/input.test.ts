/** What a body may look like on the wire: size, depth, type, encoding (BAR 13). In detail on one route; every-input.test.ts asks all. */
import { beforeAll, describe, expect, it } from 'vitest';
import { LIMITS } from '../../shared/limits.ts';
import { startApp, type TestApp } from '../support/app.ts';
import type { Reply } from '../support/client.ts';
import {
  buildCustomer,
  REPORT,
  rowsOf,
  type TestCustomer,
  withoutRequestId,
} from '../support/factories.ts';
import { everyTestShows } from '../support/shows.ts';

everyTestShows(13);

let app: TestApp;
let customer: TestCustomer;
beforeAll(async () => {
  app = await startApp();
  customer = await buildCustomer(app);
});

/** Sends text as it is. */
const report = (body: string, headers: Record<string, string> = {}) =>
  app.api.post('/customer/create-incident', { token: customer.token, body, headers });

/** Sends bytes as they are, which the client of the other tests cannot. */
async function reportBytes(body: BodyInit, headers: Record<string, string> = {}) {
  const response = await fetch(`${app.url}/api/v1/customer/create-incident`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${customer.token}`,
      'content-type': 'application/json',
      ...headers,
    },
    body,
    // What a stream for a body needs; the types of fetch do not know it yet.
    ...({ duplex: 'half' } as object),
  });
  const { code } = await response.json();
  return [response.status, code];
}

const outcome = ({ status, body }: Reply) => [status, body.code];
const json = (extra: object) => JSON.stringify({ ...REPORT, ...extra });

const countOwn = async () =>
  (await rowsOf(app, 'select 1 from incidents where customer_id = $1', [customer.id])).length;

/** A report of exactly that many bytes. */
const reportOf = (bytes: number) => {
  const padding = 'x'.repeat(bytes - Buffer.byteLength(json({ padding: '' })));
  return json({ padding });
};

describe('the size of a body', () => {
  it('may be 64 KiB', async () => {
    expect((await report(reportOf(LIMITS.bodyBytes))).status).toBe(201);
  });

  it('may not be a byte more', async () => {
    const before = await countOwn();
    expect(outcome(await report(reportOf(LIMITS.bodyBytes + 1)))).toEqual([413, 'too_large']);
    expect(await countOwn()).toBe(before);
  });

  it('may not be more either where the length is not said beforehand', async () => {
    const text = reportOf(LIMITS.bodyBytes + 1);
    const stream = new Blob([text]).stream();
    expect(await reportBytes(stream)).toEqual([413, 'too_large']);
  });
});

describe('the depth of a body', () => {
  const nested = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`;
  const reportWith = (value: string) => `${json({}).slice(0, -1)},"deep":${value}}`;

  it('may be 32 levels', async () => {
    expect((await report(reportWith(nested(31)))).status).toBe(201);
  });

  it('may not be one more, nor ten thousand more', async () => {
    for (const levels of [32, 10_000]) {
      expect(outcome(await report(reportWith(nested(levels))))).toEqual([400, 'malformed']);
    }
  });
});

describe('the type of a body', () => {
  it('is JSON in UTF-8, whether the charset is said or not', async () => {
    for (const type of [
      'application/json',
      'application/json; charset=utf-8',
      'Application/JSON;charset="UTF-8"',
    ]) {
      expect((await report(json({}), { 'content-type': type })).status, type).toBe(201);
    }
  });

  it.each([
    'text/plain',
    'text/json',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/xml',
    'application/json; charset=iso-8859-1',
    'application/json; charset=utf-16',
    'application/json; charset=nonsense',
    'nonsense',
  ])('is not %s', async (type) => {
    const reply = await report(json({}), { 'content-type': type });
    expect(outcome(reply)).toEqual([415, 'unsupported_media_type']);
  });

  it('has to be said', async () => {
    const bytes = new Blob([json({})]);
    expect(await reportBytes(bytes, { 'content-type': '' })).toEqual([
      415,
      'unsupported_media_type',
    ]);
  });

  it('is not compressed', async () => {
    for (const encoding of ['gzip', 'deflate', 'br', 'nonsense']) {
      const reply = await report(json({}), { 'content-encoding': encoding });
      expect(outcome(reply), encoding).toEqual([415, 'unsupported_media_type']);
    }
  });
});

describe('a body that is not the JSON of an object', () => {
  it.each([
    '{',
    '{"a":1',
    'null',
    '7',
    '"text"',
    'true',
    "{'a': 1}",
    '{"a":1}{"b":2}',
    '{"a":NaN}',
    '\u0000',
    '[',
    '// {}',
    'shortDescription=x',
  ])('is refused: %j', async (text) => {
    expect(outcome(await report(text))).toEqual([400, 'malformed']);
  });

  it('is refused where it is an array', async () => {
    expect(outcome(await report('[]'))).toEqual([400, 'malformed']);
  });

  it('counts as an empty object where there is none at all', async () => {
    const nothing = await app.api.post('/customer/create-incident', { token: customer.token });
    expect(outcome(nothing)).toEqual([400, 'invalid']);
    expect(nothing.body.problems).toHaveLength(4);
  });

  it('is refused where its bytes are not UTF-8: nothing is replaced', async () => {
    const before = await countOwn();
    const [start, end] = json({ description: '§' }).split('§');
    for (const bytes of [
      [0xff],
      [0xe9],
      [0xed, 0xa0, 0x80],
      [0xc0, 0x80],
      [0xf4, 0x90, 0x80, 0x80],
    ]) {
      const body = Buffer.concat([
        Buffer.from(start ?? ''),
        Buffer.from(bytes),
        Buffer.from(end ?? ''),
      ]);
      const [status] = await reportBytes(body);
      expect(status, String(bytes)).toBe(400);
    }
    expect(await countOwn()).toBe(before);
  });

  it('says nothing of the parser, the server or its files', async () => {
    for (const text of ['{', '{"a":NaN}', '\u0000']) {
      const { body } = await report(text);
      expect(body.errors).toEqual(['The body could not be read as JSON.']);
    }
  });
});

describe('names that mean something to JavaScript', () => {
  everyTestShows(14);

  it('change nothing as __proto__', async () => {
    const polluting = '{"__proto__":{"polluted":true,"status":"CLOSED"},';
    const { status, body } = await report(json({}).replace('{', polluting));
    expect([status, body.data.status]).toEqual([201, 'OPEN']);
    expect(({} as { polluted?: boolean }).polluted).toBe(undefined);
  });

  it('fill no field from __proto__ or constructor', async () => {
    for (const name of ['__proto__', 'constructor', 'prototype']) {
      const { status } = await report(`{"${name}":${json({})}}`);
      expect(status, name).toBe(400);
    }
  });

  it('change nothing otherwise', async () => {
    const plain = await report(json({}));
    const odd = await report(
      json({ constructor: { prototype: { polluted: true } }, toString: 'x', hasOwnProperty: 1 }),
    );
    expect(odd.status).toBe(201);
    expect(Object.keys(odd.body.data)).toEqual(Object.keys(plain.body.data));
    expect(({} as { polluted?: boolean }).polluted).toBe(undefined);
  });

  it('reach no field through the query string', async () => {
    const { token } = customer;
    const query = '__proto__[limit]=1&constructor.prototype.limit=1&page[]=2&limit[$gt]=1';
    const odd = await app.api.get(`/customer/get-incidents?${query}`, { token });
    const plain = await app.api.get('/customer/get-incidents', { token });
    expect(withoutRequestId(odd)).toBe(withoutRequestId(plain));
  });
});
