/**
 * What customers may not set changes nothing when it is sent (BAR 11): the name of every column there is, in every spelling,
 * with every operation that is open to them. Of two customers, one sends only what belongs there and one all of it besides:
 * answers and rows are the same. And what they may not see, they cannot search, filter or sort by.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import { MAIL_IS_ON, startApp, type TestApp } from '../support/app.ts';
import type { Reply } from '../support/client.ts';
import {
  buildApiKey,
  buildCompany,
  buildCustomer,
  expectData,
  rowsOf,
  short,
  withoutRequestId,
} from '../support/factories.ts';
import {
  hasId,
  named,
  OPERATIONS,
  type Operation,
  resolve,
} from '../support/operations/operations.ts';
import { goodRequest } from '../support/operations/request.ts';
import { rowOf } from '../support/operations/rows.ts';
import { buildWorld, type World } from '../support/operations/world.ts';
import { shows } from '../support/shows.ts';

const OPEN = OPERATIONS.filter(({ access }) => access === 'public' || access === 'customer');
const WITH_BODY = OPEN.filter(({ body }) => body !== null);
const READING = OPEN.filter(({ method, isStream }) => method === 'GET' && !isStream);

let app: TestApp;
let columns: { name: string; type: string }[];
/** Of another company: where something would go that were taken over. */
let elsewhere: World;
let tried = 0;
beforeAll(async () => {
  app = await startApp({ webhooksAllowLoopback: true, smtp: MAIL_IS_ON });
  columns = await rowsOf(
    app,
    `select column_name as name, min(udt_name) as type from information_schema.columns
     where table_schema = 'public' group by 1 order by 1`,
  );
  elsewhere = await buildWorld(app, ['incident']);
});

const camel = (name: string) => name.replace(/_(\w)/g, (_, letter) => letter.toUpperCase());

/** Fields of the team's, which are no columns. */
const MORE = {
  ...{
    isInternal: true,
    assignedTo: 'x@example.com',
    summary2: 'planted',
    role: 'admin',
    isAdmin: true,
  },
  ...{
    comments: [{ content: 'planted' }],
    history: [{ status: 'CLOSED' }],
    attachments: ['planted'],
  },
  ...{ scopes: ['manage'], access: 'admin', trx: 'planted', actor: { companyId: 'planted' } },
};

/** Everything that could be meant by a field, but for those that the operation does take. */
function extras({ body, documented }: Operation): Record<string, unknown> {
  const taken = new Set(Object.keys(resolve(body ?? {}).properties ?? {}));
  const { description = '' } = (documented.requestBody ?? {}) as { description?: string };
  const aliases = [...description.matchAll(/`(\w+)` for/g)].map(([, one]) => one ?? '');
  const all = columns.flatMap(({ name, type }) =>
    [name, camel(name)].map((spelt) => [spelt, valueFor(name, type)] as const),
  );
  return Object.fromEntries(
    [...all, ...Object.entries(MORE)].filter(
      ([name]) => !taken.has(name) && !aliases.includes(name),
    ),
  );
}

function valueFor(name: string, type: string): unknown {
  const { owner, ids } = elsewhere;
  if (name === 'company_id') return owner.companyId;
  if (name === 'customer_id') return owner.id;
  if (name === 'incident_id' || name === 'id') return ids.incident;
  if (name === 'status') return 'CLOSED';
  if (name === 'author_type') return 'USER';
  if (type === 'bool') return true;
  if (type.startsWith('timestamp')) return '2001-02-03T04:05:06.000Z';
  if (type.startsWith('int')) return 7;
  if (type === 'uuid') return ids.incident;
  return type.startsWith('_') ? ['planted'] : 'planted';
}

// Two worlds, seen as if they were one

