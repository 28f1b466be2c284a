/** Everything that is done to a good request: each mutation is one request, named so that a failure can be read. */
import { type Call, headersOf } from '../client.ts';
import {
  type Operation,
  type Path,
  placesOf,
  resolve,
  withValue,
} from '../operations/operations.ts';
import type { GoodRequest } from '../operations/request.ts';
import { ADDRESS_PARTS, CONTENT_TYPES, HEADER_VALUES, HEADERS, VALUES } from './hostile.ts';
import type { RawRequest } from './raw-request.ts';

export interface Mutation {
  what: string;
  of(good: GoodRequest): RawRequest;
}

/** The good request itself, or what somebody else sends there, as bytes. */
export function toRaw({
  method,
  path,
  call,
}: {
  method: string;
  path: string;
  call: Call;
}): RawRequest {
  const { body } = call;
  const type = body === undefined ? {} : { 'content-type': 'application/json' };
  return {
    ...{ method, path, headers: Object.entries({ ...headersOf(call), ...type }) },
    body: body === undefined ? null : Buffer.from(JSON.stringify(body)),
  };
}

export function mutationsOf(operation: Operation): Mutation[] {
  return [
    ...(operation.body === null ? NO_BODY : [...bodyFields(operation), ...WHOLE_BODIES]),
    ...parameters(operation),
    ...(operation.path.includes('{') ? ids : []),
    ...headers,
  ];
}

// The body

const MARK = '@the value@';

/** The body with a JSON text (or what only looks like one) in one place. */
const withText = (body: unknown, at: Path, text: string) =>
  Buffer.from(JSON.stringify(withValue(body, at, MARK)).replace(JSON.stringify(MARK), () => text));

function bodyFields({ body: schema }: Operation): Mutation[] {
  return placesOf(schema ?? {}).flatMap(({ path: at, schema: own }) => {
    const values = [...VALUES, ...boundsOf(own)];
    return [
      ...values.map((text) =>
        change(`${at.join('.')} = ${text}`, (raw, body) => ({
          ...raw,
          body: withText(body, at, text),
        })),
      ),
      change(`no ${at.join('.')}`, (raw, body) => ({
        ...raw,
        body: Buffer.from(JSON.stringify(withValue(body, at, undefined))),
      })),
    ];
  });
}

const change = (
  what: string,
  mutate: (raw: RawRequest, body: Record<string, unknown>) => RawRequest,
): Mutation => ({ what, of: (good) => mutate(toRaw(good), good.call.body ?? {}) });

/** At the bounds that the schema names, and one beyond. */
function boundsOf(schema: Parameters<typeof resolve>[0]): string[] {
  const { maxLength, minLength, maxItems, maximum, minimum, anyOf = [], ...own } = resolve(schema);
  const numbers = [maximum, minimum].filter((one) => one !== undefined);
  const lengths = [maxLength, minLength].filter((one) => one !== undefined);
  return [
    ...lengths
      .flatMap((one) => [one - 1, one, one + 1].filter((n) => n >= 0))
      .flatMap((n) => [
        JSON.stringify('x'.repeat(n)),
        // So many code points, and twice as many units.
        JSON.stringify('😀'.repeat(n)),
      ]),
    ...numbers.flatMap((one) => [one - 1, one, one + 1]).map(String),
    ...(maxItems === undefined ? [] : [JSON.stringify(Array(maxItems + 1).fill('x'))]),
    ...(own.enum ?? []).map((one) => JSON.stringify(String(one).toLowerCase())),
    ...anyOf.flatMap(boundsOf),
  ];
}

const setHeader = (raw: RawRequest, name: string, value: string): RawRequest => ({
  ...raw,
  headers: [...raw.headers.filter(([one]) => one !== name), [name, value]],
});
const withBytes = (what: string, toBytes: (text: string) => Buffer | string) =>
  change(what, (raw) => ({ ...raw, body: Buffer.from(toBytes(String(raw.body))) }));

const nested = (open: string, close: string, levels: number) =>
  `{"a":${open.repeat(levels)}${close.repeat(levels)}}`;

