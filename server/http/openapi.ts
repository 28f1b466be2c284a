/** The OpenAPI 3.1 document, made from the declared routes and the schemas that validate them: it cannot differ from them. */
import { z } from 'zod';
import { ERROR_STATUS, type ErrorCode, PROBLEMS } from '../../shared/errors.ts';
import { type Route, scopesOf } from './route.ts';

type Json = Record<string, unknown>;

export interface OpenApiDocument extends Json {
  openapi: string;
  info: { title: string; version: string; description: string };
  tags: { name: string }[];
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Json>; securitySchemes: Json };
}

export interface Operation extends Json {
  tags: string[];
  summary: string;
  description?: string;
  operationId: string;
  parameters?: Json[];
  requestBody?: Json;
  responses: Record<string, Json>;
}

const ENVELOPE_ERROR: Json = {
  type: 'object',
  required: ['success', 'message', 'errors', 'code', 'requestId'],
  additionalProperties: false,
  properties: {
    success: { const: false },
    message: { type: 'string' },
    errors: {
      type: 'array',
      items: { type: 'string' },
      description: 'One sentence for each problem.',
    },
    problems: {
      type: 'array',
      description: 'For `invalid`: the same problems by field.',
      items: {
        type: 'object',
        required: ['field', 'problem', 'message'],
        additionalProperties: false,
        properties: {
          field: { type: 'string' },
          problem: { enum: [...PROBLEMS] },
          message: { type: 'string' },
        },
      },
    },
    code: { enum: Object.keys(ERROR_STATUS) },
    requestId: { type: 'string' },
  },
};

/** Of a 429; the RateLimit fields come with every answer that is limited, as draft-ietf-httpapi-ratelimit-headers writes them. */
const LIMIT_HEADERS: Json = {
  'Retry-After': { description: 'Seconds to wait.', schema: { type: 'integer' } },
  RateLimit: {
    description: 'What is left of the limit, and when it begins anew: `"customer";r=0;t=30`.',
    schema: { type: 'string' },
  },
  'RateLimit-Policy': {
    description: 'The limit: so many in so many seconds, `"customer";q=300;w=60`.',
    schema: { type: 'string' },
  },
};

/** For the team: the scopes that the key must have, and `admin` where only an admin key will do, as roles of the scheme. */
function securityOf(spec: Route['spec']): Json[] {
  if (spec.access === 'public') return [];
  if (spec.access === 'customer') return [{ customerToken: [] }, { panelCookie: [] }];
  const roles = [...(spec.access === 'admin' ? ['admin'] : []), ...scopesOf(spec)];
  return ['apiKey', 'apiKeyBearer', 'deskCookie'].map((scheme) => ({ [scheme]: roles }));
}

/** `prefix` stands before every declared path. */
export function openApiDocument(routes: readonly Route[], prefix: string): OpenApiDocument {
  const schemas: Record<string, Json> = { Error: ENVELOPE_ERROR };
  const toJson = (schema: z.ZodType, io: 'input' | 'output') => {
    const {
      $schema: _,
      $defs = {},
      ...json
    } = z.toJSONSchema(schema, { io, unrepresentable: 'any' }) as Json;
    Object.assign(schemas, moved($defs));
    return moved(json) as Json;
  };
  const paths: OpenApiDocument['paths'] = {};
  for (const { spec } of routes) {
    const path = `${prefix}${spec.path.replace(/:(\w+)/g, '{$1}')}`;
    paths[path] ??= {};
    paths[path][spec.method] = operation(spec, toJson);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Porthole',
      version: '1',
      description:
        'Report incidents, follow them, and work them. JSON in and out; every answer is an envelope with `success`, `message` and `data`, every failure one with `errors` and a stable `code`.',
    },
    tags: [...new Set(routes.map(({ spec }) => spec.tag))].map((name) => ({ name })),
    paths,
    components: {
      schemas,
      securitySchemes: {
        customerToken: { type: 'http', scheme: 'bearer', description: 'The token of a login.' },
        panelCookie: {
          type: 'apiKey',
          in: 'cookie',
          name: '__Host-porthole',
          description: 'Our own panel only, with `X-Requested-By: porthole` from our own origin.',
        },
        apiKey: { type: 'apiKey', in: 'header', name: 'X-API-Key' },
        apiKeyBearer: {
          type: 'http',
          scheme: 'bearer',
          description: 'The API key as a bearer token.',
        },
        deskCookie: {
          type: 'apiKey',
          in: 'cookie',
          name: '__Host-porthole-desk',
          description: 'Our own desk only, with `X-Requested-By: porthole` from our own origin.',
        },
      },
    },
  };
}

