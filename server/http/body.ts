/** Reads a JSON body for the routes that take one: type, charset, size, depth; whatever is wrong gets a 4xx. */
import type { Context } from 'koa';
import { HttpMethodEnum, koaBody } from 'koa-body';
import { LIMITS } from '../../shared/limits.ts';
import { ApiError } from '../errors.ts';

const read = koaBody({
  json: true,
  jsonStrict: true,
  jsonLimit: LIMITS.bodyBytes,
  text: false,
  urlencoded: false,
  multipart: false,
  parsedMethods: [HttpMethodEnum.POST, HttpMethodEnum.PUT],
});

/** The body as parsed JSON: an object, or undefined when none was sent. */
export async function readBody(context: Context): Promise<unknown> {
  if (context.request.length === 0 || !hasBody(context)) return undefined;
  requireJson(context);
  try {
    await read(context as never, async () => {});
  } catch (error) {
    throw bodyError(error);
  }
  const body: unknown = (context.request as { body?: unknown }).body;
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
