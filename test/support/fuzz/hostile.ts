/** What clients send that nobody meant: values as JSON texts, texts for addresses and headers, whole bodies. */

const json = (value: unknown) => JSON.stringify(value);
const base64url = (text: string) => Buffer.from(text).toString('base64url');
/** Looks like a signed token; nothing in it is what it should be. */
const oddToken = (header: string, payload: string) =>
  `${base64url(header)}.${base64url(payload)}.${base64url('signature')}`;

const DEEP = 40;

/** Strings that have broken something somewhere. */
const TEXTS: readonly string[] = [
  ...[
    '',
    ' ',
    '\t\r\n',
    '\0',
    'a\0b',
    '\u0001\u001b[31m',
    '\ud800',
    '\udc00x',
    'a\ud83d',
    '\ufeff',
  ],
  ...[
    '\u202egnp.exe',
    '\u200b',
    '\u2028\u2029',
    'e\u0301'.repeat(60),
    '👨‍👩‍👧',
    'ﷺ'.repeat(40),
    'İıſK',
  ],
  ...[
    '1e3',
    '0x10',
    '-0',
    '-1',
    '0',
    '1.5',
    'NaN',
    'Infinity',
    '12345678901234567890',
    '9'.repeat(20),
  ],
  ...['１２', '١', '+1', ' 1', '1 ', '1,2', '1;2', 'null', 'true', 'undefined', '[object Object]'],
  ...[
    "' or 1=1 --",
    "'; drop table x; --",
    '" or ""="',
    '%00',
    '%s%n',
    '$' + '{7*7}',
    '{{7*7}}',
    '\\',
    '$1',
  ],
  ...[
    '../../etc/passwd',
    '/',
    '.',
    '..',
    '<script>alert(1)</script>',
    'a\r\nX-Injected: 1',
    '*',
    '%',
  ],
  ...['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'length'],
  ...['00000000-0000-0000-0000-000000000000', '0199d0c5-6c3e-7cc3-98c4-dc0c0c07398f'],
  ...['0199D0C56C3E7CC398C4DC0C0C07398F', '{0199d0c5-6c3e-7cc3-98c4-dc0c0c07398f}'],
  ...[
    'INC-00000000-0000',
    'INC-99999999-999999999',
    'inc-20261122-0004',
    'INC-20261122-00000000004',
  ],
  ...[
    '2026-02-30T00:00:00Z',
    '0000-01-01T00:00:00Z',
    '9999-12-31T23:59:60Z',
    '+275760-09-13T00:00:00Z',
  ],
  ...['2026-11-22T14:24:23+23:59', '1970-01-01T00:00:00Z', '9998-12-31T23:59:59.999-23:59', 'now'],
  ...[
    'a@b.c',
    `${'a'.repeat(250)}@b.cd`,
    'a@b@c.de',
    '"a b"@c.de',
    'a@[127.0.0.1]',
    'ä@ö.ü',
    'a@b.c\0',
  ],
  ...[
    'http://[::1]:1/',
    'http://127.1/',
    'https://u:p@x/',
    'javascript:alert(1)',
    'http://',
    '//x',
    'data:,x',
  ],
  ...[
    `http://${'a.'.repeat(500)}com`,
    'https://xn--a.com',
    'https://example.com:99999/',
    'http://\u0000',
  ],
  ...[
    'und',
    'x-private',
    'en-US-u-ca-buddhist',
    'i-klingon',
    'zz-ZZ-'.repeat(6),
    '#0b728',
    '#GGGGGG',
  ],
  oddToken('{"alg":"none","typ":"JWT"}', '{}'),
  oddToken('{"alg":"HS256","typ":"JWT","kid":"0199d0c5-6c3e-7cc3-98c4-dc0c0c07398f"}', 'no JSON'),
  oddToken('{"alg":"HS256","kid":["a"]}', 'null'),
  oddToken('null', 'null'),
  ...[
    'a.b.c',
    '..',
    `${'0'.repeat(36)}.${'0'.repeat(36)}.${'0'.repeat(22)}`,
    'eyJ9',
    '='.repeat(50),
  ],
  ...[
    '{',
    '[]',
    '{"a":1}',
    base64url('{"parameters":null}'),
    base64url('[]'),
    base64url('{"challenge":{}}'),
  ],
  'x'.repeat(1_000),
  'ä'.repeat(40_000 / 2),
  'a,'.repeat(500),
  'a '.repeat(5_000),
  // Long rows of one thing, with something at their end that does not fit: patterns have gone round in them.
  ...[' ', '.', '-', '/', ':', '0', 'a', 'a@.', '\n', '<', '"', 'INC-', '%'].map(
    (one) => `a@${one.repeat(50_000 / one.length)}@`,
  ),
];

const NUMBERS = [
  ...['0', '-0', '-1', '1e3', '1E400', '-1e400', '1.5', '1e-400', '12345678901234567890'],
  ...['2147483648', '-2147483649', '9007199254740993', '9'.repeat(300), '0.1e1'],
];
/** None of them is JSON. */
const NO_NUMBERS = ['0x10', 'NaN', 'Infinity', '+1', '01', '1_000', '.5', '1.', "'x'", 'undefined'];

/** JSON texts that may stand in place of any value. */
export const VALUES: readonly string[] = [
  ...TEXTS.map(json),
  ...NUMBERS,
  ...NO_NUMBERS,
  ...['null', 'true', 'false', '[]', '{}', '[null]', '[[]]', '[{}]', '["a","a"]', '{"a":{"b":[]}}'],
  ...[
    '{"__proto__":{"x":1}}',
    '{"constructor":{"prototype":{"x":1}}}',
    '{"length":3}',
    '{"a":1,"a":2}',
  ],
  ...[
    '{"toString":null}',
    '{"toJSON":1}',
    '{"then":1}',
    '{"valueOf":"x","toString":"x"}',
    '{"$ne":null}',
  ],
  ...[
    '"\\ud800"',
    '"\\u0000"',
    '"\\udfff\\ud800"',
    '"\\x00"',
    '"unfinished',
    '"\\u12"',
    '"raw\nbreak"',
  ],
  `${'['.repeat(DEEP)}${']'.repeat(DEEP)}`,
  `${'{"a":'.repeat(20)}1${'}'.repeat(20)}`,
  `[${'0,'.repeat(2_000)}0]`,
  `[${Array.from({ length: 200 }, (_, n) => json(`item ${n}`)).join(',')}]`,
];

/** Percent-encoded, for addresses: UTF-8 and what is none. */
export const ADDRESS_PARTS: readonly string[] = [
  ...TEXTS.filter((one) => one.isWellFormed() && one !== '' && one.length < 4_000).map((one) =>
    encodeURIComponent(one).replaceAll('.', '%2e'),
  ),
  ...[
    '%ed%a0%80',
    '%ff',
    '%c0%80',
    '%c0%ae%c0%ae%c0%af',
    '%f4%90%80%80',
    '%',
    '%Z',
    '%0',
    '%%',
    '%u0041',
  ],
  ...[
    '..',
    '.',
    ';a=b',
    '*',
    "a'b",
    'a(b)',
    'a|b',
    'a,b',
    'a+b',
    '!',
    '~',
    '@',
    ':',
    'x'.repeat(4_000),
  ],
];

/** Header values, as latin1 that a client may send. */
export const HEADER_VALUES: readonly string[] = [
  ...[
    '',
    ' ',
    '*',
    '0',
    '-1',
    '"',
    ',',
    ';',
    ';;;=',
    '%00',
    'null',
    '\u00ff',
    'ä',
    '\t',
    'a, b',
    'W/"x"',
  ],
  ...[
    "'; drop table x; --",
    '../x',
    '18446744073709551616-0',
    '0-0',
    '1e3',
    'x'.repeat(300),
    'x'.repeat(7_000),
  ],
  ...[
    '9'.repeat(25),
    `${'9'.repeat(20)}-0199d0c5-6c3e-7cc3-98c4-dc0c0c07398f`,
    '0199d0c5.1.2.3',
    '=',
    'a=b',
  ],
  ...Array.from({ length: 4 }, (_, n) => Buffer.from(`${n}:x:\0`).toString('base64url')),
];

/** Headers beyond those that an operation declares. */
export const HEADERS: readonly (readonly [string, string])[] = [
  ...(
    [
      'if-none-match',
      'if-match',
      'range',
      'accept',
      'accept-encoding',
      'accept-language',
      'cookie',
    ] as const
  ).flatMap((name) =>
    ['*', '', 'x', 'bytes=0-', ';q=9', '%00', 'a=b; a=c; __Host-porthole=x', 'W/"'].map(
      (value) => [name, value] as const,
    ),
  ),
  ...(
    ['origin', 'referer', 'user-agent', 'x-forwarded-for', 'forwarded', 'x-real-ip'] as const
  ).flatMap((name) =>
    ['null', '127.0.0.1', '::1, x', 'http://[', '\u00ff', '__proto__'].map(
      (value) => [name, value] as const,
    ),
  ),
  ...(
    ['x-http-method-override', 'x-method-override', 'x-original-url', 'x-rewrite-url'] as const
  ).flatMap((name) => ['DELETE', '/api/v1/companies', 'x'].map((value) => [name, value] as const)),
  ['expect', '100-continue'],
  ['expect', 'nonsense'],
  ['upgrade-insecure-requests', '1'],
  ['x-requested-by', 'somebody'],
  ['sec-fetch-site', 'cross-site'],
  ['te', 'trailers, chunked'],
  ['content-encoding', 'gzip'],
  ['content-encoding', 'identity'],
  ['authorization', 'Basic YTpi'],
  ['authorization', `Bearer ${'x'.repeat(8_000)}`],
  ['x-filler', 'x'.repeat(20_000)],
];

export const CONTENT_TYPES: readonly string[] = [
  ...[
    '',
    'text/plain',
    'text/json',
    'application/xml',
    'application/x-www-form-urlencoded',
    'nonsense',
    '/',
  ],
  ...[
    'multipart/form-data; boundary=x',
    'application/json; charset=utf-16',
    'application/json;charset=',
    '*/*',
  ],
  ...[
    'application/json; charset=iso-8859-1',
    'application/json; charset="utf-8',
    'application/merge-patch+json',
  ],
  ...[
    'application/json; charset=utf-8; charset=latin1',
    'APPLICATION/JSON',
    'application/json;;;',
    'ä/ö',
  ],
];

/** What would tell of the inside: statements and errors of the database, stacks, files. */
export const INSIDE =
  /\bat (?:\w+ )?\(?\/|node_modules|\.[jt]s:\d+|SQLSTATE|\bselect .+ from\b|violates|relation "|syntax error at|invalid input syntax|ECONN|Unexpected token|is not a function|Cannot read/i;
