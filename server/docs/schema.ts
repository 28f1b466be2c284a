/** Reads JSON Schema for people: references resolved, types and limits in a few words, fields one by one. */
import type { OpenApiDocument } from '../http/openapi.ts';

/** The keywords that our schemas use. */
export interface Schema {
  $ref?: string;
  title?: string;
  description?: string;
  type?: string;
  format?: string;
  pattern?: string;
  const?: unknown;
  enum?: readonly unknown[];
  default?: unknown;
  examples?: readonly unknown[];
  anyOf?: readonly Schema[];
  items?: Schema;
  properties?: Readonly<Record<string, Schema>>;
  propertyNames?: Schema;
  additionalProperties?: boolean | Schema;
  required?: readonly string[];
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
  minimum?: number;
  maximum?: number;
}

export interface Field {
  name: string;
  schema: Schema;
  isRequired: boolean;
}

/** Follows a reference to the named schema, keeping what stands beside it; several types become alternatives. */
export type Resolve = (schema: Schema) => Schema;

export function resolver({ components }: OpenApiDocument): Resolve {
  return function resolve({ $ref, ...beside }: Schema): Schema {
    if ($ref === undefined) return alternatives(beside);
    const title = $ref.slice($ref.lastIndexOf('/') + 1);
    return { title, ...resolve((components.schemas[title] ?? {}) as Schema), ...beside };
  };
}

/** `type: ['string', 'null']` is short for `anyOf`. */
function alternatives(schema: Schema): Schema {
  const { type, description, ...rest } = schema;
  if (!Array.isArray(type)) return schema;
  const anyOf = type.map((one: string) => ({ ...rest, type: one }));
  return { anyOf, ...(description === undefined ? {} : { description }) };
}

/** The type in a few words: `string`, `uuid or null`, `array of Comment`. */
export function typeOf(schema: Schema, resolve: Resolve): string {
  const { type, format, anyOf, items, title, propertyNames, ...rest } = resolve(schema);
  const nameOf = (one: Schema) => typeOf(one, resolve);
  if (anyOf !== undefined) return anyOf.map(nameOf).join(' or ');
  if (type === 'array') return items?.type || items?.$ref ? `array of ${nameOf(items)}` : 'array';
  if (type === 'object' && typeof rest.additionalProperties === 'object') {
    return `${nameOf(rest.additionalProperties)} by ${resolve(propertyNames ?? {}).title ?? 'key'}`;
  }
  if (type === 'object') return title ?? 'object';
  if (format === 'date-time') return 'time';
  return format ?? type ?? typeof (rest.const ?? rest.enum?.[0] ?? '');
}

/** The fields of an object, of the objects in an array, or of an object that may be null. */
export function fieldsOf(schema: Schema, resolve: Resolve): Field[] {
  const { properties, required = [], items, anyOf, additionalProperties } = resolve(schema);
  if (properties !== undefined) {
    return Object.entries(properties).map(([name, one]) => {
      return { name, schema: one, isRequired: required.includes(name) };
    });
  }
  const inner = typeof additionalProperties === 'object' ? [additionalProperties] : [];
  const nested = [...(items === undefined ? [] : [items]), ...(anyOf ?? []), ...inner];
  return nested.flatMap((one) => fieldsOf(one, resolve));
}

/** What a value must keep to, one phrase for each limit, with code in backticks. */
export function limitsOf(schema: Schema, resolve: Resolve): string[] {
  const { anyOf = [], items, ...own } = resolve(schema);
  const phrases = [
    own.enum && `one of ${own.enum.map(code).join(', ')}`,
    own.const !== undefined && `always ${code(own.const)}`,
    range(own.minLength, own.maxLength, ' characters'),
    range(own.minItems, own.maxItems, ' items'),
    range(counted(own.minimum), counted(own.maximum), ''),
  ];
  const ofItems = items === undefined ? [] : limitsOf(items, resolve);
  return [
    ...phrases.filter((one) => typeof one === 'string'),
    ...anyOf.flatMap((one) => limitsOf(one, resolve)),
    ...ofItems.map((one) => `each ${one}`),
  ];
}

/** What stands in for a field that is not sent; undefined where that is nothing to speak of. */
export function defaultOf(schema: Schema, resolve: Resolve): string | undefined {
  const { default: value } = resolve(schema);
  return value === undefined || value === '' ? undefined : code(value);
}

function range(least: number | undefined, most: number | undefined, unit: string) {
  if (least !== undefined && most !== undefined) return `${least} to ${most}${unit}`;
  if (least !== undefined) return `at least ${least}${unit}`;
  return most !== undefined && `at most ${most}${unit}`;
}

/** Zod bounds every integer by what JavaScript can count: no limit that a reader needs. */
function counted(bound: number | undefined): number | undefined {
  return Math.abs(bound ?? 0) < Number.MAX_SAFE_INTEGER ? bound : undefined;
}

/** Strings stand bare, as in a query or a header; everything else as JSON. */
function code(value: unknown): string {
  return `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;
}