/** With what has to differ taken out: ids, moments, addresses, tokens, numbers of tickets. */
const blurred = (value: unknown): string =>
  [elsewhere.owner.companyId, elsewhere.owner.id, elsewhere.ids.incident]
    // These have to be seen.
    .reduce((text, id) => text.replaceAll(id, 'elsewhere'), JSON.stringify(value))
    .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, 'id')
    // As long as nobody's clock stands at the planted one.
    .replace(/20(?!01)\d\d-\d\d-\d\d[T ][\d:.]+(?:Z|\+00)?/g, 'time')
    .replace(/[0-9a-f]{8}@example\.com/g, 'address')
    .replace(/INC-\d{8}-\d{4}/g, 'number')
    .replace(/[Cc]ompany-? ?[0-9a-f]{8}/g, 'company')
    .replace(/\bph_[\w-]{5}/g, 'key')
    .replace(/\$2b\$[^"]+|eyJ[\w.-]+|\\\\x[0-9a-f]+/g, 'secret')
    // Of a challenge.
    .replace(/\b[0-9a-f]{32,}\b/g, 'hex')
    .replace(/"expiresAt":\d+/g, 'time')
    .replace(/"(?:proof|token|external_id|xid|secret)":"[^"]*"/g, 'secret');

/** An answer's bytes without what differs from one to the next: a challenge is another one each time. */
const comparable = (reply: Reply) =>
  withoutRequestId(reply).replace(
    /"(?:nonce|salt|signature|challenge|expiresAt|keySignature|keyPrefix|data)":("[^"]*"|\d+)/g,
    '',
  );

/** Every row of the company, table by table. */
async function rowsOfCompany(companyId: string): Promise<string> {
  const tables = await rowsOf<{ name: string }>(
    app,
    `select table_name as name from information_schema.columns
     where table_schema = 'public' and column_name = 'company_id' order by 1`,
  );
  const all: unknown[] = [];
  for (const { name } of tables) {
    const sql = `select to_jsonb(t) as row from ${name} t where company_id = $1`;
    const rows = await rowsOf<{ row: unknown }>(app, sql, [companyId]);
    all.push([name, ...rows.map(({ row }) => blurred(row)).sort()]);
  }
  return JSON.stringify(all, null, 1);
}

interface Outcome {
  status: number;
  answer: string;
  rows: string;
}

async function outcomeOf(operation: Operation, more: Record<string, unknown>): Promise<Outcome> {
  const world = await buildWorld(app, [
    'incident',
    ...(hasId(operation) ? [rowOf(operation).of] : []),
  ]);
  const { method, path, call } = await goodRequest(app, world, operation);
  const reply: Reply = await app.api.send(method, path, {
    ...call,
    body: { ...more, ...call.body },
  });
  const { status } = reply;
  return {
    ...{ status, answer: blurred(comparable(reply)) },
    rows: await rowsOfCompany(world.owner.companyId),
  };
}

describe('what a customer may not set', () => {
  it('are the names that the statement lists, and many more', () => {
    const [operation] = WITH_BODY.filter(({ name }) => name === 'POST /customer/create-incident');
    if (operation === undefined) throw new Error('reporting is gone');
    expect(Object.keys(extras(operation))).toEqual(
      expect.arrayContaining([
        ...['id', 'companyId', 'company_id', 'customerId', 'customer_id', 'status', 'isInternal'],
        ...['createdAt', 'created_at', 'updatedAt', 'resolvedAt', 'closedAt', 'ticketNumber'],
        ...['techDescription', 'tech_description', 'isUnread', 'authorType', 'assignedToEmail'],
      ]),
    );
  });

  it.each(named(WITH_BODY))('changes nothing when it is sent: %s', async (_, operation) => {
    const before = await rowsOfCompany(elsewhere.owner.companyId);
    const plain = await outcomeOf(operation, {});
    const more = extras(operation);
    const loaded = await outcomeOf(operation, more);
    expect(plain.status).toBeLessThan(300);
    expect(loaded).toEqual(plain);
    expect(await rowsOfCompany(elsewhere.owner.companyId)).toBe(before);
    tried += Object.keys(more).length;
  });

  it('was tried by the hundred', () => {
    expect(tried).toBeGreaterThan(500);
    shows(11, { 'fields sent that may not be set': tried, operations: WITH_BODY.length });
  });
});

/** Words with which other APIs are asked for more. */
const ASKING = [
  ...[
    'sort=techDescription',
    'sort=-createdAt',
    'order=tech_description',
    'orderBy=assignedToEmail',
    'sortBy=id',
  ],
  ...[
    'filter[techDescription]=secret',
    'filter=techDescription:secret',
    'where[status]=OPEN',
    'q=secret',
  ],
  ...[
    'fields=techDescription',
    'select=*',
    'include=internals',
    'expand=responderNotes',
    'view=team',
  ],
  ...[
    'isInternal=true',
    'internal=1',
    'admin=true',
    'debug=1',
    'format=full',
    '$filter=1',
    'populate=*',
  ],
];

describe('what a customer may not see', () => {
  it.each(named(READING))('is nothing to ask by: %s', async (_, operation) => {
    const world = await buildWorld(app, ['incident', 'announcement', 'company']);
    await plantSecrets(world);
    const { path, call } = await goodRequest(app, world, operation);
    const taken = operation.parameters.map(({ name }) => name);
    const plain = await app.api.get(path, call);
    const names = columns.flatMap(({ name }) => [name, camel(name)]);
    const queries = [
      ...names.filter((name) => !taken.includes(name)).map((name) => `${name}=secret`),
      ...ASKING.filter((one) => !taken.includes(one.split('=')[0] ?? '')),
    ];
    // Twenty at a time: each alone would take its time, and none may change anything.
    for (let from = 0; from < queries.length; from += 20) {
      const query = queries.slice(from, from + 20).join('&');
      const asked = await app.api.get(`${path}${path.includes('?') ? '&' : '?'}${query}`, call);
      expect([asked.status, comparable(asked)], query).toEqual([plain.status, comparable(plain)]);
    }
    expect(plain.text).not.toContain('secret');
    shows(11, { 'parameters that asked for more': queries.length });
  });

  it('is found by no search for companies', async () => {
    const word = `hidden${short()}`;
    const secret = { greeting: word, teamEmails: [`${word}@example.com`], categories: [word] };
    const hosts = {
      allowedOrigins: [`https://${word}.example`],
      hostPageUrl: `https://${word}.example/x`,
    };
    await buildCompany(app, { ...secret, ...hosts });
    await buildCompany(app, { name: `${word} unlisted`, isListed: false });
    const found = await app.api.get(`/customer/companies?search=${word}`);
    expect(expectData(found, 200)).toEqual([]);
    await buildCompany(app, { name: `${word} listed` });
    expect((await app.api.get(`/customer/companies?search=${word}`)).body.data).toHaveLength(1);
  });

  async function plantSecrets({ owner, ids }: World): Promise<void> {
    const apiKey = await buildApiKey(app, owner.companyId);
    const internals = { techDescription: 'secret', blastRadius: 'secret', region: 'secret' };
    for (const id of [ids.incident, ids.announcement]) {
      const path = `/incident-ticket/${id}`;
      expectData(await app.api.put(path, { apiKey, body: internals }), 200);
      const note = { apiKey, body: { content: 'secret', isInternal: true } };
      expectData(await app.api.post(`${path}/comments`, note), 201);
    }
    // Somebody else's, whose incident would turn up.
    await buildCustomer(app, { companyId: owner.companyId, name: 'secret' });
  }
});
