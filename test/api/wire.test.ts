/**
 * Requests that two programs may read differently (BAR 14): a proxy in front and this server must never disagree about where
 * a request ends, which method it has, or which file it names. Refused with a 4xx and the end of the connection; or read in
 * the one way that there is.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startApp, type TestApp } from '../support/app.ts';
import { buildCustomer, rowsOf } from '../support/factories.ts';
import { shows } from '../support/shows.ts';
import { sendBytes } from '../support/wire.ts';

let app: TestApp;
let token: string;
let companyId: string;
beforeAll(async () => {
  app = await startApp();
  ({ token, companyId } = await buildCustomer(app));
});

const BODY = '{"mailUpdates":true}';
/** What a smuggler wants to be read as a request of its own. It would be seen: the name would change. */
const smuggled = () =>
  `PUT /api/v1/customer/me HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\nContent-Type: application/json\r\nContent-Length: 19\r\n\r\n{"name":"Smuggled"}`;
const head = (...lines: string[]) =>
  [
    'PUT /api/v1/customer/me HTTP/1.1',
    'Host: x',
    'Content-Type: application/json',
    `Authorization: Bearer ${token}`,
    ...lines,
    '',
    '',
  ].join('\r\n');
/** The last request on a connection, which is answered with 200. */
const END = 'GET /api/v1/customer/companies HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n';
const CHUNKED = `14\r\n${BODY}\r\n0\r\n\r\n`;
beforeEach(() =>
  rowsOf(app, "update customers set name = 'Ann' where company_id = $1", [companyId]),
);

const nameNow = async () =>
  (await rowsOf(app, 'select name from customers where company_id = $1', [companyId]))[0]?.name;

