/** The operations of an OpenAPI document in the shape that the reference writes them from. */

import type { Operation as Declared, OpenApiDocument } from '../http/openapi.ts';
import type { Field, Schema } from './schema.ts';

/** A parameter is a field that says where it stands: `path`, `query`, `header`. */
export interface Parameter extends Field {
  place: string;
}

/** An operation with everything that the reference says about it within reach. */
export interface Operation {
  id: string;
  tag: string;
  method: string;
  path: string;
  summary: string;
  description: string | undefined;
  parameters: readonly Parameter[];
  /** The first security scheme that opens it; none where everyone may call. */
  scheme: string | undefined;
  /** What the holder of that credential must be: the scope of a key, and `admin` for an admin key. */
  roles: readonly string[];
  body: Schema | undefined;
  bodyNote: string | undefined;
  answers: readonly Answer[];
}

export interface Answer {
  status: number;
  description: string;
  schema: Schema | undefined;
}

interface Content {
  description?: string;
  content?: Record<string, { schema?: Schema }>;
}

/** All operations of a document, in its order. */
export function operationsOf(document: OpenApiDocument): Operation[] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, declared]) => toOperation(path, method, declared)),
  );
}

function toOperation(path: string, method: string, declared: Declared): Operation {
  const { operationId, tags, summary, description, parameters = [] } = declared;
  const security = declared.security as Record<string, string[]>[];
  const [[scheme, roles] = [undefined, []]] = Object.entries(security[0] ?? {});
  const body = declared.requestBody as Content | undefined;
  return {
    id: operationId,
    tag: tags[0] ?? '',
    method,
    path,
    summary,
    description,
    parameters: parameters.map(toParameter),
    ...{ scheme, roles },
    body: schemaOf(body),
    bodyNote: body?.description,
    answers: Object.entries(declared.responses as Record<string, Content>).map(([status, one]) => {
      return { status: Number(status), description: one.description ?? '', schema: schemaOf(one) };
    }),
  };
}

function toParameter(declared: Record<string, unknown>): Parameter {
  const {
    name,
    in: place,
    required,
    schema,
    description,
  } = declared as {
    name: string;
    in: string;
    required: boolean;
    schema: Schema;
    description?: string;
  };
  return {
    name,
    place,
    isRequired: required,
    schema: { ...schema, ...(description === undefined ? {} : { description }) },
  };
}

function schemaOf(one: Content | undefined): Schema | undefined {
  return Object.values(one?.content ?? {})[0]?.schema;
}

/** The codes that a failure can carry: its description names them in backticks. */
export function codesOf({ description }: Answer): string[] {
  return [...description.matchAll(/`(\w+)`/g)].map(([, code = '']) => code);
}
