/**
 * A good request for every operation, made from its schemas: the examples that the documentation shows, with what is real in
 * this world wherever a name says that something has to exist.
 */
import { exampleOf, parameterExample } from '../../../server/docs/example.ts';
import type { TestApp } from '../app.ts';
import { type Call, headersOf } from '../client.ts';
import { buildDesk, ownPage } from '../factories.ts';
import { type Operation, type Parameter, resolve } from './operations.ts';
import { rowOf } from './rows.ts';
import { ESPECIALLY, REAL, REAL_OF_ALL, type Values, valuesOf } from './values.ts';
import { credentialOf, type World } from './world.ts';

export interface GoodRequest {
  method: string;
  /** Below /api/v1, with a query where one is needed. */
  path: string;
  call: { headers: Record<string, string>; body?: Record<string, unknown> };
}

/** The same in its parts, each of which can be spoilt alone. */
export interface RequestParts {
  method: string;
  /** Below /api/v1, with its parameters in braces. */
  path: string;
  params: Record<string, string>;
  query: Record<string, string>;
  /** The credential among them. */
  headers: Record<string, string>;
  /** Null where the operation takes none. */
  body: Record<string, unknown> | null;
}

/** With every field of its body, and those parameters that it needs. */
export async function goodRequest(
  app: TestApp,
  world: World,
  operation: Operation,
): Promise<GoodRequest> {
  const parameters = operation.parameters.filter((one) => isNeeded(operation, one));
  return joined(await partsOf(app, world, { ...operation, parameters }, REAL));
}

/** With every parameter, header and field that the document knows. */
export const wholeRequest = (
  app: TestApp,
  world: World,
  operation: Operation,
): Promise<RequestParts> => partsOf(app, world, operation, REAL_OF_ALL);

/** As it is sent. */
export function joined({ method, path, params, query, headers, body }: RequestParts): GoodRequest {
  const filled = path.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(params[name] ?? ''));
  const search = new URLSearchParams(query).toString();
  return {
    method,
    path: `${filled}${search && `?${search}`}`,
    call: { headers, ...(body && { body }) },
  };
}

/** What says who is asking, in any of its forms. */
export const isCredential = (header: string) =>
  ['authorization', 'x-api-key', 'cookie', 'origin', 'x-requested-by'].includes(header);

/** An admin key has to say which company it means, which no schema tells. */
const isNeeded = ({ access }: Operation, { required, name }: Parameter) =>
  required || (name === 'companyId' && (access === 'team' || access === 'admin'));

async function partsOf(
  app: TestApp,
  world: World,
  operation: Operation,
  values: Values,
): Promise<RequestParts> {
  const { method, path, parameters, body } = operation;
  const of = (place: Parameter['in']) => parameters.filter((one) => one.in === place);
  const texts = (place: Parameter['in']) => textsOf(app, world, of(place), values);
  return {
    ...{ method, path },
    params: Object.fromEntries(
      of('path').map(({ name }) => [name, world.ids[rowOf(operation).of]]),
    ),
    query: await texts('query'),
    headers: {
      ...(await texts('header')),
      ...headersOf(await credentials(app, world, operation)),
    },
    body: body && (await bodyOf(app, world, operation, values)),
  };
}

async function textsOf(
  app: TestApp,
  world: World,
  parameters: readonly Parameter[],
  values: Values,
): Promise<Record<string, string>> {
  const names = parameters.map(({ name }) => name);
  const real = await valuesOf(values, names, world, app);
  return Object.fromEntries(
    parameters.map(({ name, schema }) => [
      name,
      String(real[name] ?? parameterExample(name, schema, resolve)),
    ]),
  );
}

/** The desk's own operations are for its pages, and for its cookie. */
async function credentials(
  app: TestApp,
  world: World,
  { access, path }: Operation,
): Promise<Omit<Call, 'body'>> {
  if (!path.startsWith('/desk/')) return credentialOf(access, world);
  if (access === 'public') return { headers: ownPage(app) };
  return buildDesk(app, world.teamKey);
}

async function bodyOf(
  app: TestApp,
  world: World,
  { name, body }: Operation,
  values: Values,
): Promise<Record<string, unknown>> {
  const example = exampleOf(body ?? {}, resolve) as Record<string, unknown>;
  const real = await valuesOf(values, Object.keys(example), world, app);
  return { ...example, ...real, ...(await ESPECIALLY[name]?.(world, app)) };
}