/** References to named schemas, from where zod puts them to where OpenAPI looks for them. */
function moved(json: unknown): unknown {
  return JSON.parse(
    JSON.stringify(json, (key, value) => {
      if (key === '$ref') return value.replace('#/$defs/', '#/components/schemas/');
      // A component's own name, which is its key already.
      return key === 'id' && typeof value === 'string' ? undefined : value;
    }),
  );
}

type ToJson = (schema: z.ZodType, io: 'input' | 'output') => Json;

function operation(spec: Route['spec'], toJson: ToJson): Operation {
  const parameters = [
    ...parametersOf(spec.params, 'path', toJson),
    ...parametersOf(spec.query, 'query', toJson),
    ...parametersOf(spec.headers, 'header', toJson),
  ];
  return {
    tags: [spec.tag],
    summary: spec.summary,
    ...(spec.description === undefined ? {} : { description: spec.description }),
    operationId: `${spec.method}${spec.path.split(/\W+/).map(capitalised).join('')}`,
    security: securityOf(spec),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(spec.body === undefined ? {} : { requestBody: requestBody(spec, toJson) }),
    responses: { ...success(spec, toJson), ...failures(spec) },
  };
}

const capitalised = (word: string) => word.slice(0, 1).toUpperCase() + word.slice(1);

function parametersOf(schema: z.ZodObject | undefined, place: string, toJson: ToJson): Json[] {
  if (schema === undefined) return [];
  const { properties = {}, required = [] } = toJson(schema, 'input') as {
    properties?: Record<string, Json>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, { description, ...json }]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    ...(description === undefined ? {} : { description }),
    schema: json,
  }));
}

function requestBody({ body, aliases = {} }: Route['spec'], toJson: ToJson): Json {
  const schema = toJson(body as z.ZodObject, 'input');
  const also = Object.entries(aliases).map(([alias, field]) => `\`${alias}\` for \`${field}\``);
  const description = also.length === 0 ? {} : { description: `Accepted too: ${also.join(', ')}.` };
  return { required: true, ...description, content: { 'application/json': { schema } } };
}

function success(spec: Route['spec'], toJson: ToJson): Record<string, Json> {
  if (spec.produces !== undefined) {
    const schema = toJson(spec.data, 'output');
    const content = Object.fromEntries(spec.produces.map((type) => [type, { schema }]));
    return { [spec.status]: { description: 'A stream.', content } };
  }
  const schema = {
    type: 'object',
    required: ['success', 'message', 'data', ...(spec.meta === undefined ? [] : ['meta'])],
    additionalProperties: false,
    properties: {
      success: { const: true },
      message: { type: 'string' },
      data: toJson(spec.data, 'output'),
      ...(spec.meta === undefined ? {} : { meta: toJson(spec.meta, 'output') }),
    },
  };
  return {
    [spec.status]: { description: 'Done.', content: { 'application/json': { schema } } },
    ...(spec.cache === undefined ? {} : { 304: { description: 'Unchanged since the ETag sent.' } }),
  };
}

/** What every route of a kind can answer, and what this one adds. */
function failures(spec: Route['spec']): Record<string, Json> {
  const hasInput = [spec.params, spec.query, spec.body, spec.headers].some(
    (one) => one !== undefined,
  );
  const codes: ErrorCode[] = [
    ...(hasInput ? (['invalid'] as const) : []),
    ...(spec.body === undefined
      ? []
      : (['malformed', 'too_large', 'unsupported_media_type'] as const)),
    ...(spec.access === 'public' ? [] : (['unauthorized'] as const)),
    ...(spec.access === 'public' ? [] : (['cross_site'] as const)),
    ...(spec.access === 'team' || spec.access === 'admin' ? (['forbidden'] as const) : []),
    ...(spec.errors ?? []),
    'rate_limited',
    'headers_too_large',
    'internal',
    'unavailable',
  ];
  const byStatus = new Map<number, ErrorCode[]>();
  for (const code of codes) {
    const status = ERROR_STATUS[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  return Object.fromEntries(
    [...byStatus].map(([status, group]) => [
      status,
      {
        description: [...new Set(group)].map((code) => `\`${code}\``).join(', '),
        ...(Number(status) === ERROR_STATUS.rate_limited && { headers: LIMIT_HEADERS }),
        content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
      },
    ]),
  );
}