/** In each the smuggled request stands where a second reader would begin one. */
const SMUGGLING: readonly (readonly [string, () => string])[] = [
  [
    'a length and chunks',
    () => `${head('Content-Length: 6', 'Transfer-Encoding: chunked')}0\r\n\r\n`,
  ],
  [
    'chunks and a length',
    () => `${head('Transfer-Encoding: chunked', 'Content-Length: 30')}${CHUNKED}`,
  ],
  ['two lengths', () => `${head('Content-Length: 20', 'Content-Length: 0')}${BODY}`],
  ['the same length twice', () => `${head('Content-Length: 20', 'Content-Length: 20')}${BODY}`],
  ['a list of lengths', () => `${head('Content-Length: 20, 20')}${BODY}`],
  ['a length with a sign', () => `${head('Content-Length: +20')}${BODY}`],
  ['a length in hex', () => `${head('Content-Length: 0x14')}${BODY}`],
  ['a length below zero', () => `${head('Content-Length: -1')}${BODY}`],
  ['a length of twenty digits', () => `${head('Content-Length: 99999999999999999999')}${BODY}`],
  ['a blank before the colon', () => `${head('Content-Length : 20')}${BODY}`],
  ['a blank before the colon of chunks', () => `${head('Transfer-Encoding : chunked')}${CHUNKED}`],
  ['a folded header', () => `${head('Transfer-Encoding:\r\n chunked')}${CHUNKED}`],
  ['a folded line', () => `${head('X-Odd: a\r\n Content-Length: 0', 'Content-Length: 20')}${BODY}`],
  ['an unknown coding', () => `${head('Transfer-Encoding: xchunked')}${CHUNKED}`],
  ['chunked that is not last', () => `${head('Transfer-Encoding: chunked, identity')}${CHUNKED}`],
  [
    'chunked twice',
    () => `${head('Transfer-Encoding: chunked', 'Transfer-Encoding: chunked')}${CHUNKED}`,
  ],
  ['chunked in quotes', () => `${head('Transfer-Encoding: "chunked"')}${CHUNKED}`],
  ['chunked behind a vertical tab', () => `${head('Transfer-Encoding:\x0bchunked')}${CHUNKED}`],
  ['a NUL in a name', () => `${head('Content\0-Length: 20')}${BODY}`],
  ['a NUL in a value', () => `${head('X-Odd: a\0b', 'Content-Length: 20')}${BODY}`],
  [
    'a bare line feed between headers',
    () => head('X-Odd: a\nContent-Length: 0', 'Content-Length: 20') + BODY,
  ],
  [
    'a bare carriage return in a value',
    () => `${head('X-Odd: a\rContent-Length: 0', 'Content-Length: 20')}${BODY}`,
  ],
  ['a header without a colon', () => `${head('Content-Length 20')}${BODY}`],
  ['a header without a name', () => `${head(': 20')}${BODY}`],
  [
    'a chunk size that is none',
    () => `${head('Transfer-Encoding: chunked')}xyz\r\n${BODY}\r\n0\r\n\r\n`,
  ],
  [
    'a chunk size with a sign',
    () => `${head('Transfer-Encoding: chunked')}+14\r\n${BODY}\r\n0\r\n\r\n`,
  ],
  [
    'a chunk size with a prefix',
    () => `${head('Transfer-Encoding: chunked')}0x14\r\n${BODY}\r\n0\r\n\r\n`,
  ],
  [
    'a chunk size beyond all numbers',
    () => `${head('Transfer-Encoding: chunked')}FFFFFFFFFFFFFFFFF\r\n`,
  ],
  [
    'a chunk that ends by a line feed',
    () => `${head('Transfer-Encoding: chunked')}14\n${BODY}\n0\n\n`,
  ],
  [
    'a chunk longer than it says',
    () => `${head('Transfer-Encoding: chunked')}3\r\n${BODY}\r\n0\r\n\r\n`,
  ],
  [
    'an odd chunk extension',
    () => `${head('Transfer-Encoding: chunked')}14;a\nb\r\n${BODY}\r\n0\r\n\r\n`,
  ],
  ['HTTP/0.9', () => 'GET /api/v1/customer/companies\r\n\r\n'],
  ['HTTP/2.0 by name', () => 'GET / HTTP/2.0\r\nHost: x\r\n\r\n'],
  ['HTTP/1.10', () => 'GET / HTTP/1.10\r\nHost: x\r\n\r\n'],
  ['a tab in the request line', () => 'GET\t/ HTTP/1.1\r\nHost: x\r\n\r\n'],
  ['a blank in the address', () => 'GET /a b HTTP/1.1\r\nHost: x\r\n\r\n'],
  ['a line feed in the address', () => 'GET /\nX: y HTTP/1.1\r\nHost: x\r\n\r\n'],
  ['an address without a slash', () => 'GET api HTTP/1.1\r\nHost: x\r\n\r\n'],
  ['CONNECT', () => 'CONNECT example.com:443 HTTP/1.1\r\nHost: x\r\n\r\n'],
  ['no host', () => 'GET / HTTP/1.1\r\n\r\n'],
  ['the preface of HTTP/2', () => 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
  ['TLS', () => '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'],
];

describe('a request that could be read in two ways', () => {
  it.each(SMUGGLING)('is refused, and its connection ends: %s', async (_, bytes) => {
    const { statuses, wasClosed, text } = await sendBytes(app.url, bytes() + smuggled());
    expect(statuses.length, text).toBeLessThanOrEqual(1);
    for (const status of statuses) expect(Math.floor(status / 100), text).toBe(4);
    expect(wasClosed, text).toBe(true);
    // Also of what would be read without being answered nothing comes.
    await wait(20);
    expect(await nameNow()).toBe('Ann');
  });

  it('was one that would have been seen', async () => {
    const last = smuggled().replace('Host: x', 'Host: x\r\nConnection: close');
    const { statuses } = await sendBytes(app.url, last);
    expect(statuses).toEqual([200]);
    expect(await nameNow()).toBe('Smuggled');
    shows(14, { 'smuggling shapes refused': SMUGGLING.length });
  });
});

/** Odd, and with one meaning: the next request on the connection is read as the next. */
const IN_STEP: readonly (readonly [string, () => string])[] = [
  ['chunks', () => `${head('Transfer-Encoding: chunked')}${CHUNKED}`],
  [
    'chunks with extensions',
    () => `${head('Transfer-Encoding: chunked')}14;a=b\r\n${BODY}\r\n0;c\r\n\r\n`,
  ],
  [
    'chunks with trailers',
    () => `${head('Transfer-Encoding: chunked')}14\r\n${BODY}\r\n0\r\nX-A: b\r\n\r\n`,
  ],
  ['chunked in capitals', () => `${head('Transfer-Encoding: CHUNKED')}${CHUNKED}`],
  [
    'an absolute address',
    () => head('Content-Length: 20').replace(' /api', ' http://elsewhere/api') + BODY,
  ],
  ['two blanks in the request line', () => 'GET  /healthz HTTP/1.1\r\nHost: x\r\n\r\n'],
  [
    'a body where none is wanted',
    () => `GET /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: 20\r\n\r\n${BODY}`,
  ],
  [
    'a body of a request that is refused',
    () => `PUT /api/v1/customer/me HTTP/1.1\r\nHost: x\r\nContent-Length: 20\r\n\r\n${BODY}`,
  ],
];

describe('a request to two hosts', () => {
  it('gets a 4xx, whichever of them a proxy in front goes by', async () => {
    const hosts = ['Host: x', 'Host: y', 'Connection: close'].join('\r\n');
    const { statuses, text } = await sendBytes(
      app.url,
      `GET /healthz HTTP/1.1\r\n${hosts}\r\n\r\n`,
    );
    expect(statuses, text).toEqual([400]);
  });
});

describe('a request that is only odd', () => {
  it.each(IN_STEP)('leaves the connection in step, or ends it: %s', async (_, bytes) => {
    const { statuses, text } = await sendBytes(app.url, bytes() + END);
    expect(statuses[0], text).toBeLessThan(500);
    if (statuses.length > 1) expect(statuses.slice(1), text).toEqual([200]);
    expect(statuses.length, text).toBeLessThanOrEqual(2);
  });
});

const FILES = [
  ...['package.json', 'server/main.js', 'etc/passwd', '.env', '.git/config', 'dist/server/main.js'],
];
const UP = [
  ...[
    '..',
    '%2e%2e',
    '%2E.',
    '.%2e',
    '..%2f',
    '%2e%2e%2f',
    '..%5c',
    '..\\',
    '%252e%252e',
    '..%00',
    '..;',
  ],
  ...[
    '%c0%ae%c0%ae',
    '%e0%80%ae%e0%80%ae',
    '%uff0e%uff0e',
    '....//',
    '..%c0%af',
    '..%ef%bc%8f',
    './..',
  ],
];

describe('the folder of static files', () => {
  it('cannot be walked out of, however the way is written', async () => {
    let tried = 0;
    for (const up of UP) {
      const ways = ['/assets/', '/', '//', '/docs/', '/panel/', '/%2fassets/'].flatMap((from) =>
        FILES.map((file) => `${from}${`${up}/`.repeat(3)}${file}`),
      );
      const requests = ways.map((way) => `GET ${way} HTTP/1.1\r\nHost: x\r\n\r\n`);
      requests.push(END);
      const { statuses, text } = await sendBytes(app.url, requests.join(''));
      expect(statuses.pop(), up).toBe(200);
      expect(statuses.length, up).toBe(ways.length);
      for (const status of statuses) expect(Math.floor(status / 100), `${up}: ${text}`).toBe(4);
      tried += ways.length;
    }
    shows(14, { 'ways out of the static files tried': tried });
  });
});

const METHODS = [
  'PATCH',
  'TRACE',
  'PROPFIND',
  'MKCOL',
  'COPY',
  'MOVE',
  'LOCK',
  'SEARCH',
  'PURGE',
  'LINK',
  'REPORT',
];
const UNKNOWN = ['get', 'Get', 'GETX', 'X', 'G\xc4T', 'POST\0', ''];
const OVERRIDES = [
  ...[
    'X-HTTP-Method-Override',
    'X-HTTP-Method',
    'X-Method-Override',
    '_method',
    'X-Original-Method',
  ],
];

describe('a method', () => {
  it('that is odd gets a 4xx', async () => {
    for (const method of [...METHODS, ...UNKNOWN]) {
      const bytes = `${method} /api/v1/customer/me HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`;
      const { statuses, text } = await sendBytes(app.url, bytes);
      expect(statuses.length, `${method}: ${text}`).toBe(1);
      expect(Math.floor((statuses[0] ?? 0) / 100), `${method}: ${text}`).toBe(4);
    }
  });

  it('is not what a header says', async () => {
    for (const name of OVERRIDES) {
      for (const meant of ['PUT', 'DELETE', 'GET']) {
        const bytes = head(`${name}: ${meant}`, 'Connection: close').replace('PUT', 'POST');
        const { statuses, text } = await sendBytes(app.url, bytes);
        expect(statuses, `${name}: ${text}`).toEqual([405]);
      }
    }
  });
});
