/** Every operation of the API, as the generated tests walk over them: from ROUTES and the OpenAPI document, so that a new one is there by itself. */
import { ROUTES } from '../../../server/app.ts';
import { type Resolve, resolver, type Schema } from '../../../server/docs/schema.ts';
import {
  type Operation as Documented,
  type OpenApiDocument,
  openApiDocument,
} from '../../../server/http/openapi.ts';
import type { Access } from '../../../server/http/route.ts';

export const PREFIX = '/api/v1';

export interface Parameter {
  name: string;
  in: 'path' | 'query' | 'header';
  required: boolean;
  schema: Schema;
}

export interface Operation {
  /** Such as `GET /customer/get-incident/{id}`. */
  name: string;
  method: string;
  /** Below /api/v1, with its parameters in braces. */
  path: string;
  access: Access;
  parameters: readonly Parameter[];
  /** Null where it takes none. */
  body: Schema | null;
  documented: Documented;
  isStream: boolean;
}

export const DOCUMENT: OpenApiDocument = openApiDocument(ROUTES, PREFIX);
export const resolve: Resolve = resolver(DOCUMENT);

export const OPERATIONS: readonly Operation[] = ROUTES.map(({ spec }) => {
  const path = spec.path.replace(/:(\w+)/g, '{$1}');
  const documented = DOCUMENT.paths[`${PREFIX}${path}`]?.[spec.method];
  if (documented === undefined) throw new Error(`${spec.method} ${path} is not in the document`);
  const { parameters = [], requestBody } = documented;
  const content = requestBody?.content as Record<string, { schema: Schema }> | undefined;
  return {
    name: `${spec.method.toUpperCase()} ${path}`,
    method: spec.method.toUpperCase(),
    path,
    access: spec.access,
    parameters: parameters as unknown as Parameter[],
    body: content?.['application/json']?.schema ?? null,
    documented,
    isStream: spec.produces?.includes('text/event-stream') ?? false,
  };
});

export const hasId = ({ path }: Operation) => path.includes('{');

/** For `it.each`: its name first. */
export const named = (operations: readonly Operation[]) =>
  operations.map((one) => [one.name, one] as const);

/** Where a value stands in a body: the names and indices that lead there. */
export type Path = readonly (string | number)[];

/** Every place of a schema that a value can be put at, with what may stand there: fields, fields of fields, first items. */
export function placesOf(schema: Schema, at: Path = []): { path: Path; schema: Schema }[] {
  const { properties, items, anyOf = [], ...own } = resolve(schema);
  const inner = [
    ...Object.entries(properties ?? {}).flatMap(([name, one]) => placesOf(one, [...at, name])),
    ...(items === undefined ? [] : placesOf(items, [...at, 0])),
    ...anyOf.flatMap((one) => placesOf(one, at)).filter(({ path }) => path.length > at.length),
  ];
  return at.length === 0 ? inner : [{ path: at, schema: { anyOf, ...own } }, ...inner];
}

/** Whether text is one of the things that may stand there. Not so where only certain words may. */
export function takesText(schema: Schema): boolean {
  const { type, enum: allowed, const: only, anyOf = [] } = resolve(schema);
  if (allowed !== undefined || only !== undefined) return false;
  return type === 'string' || anyOf.some(takesText);
}

/** Whether several values may be given under the same name. */
export function takesSeveral(schema: Schema): boolean {
  const { type, anyOf = [] } = resolve(schema);
  return type === 'array' || anyOf.some(takesSeveral);
}

/** A copy of the body with another value at that place; what leads there is made where it is missing. */
export function withValue(body: unknown, [step, ...rest]: Path, value: unknown): unknown {
  if (step === undefined) return value;
  const inner = (body as Record<string | number, unknown> | null | undefined)?.[step];
  const changed = withValue(inner, rest, value);
  if (typeof step === 'number') return [changed];
  // Defined and not assigned: a field may be called __proto__.
  return Object.defineProperty({ ...(body as object) }, step, {
    ...{ value: changed, enumerable: true, configurable: true, writable: true },
  });
}
