/**
 * A good request to every operation of the OpenAPI document, with every parameter, header and field that it knows, made
 * from the document itself: what tests then spoil, one place after the other.
 */
import { ROUTES } from '../../server/app.ts';
import { exampleOf, parameterExample } from '../../server/docs/example.ts';
import { type Resolve, resolver, type Schema } from '../../server/docs/schema.ts';
import { type OpenApiDocument, openApiDocument } from '../../server/http/openapi.ts';
import type { TestApp } from './app.ts';
import {
  buildAnnouncement,
  buildApiKey,
  buildCustomer,
  buildDesk,
  buildIncident,
  buildWebhook,
  expectData,
  PASSWORD,
  short,
} from './factories.ts';

const PREFIX = '/api/v1';

export interface GoodRequest {
  /** As the document names it: `PUT /webhooks/{id}`. */
  name: string;
  method: string;
  /** Below /api/v1, with its parameters in braces. */
  path: string;
  params: Record<string, string>;
  query: Record<string, string>;
  /** The credential among them. */
  headers: Record<string, string>;
  body: Record<string, unknown> | null;
  isStream: boolean;
}

/** What the requests are about, new each time. */
export interface World {
  ids: Record<string, string>;
  values: Record<string, unknown>;
  token: string;
  apiKey: string;
  adminKey: string;
  email: string;
  /** What the desk's browser sends with every request. */
  desk: Record<string, string>;
}

export type Api = Pick<TestApp, 'api' | 'adminKey' | 'url'>;

/** Webhooks must be allowed to lead to this machine. */
export async function buildWorld(own: Api): Promise<World> {
  const app = own as TestApp;
  const { api, adminKey } = own;
  const customer = await buildCustomer(app);
  const { companyId } = customer;
  const incident = await buildIncident(app, customer);
  const announcement = await buildAnnouncement(app, companyId);
  const spare = { apiKey: adminKey, body: { name: 'Spare', companyId } };
  const key = expectData(await api.post('/api-keys', spare), 201);
  const webhook = await buildWebhook(app, companyId);
  const sent = await api.post(`/webhooks/${webhook.id}/test`, { apiKey: adminKey });
  const apiKey = await buildApiKey(app, companyId);
  const reserved = await api.get('/incident-ticket/generate-id', { apiKey });
  const audit = await api.get(`/audit?companyId=${companyId}&limit=1`, { apiKey: adminKey });
  return {
    ids: {
      announcements: announcement.id,
      companies: companyId,
      'api-keys': key.id,
      webhooks: webhook.id,
      deliveries: expectData(sent, 201).id,
      incidents: incident.id,
    },
    values: {
      ...{ companyId, company: companyId, customerId: customer.id, subjectId: incident.id },
      ...{ incidentId: incident.id, key: apiKey, url: 'http://127.0.0.1:9/', locale: 'en' },
      ...{ after: 'now', 'last-event-id': '', cursor: '9', search: 'meter', name: 'Ada Byron' },
      ...{ accent: '#0b7285', before: expectData(audit, 200).nextCursor, hostPageUrl: null },
      ticketNumber: expectData(reserved, 200).ticketNumber,
      ...{ from: '2026-11-22T10:00:00.000Z', to: '2030-11-22T10:00:00.000Z', expiresAt: null },
    },
    ...{ token: customer.token, apiKey, adminKey, email: customer.email },
    desk: (await buildDesk(app, apiKey)).headers,
  };
}

export function goodRequests(world: World): GoodRequest[] {
  const document = openApiDocument(ROUTES, PREFIX);
  const resolve = resolver(document);
  return ROUTES.map(({ spec }) => {
    const path = spec.path.replace(/:(\w+)/g, '{$1}');
    return requestOf(document, resolve, world, path, spec.method, spec.access);
  });
}

interface Parameter {
  name: string;
  in: string;
  schema: Schema;
}

function requestOf(
  document: OpenApiDocument,
  resolve: Resolve,
  world: World,
  path: string,
  method: string,
  access: string,
): GoodRequest {
  const operation = document.paths[PREFIX + path]?.[method];
  const parameters = (operation?.parameters ?? []) as unknown as Parameter[];
  const of = (place: string) =>
    Object.fromEntries(
      parameters
        .filter((one) => one.in === place)
        .map(({ name, schema }) => [name, textOf(world, name, schema, resolve)]),
    );
  const content = (operation?.requestBody as { content?: Record<string, { schema: Schema }> })
    ?.content;
  const schema = content?.['application/json']?.schema;
  const about = Object.keys(world.ids).find((subject) => path.startsWith(`/${subject}/`));
  const isAnnouncement = path.includes('/announcements/');
  const id = world.ids[isAnnouncement ? 'announcements' : (about ?? 'incidents')] ?? '';
  return {
    name: `${method.toUpperCase()} ${path}`,
    method: method.toUpperCase(),
    path,
    params: Object.fromEntries(Object.keys(of('path')).map((name) => [name, id])),
    query: of('query'),
    headers: { ...of('header'), ...credential(world, path, access) },
    body: schema === undefined ? null : bodyOf(world, path, schema, resolve),
    isStream: JSON.stringify(operation?.responses['200'] ?? '').includes('text/event-stream'),
  };
}

function credential(
  { token, apiKey, adminKey, desk }: World,
  path: string,
  access: string,
): Record<string, string> {
  if (path === '/desk/session') return desk;
  if (access === 'public') return {};
  if (access === 'customer') return { authorization: `Bearer ${token}` };
  return { 'x-api-key': access === 'admin' ? adminKey : apiKey };
}

function textOf({ values }: World, name: string, schema: Schema, resolve: Resolve): string {
  const given = values[name];
  return String(given ?? parameterExample(name, schema, resolve));
}

function bodyOf(
  { values, email }: World,
  path: string,
  schema: Schema,
  resolve: Resolve,
): Record<string, unknown> {
  const body = exampleOf(schema, resolve) as Record<string, unknown>;
  const isKnown = path === '/customer/login';
  const who = { email: isKnown ? email : `${short()}@example.com`, password: PASSWORD };
  const own = { ...values, ...who, slug: `company-${short()}` };
  const known = Object.entries(own).filter(([name]) => name in body);
  return { ...body, ...Object.fromEntries(known) };
}

/** What says who is asking, in any of its forms. */
export const isCredential = (header: string) =>
  ['authorization', 'x-api-key', 'cookie', 'origin', 'x-requested-by'].includes(header);

/** The same once more: with another of what may be there only once, unless that is what `but` names. */
export function again(request: GoodRequest, but: string): GoodRequest {
  const isNew = request.path !== '/customer/login';
  const once = {
    ...(isNew && { email: `${short()}@example.com` }),
    ...{ slug: `company-${short()}`, 'idempotency-key': short() + short() },
    // None: the next one is taken.
    ticketNumber: undefined,
  };
  const renewed = <T extends object>(fields: T): T => {
    const known = Object.entries(once).filter(([name]) => name in fields && name !== but);
    return { ...fields, ...Object.fromEntries(known) };
  };
  const { headers, body } = request;
  return { ...request, headers: renewed(headers), body: body && renewed(body) };
}

/** The address of the request, below /api/v1. */
export function addressOf({ path, params, query }: GoodRequest): string {
  const filled = path.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(params[name] ?? ''));
  const asked = new URLSearchParams(query).toString();
  return asked === '' ? filled : `${filled}?${asked}`;
}