const WHOLE_BODIES: Mutation[] = [
  ...[0, 0.1, 0.5, 0.9, 0.99].map((part) =>
    withBytes(`cut off after ${part} of the body`, (text) => text.slice(0, text.length * part)),
  ),
  ...[
    'null',
    '[]',
    '7',
    '"text"',
    'true',
    '{}',
    '{"":""}',
    '',
    ' ',
    '\0',
    '[[',
    '{}{}',
    'a=b',
    '\u2028',
  ].map((text) => withBytes(`the body ${JSON.stringify(text)}`, () => text)),
  withBytes('everything twice', (text) => `${text.slice(0, -1)},${text.slice(1)}`),
  withBytes('a byte order mark', (text) => `\ufeff${text}`),
  withBytes('UTF-16', (text) => Buffer.from(text, 'utf16le')),
  withBytes('latin1', (text) => Buffer.from(text.replace('"', '"ä'), 'latin1')),
  withBytes('bytes that are no UTF-8', (text) =>
    Buffer.concat([Buffer.from(text), Buffer.from([0xff])]),
  ),
  withBytes('arrays 32 levels deep', () => nested('[', ']', 31)),
  withBytes('arrays 33 levels deep', () => nested('[', ']', 32)),
  withBytes('objects 20,000 levels deep', () => nested('{"a":', '}', 10_000).replace(/:}/g, ':1}')),
  withBytes('blanks around it', (text) => `${' '.repeat(10_000)}${text}${'\n'.repeat(10_000)}`),
  withBytes('64 KiB and a byte', (text) => text.padEnd(64 * 1024 + 1)),
  withBytes('a megabyte', (text) => text.replace('{', `{"filler":"${'x'.repeat(1_000_000)}",`)),
  withBytes('ten thousand fields', (text) => {
    const fields = Array.from({ length: 5_000 }, (_, n) => `"f${n}":1`);
    return text.replace('{', `{${fields},`).slice(0, 64 * 1024);
  }),
  withBytes('names that mean something to JavaScript', (text) =>
    text.replace(/^\{/, '{"__proto__":{"a":1},"constructor":{"prototype":{}},"toString":1,'),
  ),
  ...CONTENT_TYPES.map((type) =>
    change(`the content type ${type}`, (raw) =>
      setHeader(raw, 'content-type', Buffer.from(type).toString('latin1')),
    ),
  ),
  change('no content type', (raw) => ({
    ...raw,
    headers: raw.headers.filter(([name]) => name !== 'content-type'),
  })),
];

const NO_BODY: Mutation[] = ['{}', '{', 'x'.repeat(100_000), '\0'].map((text) =>
  change(`a body that nobody asked for: ${text.slice(0, 9)}`, (raw) => ({
    ...setHeader(raw, 'content-type', 'application/json'),
    body: Buffer.from(text),
  })),
);

// The address

const addQuery = (raw: RawRequest, query: string): RawRequest => ({
  ...raw,
  path: `${raw.path}${raw.path.includes('?') ? '&' : '?'}${query}`,
});
/** Instead of what is there. */
const setQuery = (raw: RawRequest, name: string, value: string): RawRequest => {
  const [bare = '', query = ''] = raw.path.split('?');
  const others = query.split('&').filter((one) => one !== '' && !one.startsWith(`${name}=`));
  return { ...raw, path: `${bare}?${[...others, `${name}=${value}`].join('&')}` };
};

function parameters({ parameters: declared }: Operation): Mutation[] {
  return declared.flatMap(({ name, in: place, schema }) => {
    if (place === 'path') return [];
    if (place === 'header') {
      return HEADER_VALUES.map((value) =>
        change(`${name}: ${value}`, (raw) => setHeader(raw, name, value)),
      );
    }
    const values = [...ADDRESS_PARTS, ...(resolve(schema).enum ?? []).map(String), ''];
    return [
      ...values.map((value) => change(`?${name}=${value}`, (raw) => setQuery(raw, name, value))),
      ...['=1&{}=2', '[]=1', '[a]=1', '.a=1', '', '[__proto__]=1', '=1&{}=1&{}=1'].map((rest) => {
        const query = `${name}${rest.replaceAll('{}', name)}`;
        return change(`?${query}`, (raw) => addQuery(raw, query));
      }),
      change(`?${name} a hundred times`, (raw) => addQuery(raw, `${name}=1&`.repeat(100))),
    ];
  });
}

const lastId = /[0-9a-f]{8}-[0-9a-f-]{27}/g;

const ids: Mutation[] = ADDRESS_PARTS.map((part) =>
  change(`the id ${part}`, (raw) => {
    const [bare = '', ...query] = raw.path.split('?');
    return { ...raw, path: [bare.replace(lastId, () => part), ...query].join('?') };
  }),
);

// Headers, and what no schema mentions

const headers: Mutation[] = [
  ...HEADERS.map(([name, value]) =>
    change(`${name}: ${value}`, (raw) => setHeader(raw, name, value)),
  ),
  change('credentials of both kinds', (raw) => ({
    ...raw,
    headers: [...raw.headers, ['authorization', 'Bearer x'], ['x-api-key', 'x']],
  })),
  change('every header twice', (raw) => ({ ...raw, headers: [...raw.headers, ...raw.headers] })),
  change('150 more headers', (raw) => ({
    ...raw,
    headers: [...raw.headers, ...Array.from({ length: 150 }, (_, n) => [`x-${n}`, 'x'] as const)],
  })),
  ...[
    '__proto__[a]=1',
    'constructor=1',
    '=',
    '&&&',
    '%',
    '?',
    'a'.repeat(5_000),
    '%00=%00',
    '[=]',
    'a[b][c]=1',
  ].map((query) => change(`?${query}`, (raw) => addQuery(raw, query))),
];
