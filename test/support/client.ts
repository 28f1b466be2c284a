/** An HTTP client for tests. An answer that the OpenAPI document does not allow fails the test that got it. */
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { ROUTES } from '../../server/app.ts';
import { openApiDocument } from '../../server/http/openapi.ts';
import { createSweep } from './sweep.ts';

export interface Call {
  token?: string;
  apiKey?: string;
  body?: unknown;
  headers?: Record<string, string>;
}

export interface Reply {
  status: number;
  headers: Headers;
  text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape, checked against the document.
  body: any;
}

export interface Client {
  get(path: string, call?: Call): Promise<Reply>;
  post(path: string, call?: Call): Promise<Reply>;
  put(path: string, call?: Call): Promise<Reply>;
  delete(path: string, call?: Call): Promise<Reply>;
  send(method: string, path: string, call?: Call): Promise<Reply>;
}

const PREFIX = '/api/v1';

/** The call's own, and the credential among them. */
export const headersOf = ({ token, apiKey, headers }: Call): Record<string, string> => ({
  ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
  ...(apiKey === undefined ? {} : { 'x-api-key': apiKey }),
  ...headers,
});

/** Paths are below /api/v1. A `body` that is a string is sent as it is. */
export function createClient(origin: string): Client {
  const send = async (method: string, path: string, call: Call = {}): Promise<Reply> => {
    const { body } = call;
    const response = await fetch(`${origin}${PREFIX}${path}`, {
      method,
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headersOf(call),
      },
      ...(body === undefined
        ? {}
        : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const reply = {
      status: response.status,
      headers: response.headers,
      text,
      body: isJson(response.headers) && text !== '' ? JSON.parse(text) : text,
    };
    requireDocumented(method, path, reply);
    sweep.note(path, body);
    sweep.requireClean(path, reply);
    return reply;
  };
  return {
    send,
    get: (path, call) => send('GET', path, call),
    post: (path, call) => send('POST', path, call),
    put: (path, call) => send('PUT', path, call),
    delete: (path, call) => send('DELETE', path, call),
  };
}

/** A stream's body stays text. */
const isJson = (headers: Headers) => /^application\/json\b/.test(headers.get('content-type') ?? '');

/** Of everything that goes through clients of one test file. */
const sweep = createSweep();

const document = openApiDocument(ROUTES, PREFIX);
const ajv = new Ajv2020({ allErrors: true, strict: false });
addFormats.default(ajv);
ajv.addSchema(document, 'openapi');

const operations = ROUTES.map(({ spec }) => ({
  method: spec.method.toUpperCase(),
  pattern: new RegExp(`^${spec.path.replace(/:\w+/g, '[^/]+')}$`),
  path: `${PREFIX}${spec.path.replace(/:(\w+)/g, '{$1}')}`,
}));

/** Throws where the answer is none that the document allows. */
export function requireDocumented(
  method: string,
  path: string,
  reply: Pick<Reply, 'status' | 'headers' | 'text' | 'body'>,
): void {
  const { status, body, text, headers } = reply;
  const bare = path.split('?')[0] ?? path;
  const operation = operations.find((one) => one.method === method && one.pattern.test(bare));
  if (operation === undefined) return;
  const { path: key } = operation;
  const documented = document.paths[key]?.[method.toLowerCase()]?.responses[status];
  if (documented === undefined)
    throw new Error(`${method} ${path} answered ${status}, which is not documented: ${text}`);
  if (status === 304) return;
  if (!isJson(headers)) {
    const [type = ''] = (headers.get('content-type') ?? '').split(';');
    const { content } = documented as { content?: Record<string, unknown> };
    if (content?.[type] === undefined)
      throw new Error(`${method} ${path} answered ${type}, which is not documented`);
    return;
  }
  const pointer = [
    key,
    method.toLowerCase(),
    'responses',
    status,
    'content',
    'application/json',
    'schema',
  ]
    .map((part) => encodeURIComponent(String(part).replaceAll('~', '~0').replaceAll('/', '~1')))
    .join('/');
  const validate = ajv.getSchema(`openapi#/paths/${pointer}`);
  if (validate === undefined) throw new Error(`no schema for ${method} ${key} ${status}`);
  if (!validate(body)) {
    throw new Error(
      `${method} ${path} ${status} differs from the document: ${ajv.errorsText(validate.errors)}\n${text}`,
    );
  }
}
