/**
 * The one way to declare a route: method, path, who may call it, what goes in and comes out. The wrapper reads the
 * credential, parses params, query, headers and body with the schemas of shared/, hands the result to a short handler
 * and writes the envelope. An unvalidated or undocumented route cannot be written.
 */
import { hash } from 'node:crypto';
import type { Context } from 'koa';
import type { z } from 'zod';
import type { ErrorCode } from '../../shared/errors.ts';
import type { TeamActor } from '../db/api-keys.ts';
import type { CustomerActor } from '../db/customer-door.ts';
import { ApiError, invalid } from '../errors.ts';
import { authenticateCustomer, authenticateTeam } from './authenticate.ts';
import { readBody } from './body.ts';
import { isUnchanged } from './conditional.ts';
import type { Deps } from './deps.ts';

export type Access = 'public' | 'customer' | 'team' | 'admin';
export type Method = 'get' | 'post' | 'put' | 'delete';

type Fields = z.ZodObject | undefined;
type Output<S extends Fields> = S extends z.ZodObject ? z.output<S> : Record<string, never>;
type Actor<A extends Access> = A extends 'public'
  ? null
  : A extends 'customer'
    ? CustomerActor
    : TeamActor;

export interface Input<P extends Fields, Q extends Fields, B extends Fields, H extends Fields> {
  params: Output<P>;
  query: Output<Q>;
  body: Output<B>;
  headers: Output<H>;
}

export interface Answer<T> {
  /** A sentence for people. */
  message: string;
  data: T;
  meta?: unknown;
  cookie?: string;
}

interface Spec<
  A extends Access,
  P extends Fields,
  Q extends Fields,
  B extends Fields,
  H extends Fields,
  D extends z.ZodType,
> {
  method: Method;
  /** Below /api/v1, in the router's notation. */
  path: string;
  access: A;
  tag: string;
  summary: string;
  description?: string;
  params?: P;
  query?: Q;
  body?: B;
  headers?: H;
  /** Other names that a body's fields may come under: `{ fullName: 'name' }`. */
  aliases?: Readonly<Record<string, string>>;
  status: 200 | 201;
  data: D;
  meta?: z.ZodType;
  /** The failures of this operation beyond those that its access and input bring along. */
  errors?: readonly ErrorCode[];
  /** `Cache-Control` of a read that carries an ETag; reads without one are not stored. */
  cache?: 'public, max-age=60' | 'private, no-cache';
  handle(call: {
    input: Input<P, Q, B, H>;
    actor: Actor<A>;
    deps: Deps;
    context: Context;
  }): Promise<Answer<z.output<D>>>;
}

/** A declared route, as the router and the OpenAPI document read it. */
export interface Route {
  // biome-ignore lint/suspicious/noExplicitAny: what the handler takes is checked where the route is declared.
  spec: Spec<Access, Fields, Fields, Fields, Fields, any>;
  run(context: Context, deps: Deps): Promise<void>;
}

export function route<
  A extends Access,
  D extends z.ZodType,
  P extends Fields = undefined,
  Q extends Fields = undefined,
  B extends Fields = undefined,
  H extends Fields = undefined,
>(spec: Spec<A, P, Q, B, H, D>): Route {
  return {
    spec: spec as unknown as Route['spec'],
    async run(context, deps) {
      const actor = await authenticate(spec.access, context, deps);
      const input = await parseInput(spec, context);
      const answer = await spec.handle({ input, actor: actor as Actor<A>, deps, context });
      if (spec.access === 'customer' && (actor as CustomerActor).isVerified !== true) {
        // A handler that never went through the customer door has not checked the session.
        throw new Error(`${spec.path} answered without checking the session`);
      }
      send(context, spec, answer);
      if (spec.method !== 'get') deps.wakeup.wake();
    },
  };
}

function authenticate(access: Access, context: Context, deps: Deps) {
  if (access === 'public') return null;
  if (access === 'customer') return authenticateCustomer(context, deps);
  return authenticateTeam(context, deps, access === 'admin');
}

/** Every problem of params, query, headers and body, in one failure. */
async function parseInput<P extends Fields, Q extends Fields, B extends Fields, H extends Fields>(
  spec: {
    params?: P;
    query?: Q;
    body?: B;
    headers?: H;
    aliases?: Readonly<Record<string, string>>;
  },
  context: Context & { params?: unknown },
): Promise<Input<P, Q, B, H>> {
  const raw = {
    params: context.params,
    query: context.query,
    headers: context.headers,
    body: spec.body && renamed(await readBody(context), spec.aliases ?? {}),
  };
  const issues: z.core.$ZodIssue[] = [];
  // Without a prototype, so that a field called __proto__ is a field.
  const flat: Record<string, unknown> = Object.create(null);
  const parse = (part: keyof typeof raw) => {
    const value = raw[part] ?? {};
    const result = spec[part]?.safeParse(value);
    if (result?.success === false) {
      issues.push(...result.error.issues);
      Object.assign(flat, value);
    }
    return result?.data ?? {};
  };
  const input = {
    params: parse('params'),
    query: parse('query'),
    headers: parse('headers'),
    body: parse('body'),
  };
  if (issues.length > 0) throw invalid(issues, flat);
  return input as Input<P, Q, B, H>;
}

/** An alias fills its field only where the field itself was not sent. */
function renamed(body: unknown, aliases: Readonly<Record<string, string>>): unknown {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return body;
  const fields: Record<string, unknown> = { ...body };
  for (const [alias, field] of Object.entries(aliases)) {
    if (fields[field] === undefined && Object.hasOwn(fields, alias)) fields[field] = fields[alias];
  }
  return fields;
}

function send(
  context: Context,
  spec: Pick<Route['spec'], 'status' | 'cache'>,
  answer: Answer<unknown>,
) {
  const { message, data, meta, cookie } = answer;
  if (cookie !== undefined) context.append('Set-Cookie', cookie);
  const text = JSON.stringify({
    success: true,
    message,
    data,
    ...(meta === undefined ? {} : { meta }),
  });
  context.status = spec.status;
  context.type = 'application/json';
  context.set('Cache-Control', spec.cache ?? 'no-store');
  if (spec.cache !== undefined) {
    const etag = `"${hash('sha1', text, 'base64url')}"`;
    context.set('ETag', etag);
    if (isUnchanged(context, etag)) {
      context.status = 304;
      return;
    }
  }
  context.body = text;
}

/** For handlers whose row is absent or somebody else's. */
export function found<T>(value: T | null | undefined, code: ErrorCode = 'not_found'): T {
  if (value == null) throw new ApiError(code);
  return value;
}
