/** Reads JSON Schema for people: references resolved, types and limits in a few words, fields one by one. */
import type { OpenApiDocument } from './openapi.ts';

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

/** Follows a reference to the named schema, and keeps what stands beside it. */
export type Resolve = (schema: Schema) => Schema;

export function resolver({ components }: OpenApiDocument): Resolve {
  return function resolve({ $ref, ...beside }) {
    if ($ref === undefined) return beside;
    const title = $ref.slice($ref.lastIndexOf('/') + 1);
    return { title, ...resolve((components.schemas[title] ?? {}) as Schema), ...beside };
  };
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

/** Zod bounds every integer by what JavaScript can count: no limit that a reader needs. */
const isTelling = (bound: number | undefined) =>
  bound !== undefined && Math.abs(bound) < Number.MAX_SAFE_INTEGER;

/** What a value must keep to, one phrase for each limit, with code in backticks. */
export function limitsOf(schema: Schema, resolve: Resolve): string[] {
  const { anyOf = [], items = {}, ...own } = resolve(schema);
  const phrases = [
    own.enum && `one of ${own.enum.map(code).join(', ')}`,
    own.const !== undefined && `always ${code(own.const)}`,
    own.minLength !== undefined && `at least ${own.minLength} characters`,
    own.maxLength !== undefined && `at most ${own.maxLength} characters`,
    isTelling(own.minimum) && `at least ${own.minimum}`,
    isTelling(own.maximum) && `at most ${own.maximum}`,
    own.minItems !== undefined && `at least ${own.minItems} items`,
    own.maxItems !== undefined && `at most ${own.maxItems} items`,
    own.default !== undefined && `${code(own.default)} when left out`,
  ];
  const nested = [...anyOf, items].flatMap((one) => limitsOf(one, resolve));
  return [...phrases.filter((one) => typeof one === 'string'), ...nested];
}

/** Strings stand bare, as in a query or a header; everything else as JSON. */
function code(value: unknown): string {
  return `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;
}
