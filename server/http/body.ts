/** Reads a JSON body for the routes that take one: type, charset, size, depth; whatever is wrong gets a 4xx. */
import type { Context } from 'koa';
import { HttpMethodEnum, koaBody } from 'koa-body';
import { LIMITS } from '../../shared/limits.ts';
import { ApiError } from '../errors.ts';

// As bytes (one character each), since the library's own decoding replaces what is not UTF-8 instead of refusing it.
const read = koaBody({
  json: false,
  text: true,
  textTypes: ['application/json'],
  textLimit: String(LIMITS.bodyBytes),
  encoding: 'latin1',
  urlencoded: false,
  multipart: false,
  parsedMethods: [HttpMethodEnum.POST, HttpMethodEnum.PUT],
});

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** The body as parsed JSON: an object, or undefined when none was sent. */
export async function readBody(context: Context): Promise<unknown> {
  if (context.request.length === 0 || !hasBody(context)) return undefined;
  requireJson(context);
  let body: unknown;
  try {
    await read(context as never, async () => {});
    const bytes = Buffer.from((context.request as { body?: string }).body ?? '', 'latin1');
    body = JSON.parse(utf8.decode(bytes));
  } catch (error) {
    throw bodyError(error);
  }
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new ApiError('malformed', { message: 'The body must be a JSON object.' });
  }
  if (depthOf(body, LIMITS.bodyDepth) > LIMITS.bodyDepth) {
    throw new ApiError('malformed', {
      message: `The body is nested too deep: at most ${LIMITS.bodyDepth} levels.`,
    });
  }
  return body;
}

const hasBody = (context: Context) =>
  context.get('transfer-encoding') !== '' || context.get('content-length') !== '';

function requireJson(context: Context): void {
  const charset = context.request.charset.toLowerCase();
  const isPlain = ['', 'identity'].includes(context.get('content-encoding').toLowerCase());
  if (!context.is('application/json') || !['', 'utf-8', 'utf8'].includes(charset) || !isPlain) {
    throw new ApiError('unsupported_media_type');
  }
}

function bodyError(error: unknown): ApiError {
  const { status } = error as { status?: number };
  if (status === 413) return new ApiError('too_large', { cause: error });
  // A connection that broke off in the middle lands here too; nobody is left to read the answer.
  return new ApiError('malformed', { cause: error });
}

/** Levels of nesting; stops counting one past `limit`. */
function depthOf(value: unknown, limit: number): number {
  if (typeof value !== 'object' || value === null) return 0;
  if (limit === 0) return 1;
  let deepest = 0;
  for (const inner of Object.values(value)) {
    deepest = Math.max(deepest, depthOf(inner, limit - 1));
    if (deepest >= limit) break;
  }
  return deepest + 1;
}
