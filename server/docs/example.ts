/** Makes example values from schemas: one story told by field names, wherever the schema lets it. */
import { fieldsOf, type Resolve, type Schema } from './schema.ts';

const TICKET = 'INC-20261122-0004';
const ID = '0199d0c5-6c3e-7cc3-98c4-dc0c0c07398f';
const COMPANY_ID = '0199d0c4-1f20-7a51-b2f6-3a6d0e9c8b17';
const CUSTOMER_ID = '0199d0c4-8d02-7e9b-9c41-5f1b7a2e6c30';
const URL = 'https://www.example.com';

/** Values to try for a field of that name; the first that the schema allows is shown. */
const BY_NAME: Readonly<Record<string, readonly unknown[]>> = {
  accent: ['#0b7285'],
  allowedOrigins: [[URL]],
  allowedMoves: [['MITIGATED', 'RESOLVED', 'CLOSED']],
  areCookiesKept: [true],
  assignedToEmail: ['grace@example.com'],
  authorName: ['billing-team'],
  authorType: ['USER'],
  category: ['Others'],
  categories: [['System', 'User Report', 'Fraud', 'Others']],
  closedAt: [null],
  companyId: [COMPANY_ID],
  content: ['The corrected invoice is on its way.'],
  counts: [{ OPEN: 0, ACKNOWLEDGED: 0, INVESTIGATION: 1, MITIGATED: 0, RESOLVED: 0, CLOSED: 0 }],
  customerId: [CUSTOMER_ID],
  description: ['RE-2026-004417 shows 19 % VAT.'],
  email: ['ada@example.com'],
  greeting: ['How can we help?'],
  id: [TICKET, ID],
  'idempotency-key': [ID],
  incidentId: [TICKET],
  isListed: [true],
  limit: [10],
  message: ['Done.'],
  name: ['Ada Byron'],
  nextCursor: [null],
  note: ['The corrected invoice is on its way.'],
  page: [1],
  password: ['correct horse battery'],
  priority: ['MEDIUM'],
  prefix: ['ph_5kQ2x'],
  resolvedAt: [null],
  revokedAt: [null],
  secret: ['ph_5kQ2xW8c…'],
  shortDescription: ['Invoice shows the wrong VAT'],
  slug: ['nordlicht-energie'],
  source: ['PORTAL'],
  status: ['INVESTIGATION'],
  summary: ['Invoice shows the wrong VAT'],
  ticketNumber: [TICKET],
  token: ['eyJhbGciOiJIUzI1NiJ9…'],
  total: [1],
  totalPages: [1],
  unread: [0],
  url: [`${URL}/hooks/porthole`],
};

/** What an object is can be told by one of its fields. */
const BY_SIBLING: Readonly<Record<string, typeof BY_NAME>> = {
  slug: { id: [COMPANY_ID], name: ['Nordlicht Energie'] },
  email: { id: [CUSTOMER_ID] },
  authorType: { id: ['0199d0d1-2b44-7d0f-a6e8-91c37b5d2f08'] },
  prefix: { id: ['0199d0c4-55a9-7f3c-8e12-c6b04d7f9a21'], name: ['billing-team'] },
};

const ANY_TEXT = ['text', ID, '2026-11-22T14:24:23.000Z', '1', 'ada@example.com', URL, TICKET];

/** An answer: every field. A request (`isSparse`): what is required, or the first few where nothing is. */
export function exampleOf(
  schema: Schema,
  resolve: Resolve,
  candidates: readonly unknown[] = [],
  isSparse = false,
): unknown {
  const { examples = [], enum: allowed = [], default: fallback, ...own } = resolve(schema);
  if (own.const !== undefined) return own.const;
  const named = candidates.find((value) => fits(value, schema, resolve));
  if (named !== undefined) return named;
  const given = [...examples, fallback, ...allowed].find((value) => value !== undefined);
  if (given !== undefined) return given;
  if (own.anyOf?.[0] !== undefined) return exampleOf(own.anyOf[0], resolve, candidates, isSparse);
  if (own.type === 'array') return arrayOf(own.items ?? {}, resolve, candidates);
  if (own.type === 'object') return objectOf(own, resolve, isSparse);
  if (own.type === 'boolean') return false;
  if (own.type === 'integer' || own.type === 'number') return 1;
  if (own.format === 'uri' || own.format === 'url') return URL;
  return ANY_TEXT.find((value) => fits(value, schema, resolve)) ?? null;
}

/** The example of a field as plain text, such as stands in an address. */
export function parameterExample(name: string, schema: Schema, resolve: Resolve): string {
  return String(exampleOf(schema, resolve, BY_NAME[name]));
}

function arrayOf(items: Schema, resolve: Resolve, candidates: readonly unknown[]): unknown[] {
  const { type, enum: allowed, anyOf } = resolve(items);
  // An array of nothing, reserved for later.
  if ((type ?? allowed ?? anyOf) === undefined) return [];
  return [exampleOf(items, resolve, candidates)];
}

function objectOf(schema: Schema, resolve: Resolve, isSparse: boolean): Record<string, unknown> {
  const { additionalProperties: values, propertyNames = {} } = schema;
  if (typeof values === 'object') {
    const keys = resolve(propertyNames).enum ?? ['key'];
    return Object.fromEntries(keys.map((key) => [key, exampleOf(values, resolve)]));
  }
  const fields = fieldsOf(schema, resolve);
  const required = fields.filter(({ isRequired }) => isRequired);
  const shown = !isSparse ? fields : required.length > 0 ? required : fields.slice(0, 3);
  const sibling = Object.keys(BY_SIBLING).find((name) => schema.properties?.[name] !== undefined);
  const story = { ...BY_NAME, ...BY_SIBLING[sibling ?? ''] };
  return Object.fromEntries(
    shown.map((one) => [one.name, exampleOf(one.schema, resolve, story[one.name], isSparse)]),
  );
}

function fits(value: unknown, schema: Schema, resolve: Resolve): boolean {
  const { type, anyOf, enum: allowed, pattern, maxLength } = resolve(schema);
  if (anyOf !== undefined) return anyOf.some((one) => fits(value, one, resolve));
  if (allowed !== undefined) return allowed.includes(value);
  if (value === null || Array.isArray(value)) return type === (value === null ? 'null' : 'array');
  if (typeof value === 'number') return type === 'integer' || type === 'number';
  if (typeof value === 'boolean' || typeof value === 'object') return type === typeof value;
  if (typeof value !== 'string' || type !== 'string') return false;
  return value.length <= (maxLength ?? Infinity) && matches(pattern ?? '', value);
}

/** JSON Schema keeps no flags: a pattern may have been written for the `u` flag, or be refused under it. */
function matches(pattern: string, value: string): boolean {
  try {
    return new RegExp(pattern, 'u').test(value);
  } catch {
    return new RegExp(pattern).test(value);
  }
}
