/**
 * The one way to declare a route: method, path, who may call it, what goes in and comes out. The wrapper reads the
 * credential, parses params, query, headers and body with the schemas of shared/, hands the result to a short handler
 * and writes the envelope. An unvalidated or undocumented route cannot be written.
 */
import { hash } from 'node:crypto';
import type { Context } from 'koa';
import { z } from 'zod';
import type { ErrorCode } from '../../shared/errors.ts';
import type { Scope } from '../../shared/scopes.ts';
import type { TeamActor } from '../db/api-keys.ts';
import type { CustomerActor } from '../db/customer-door.ts';
import { ApiError } from '../errors.ts';
import { type JsonText, jsonObject } from '../json-text.ts';
import { admitActor, admitRefused } from './admission.ts';
import { authenticateCustomer, authenticateTeam } from './authenticate.ts';
import { isUnchanged } from './conditional.ts';
import type { Deps } from './deps.ts';
import { type Fields, type InputSpec, parseInput } from './input.ts';

export type Access = 'public' | 'customer' | 'team' | 'admin';
export type Method = 'get' | 'post' | 'put' | 'delete';

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
  data: T | JsonText;
  meta?: unknown;
  cookie?: string;
}

/** An answer that is no envelope: what `start` writes, as one of the types that the route says it produces. */
export interface StreamAnswer {
  /** Sets type and body; or takes the raw response over with `context.respond = false`. */
  start(context: Context): void;
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
  /** What a key must be allowed to do, all of it; read for a GET and write otherwise where it is left out, manage for an admin's. */
  scope?: Scope | readonly Scope[];
  /** Holds beside the limit of whoever asks. */
  limit?: 'writing';
  /** False where a request keeps no session alive: a page that is merely open makes it again and again. */
  isUse?: false;
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
  /** For a stream: its content types, in place of JSON in an envelope. */
  produces?: readonly string[];
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

interface StreamSpec<A extends Access, P extends Fields, Q extends Fields, H extends Fields>
  extends Omit<
    Spec<A, P, Q, undefined, H, z.ZodType>,
    'method' | 'body' | 'aliases' | 'status' | 'data' | 'meta' | 'cache' | 'produces' | 'handle'
  > {
  produces: readonly string[];
  /** What a whole JSON document holds. */
  data?: z.ZodType;
  handle(call: {
    input: Input<P, Q, undefined, H>;
    actor: Actor<A>;
    deps: Deps;
    context: Context;
  }): Promise<StreamAnswer>;
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
      const answer = await call(spec, context, deps);
      send(context, spec, answer);
      if (spec.method !== 'get') deps.wakeup.wake();
    },
  };
}

/** A route that answers with a stream: server-sent events, or a file. What fails before `start` is an envelope as ever. */
export function streamRoute<
  A extends Access,
  P extends Fields = undefined,
  Q extends Fields = undefined,
  H extends Fields = undefined,
>(spec: StreamSpec<A, P, Q, H>): Route {
  const declared = { data: z.string(), ...spec, method: 'get', status: 200 } as const;
  return {
    spec: declared as unknown as Route['spec'],
    async run(context, deps) {
      const { start } = await call(declared, context, deps);
      context.status = declared.status;
      context.set('Cache-Control', 'no-store');
      start(context);
    },
  };
}

/** What route and streamRoute do alike: who asks, what they ask, and the handler's answer. */
async function call<A extends Access, I, T>(
  spec: InputSpec & {
    method: Method;
    path: string;
    access: A;
    scope?: Scope | readonly Scope[] | undefined;
    isUse?: false | undefined;
    limit?: 'writing' | undefined;
    handle(call: { input: I; actor: Actor<A>; deps: Deps; context: Context }): Promise<T>;
  },
  context: Context,
  deps: Deps,
): Promise<T> {
  const actor = await authenticate(spec, context, deps).catch((refusal) =>
    admitRefused(context, deps, refusal),
  );
  await admitActor(context, deps, actor, spec.limit);
  const input = (await parseInput(spec, context)) as I;
  const answer = await spec.handle({ input, actor: actor as Actor<A>, deps, context });
  if (spec.access === 'customer' && (actor as CustomerActor).isVerified !== true) {
    // A handler that never went through the customer door has not checked the session.
    throw new Error(`${spec.path} answered without checking the session`);
  }
  return answer;
}

interface Guarded {
  access: Access;
  method: Method;
  scope?: Scope | readonly Scope[] | undefined;
  isUse?: false | undefined;
}

async function authenticate(spec: Guarded, context: Context, deps: Deps) {
  if (spec.access === 'public') return null;
  if (spec.access === 'customer') return authenticateCustomer(context, deps);
  const isAdminNeeded = spec.access === 'admin';
  return authenticateTeam(context, deps, {
    isAdminNeeded,
    scopes: scopesOf(spec),
    isUse: spec.isUse ?? true,
  });
}

/** What a key must be allowed to do for an operation of the team. */
export function scopesOf({ access, method, scope }: Guarded): readonly Scope[] {
  if (access === 'admin') return ['manage'];
  return [scope ?? (method === 'get' ? 'read' : 'write')].flat();
}

function send(
  context: Context,
  spec: Pick<Route['spec'], 'status' | 'cache'>,
  answer: Answer<unknown>,
) {
  const { message, data, meta, cookie } = answer;
  if (cookie !== undefined) context.append('Set-Cookie', cookie);
  // Encoded once: hash, length and socket would each do it again.
  const body = Buffer.from(jsonObject({ success: true, message, data, meta }));
  context.status = spec.status;
  context.type = 'application/json';
  context.set('Cache-Control', spec.cache ?? 'no-store');
  if (spec.cache !== undefined) {
    const etag = `"${hash('sha1', body, 'base64url')}"`;
    context.set('ETag', etag);
    if (isUnchanged(context, etag)) {
      context.status = 304;
      return;
    }
  }
  context.body = body;
}

/** For handlers whose row is absent or somebody else's. */
export function found<T>(value: T | null | undefined, code: ErrorCode = 'not_found'): T {
  if (value == null) throw new ApiError(code);
  return value;
}
