/** The middlewares that stand before the routes, each a small factory. Their order is in app.ts. */
import { randomUUID } from 'node:crypto';
import cors from '@koa/cors';
import type { Context, Middleware } from 'koa';
import { ApiError, toApiError } from '../errors.ts';
import type { Deps } from './deps.ts';

/** What earlier middlewares leave for later ones and for the error boundary. */
export interface State {
  requestId: string;
  /** Null when it is gone already. */
  clientAddress: string | null;
  /** The declared path, for metrics and logs; empty where nothing matched. */
  route: string;
}

/** Our own id for every request: one from outside could carry anything into the log. */
export const requestId: () => Middleware<State> = () =>
  function requestId(context, next) {
    context.state.requestId = randomUUID();
    context.state.route = '';
    context.set('X-Request-Id', context.state.requestId);
    return next();
  };

/** One line and one observation for each request. Nothing personal: no query, no body, no address. */
export const accessLog: (deps: Deps) => Middleware<State> = ({ log, metrics }) =>
  async function accessLog(context, next) {
    const start = performance.now();
    try {
      await next();
    } finally {
      const ms = performance.now() - start;
      const { method, status } = context;
      const { requestId, route } = context.state;
      metrics.observe(method, route, status, ms / 1000);
      log.info({ requestId, method, route, status, ms: Math.round(ms) });
    }
  };

/** For every answer; pages add their own policies. */
export const securityHeaders: (deps: Deps) => Middleware<State> = ({ config }) => {
  const isHttps = config.publicUrl?.startsWith('https:') ?? false;
  const headers = Object.entries({
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
    'Cross-Origin-Resource-Policy': 'same-origin',
    ...(isHttps ? { 'Strict-Transport-Security': 'max-age=31536000' } : {}),
  });
  return function securityHeaders(context, next) {
    for (const [name, value] of headers) context.res.setHeader(name, value);
    return next();
  };
};

/**
 * Any page may call the customer API with a bearer token; never with cookies, and the team API not at all.
 * It stands outside the error boundary, so that failures keep the headers and a cross-origin client can read them.
 */
export const customerCors: (prefix: string) => Middleware<State> = (prefix) => {
  const answerPreflight = cors({
    origin: '*',
    allowMethods: ['GET', 'POST', 'PUT', 'DELETE'],
    allowHeaders: [
      'Authorization',
      'Content-Type',
      'Idempotency-Key',
      'If-None-Match',
      'Last-Event-ID',
    ],
    maxAge: 7200,
  });
  // The same for every page, so answers need not vary by who asks, as the library's would.
  const headers = Object.entries({
    'Cross-Origin-Resource-Policy': 'cross-origin',
    'Access-Control-Allow-Origin': '*',
    'Access-Control-Expose-Headers': 'ETag,RateLimit,RateLimit-Policy,Retry-After,X-Request-Id',
  });
  return function customerCors(context, next) {
    // The raw address: whether it can be read at all is found out inside the error boundary.
    if (!context.url.startsWith(prefix)) return next();
    for (const [name, value] of headers) context.res.setHeader(name, value);
    if (context.method !== 'OPTIONS') return next();
    return answerPreflight(context as unknown as Context, next);
  };
};

/** While the database is away every request fails alike: one line of it a second is enough. */
const UNAVAILABLE_LINE_MS = 1_000;

/** Writes the envelope of every failure; only our own faults are logged, with their cause. */
export const errorBoundary: (deps: Deps) => Middleware<State> = ({ log }) => {
  let quietUntil = 0;
  const report = (failure: ApiError, { requestId, route }: State) => {
    const { code, cause } = failure;
    if (code !== 'unavailable') {
      log.error({ requestId, route, code, err: cause ?? failure });
    } else if (performance.now() >= quietUntil) {
      quietUntil = performance.now() + UNAVAILABLE_LINE_MS;
      const reason = cause instanceof Error ? (cause as NodeJS.ErrnoException).code : undefined;
      log.warn({ requestId, route, code, reason }, 'unavailable');
    }
  };
  return async function errorBoundary(context, next) {
    try {
      requireReadableAddress(context);
      await next();
      // What no route answered. The router has said 405 or 501 where the path takes other methods.
      if (context.status >= 400 && context.body == null) {
        throw new ApiError(context.status === 404 ? 'not_found' : 'method_not_allowed');
      }
    } catch (error) {
      const failure = toApiError(error);
      if (failure.status >= 500) report(failure, context.state);
      const { retryAfterSeconds } = failure.detail;
      context.status = failure.status;
      context.set('Cache-Control', 'no-store');
      if (retryAfterSeconds !== undefined) context.set('Retry-After', String(retryAfterSeconds));
      context.body = failure.body(context.state.requestId);
    }
  };
};

/** `http://[/x` and its like: everything behind would stumble over it. */
function requireReadableAddress(context: Pick<Context, 'path'>): void {
  try {
    void context.path;
  } catch {
    throw new ApiError('malformed', { message: 'The address could not be read.' });
  }
}

/** While draining, every answer asks the client to come back on another connection, which reaches another node. */
export const closeWhileDraining: (deps: Deps) => Middleware<State> = ({ lifecycle }) =>
  async function closeWhileDraining(context, next) {
    await next();
    if (lifecycle.isDraining) context.set('Connection', 'close');
  };
