/**
 * Every operation of the OpenAPI document, good requests and what becomes of them when they are bent (BAR 12): no failure of
 * ours, no answer that the document does not allow, nothing slow, and no word about the inside.
 *
 * A run takes some mutations of each operation; with LONG=1 all of them. SEED repeats a run.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MAIL_IS_ON, startApp, type TestApp } from '../support/app.ts';
import { requireDocumented } from '../support/client.ts';
import { INSIDE } from '../support/fuzz/hostile.ts';
import { type Mutation, mutationsOf, toRaw } from '../support/fuzz/mutations.ts';
import {
  createSender,
  type RawReply,
  type RawRequest,
  type Sender,
} from '../support/fuzz/raw-request.ts';
import { hasId, named, OPERATIONS, type Operation } from '../support/operations/operations.ts';
import { type GoodRequest, goodRequest } from '../support/operations/request.ts';
import { rowOf } from '../support/operations/rows.ts';
import { buildWorld, type World } from '../support/operations/world.ts';
import { createRandom } from '../support/random.ts';
import { shows } from '../support/shows.ts';

const IS_LONG = process.env.LONG === '1';
/** Of each operation. */
const MUTATIONS = IS_LONG ? Number.POSITIVE_INFINITY : 25;
const BOUND_MS = 1_000;
const random = createRandom();
const figures = { requests: 0, operations: 0, 'slowest ms': 0 };

let app: TestApp;
let sender: Sender;
beforeAll(async () => {
  console.log(`fuzz: SEED=${random.seed}`);
  app = await startApp({ webhooksAllowLoopback: true, smtp: MAIL_IS_ON });
  sender = createSender(app.url);
});
afterAll(() => sender.close());

/** Sends it, and once more by itself where it was slow: on a busy machine anything may be, once. */
async function ask(raw: RawRequest): Promise<RawReply> {
  const first = await sender.send(raw);
  figures.requests += 1;
  const reply = first.ms < BOUND_MS ? first : { ...first, ms: (await sender.send(raw)).ms };
  figures['slowest ms'] = Math.max(figures['slowest ms'], Math.round(reply.ms));
  return reply;
}

/** Null for an answer that is as it should be. */
function problemOf({ method, path }: RawRequest, { status, headers, text, ms }: RawReply) {
  if (status >= 500) return `a failure of ours: ${status} ${text}`;
  if (ms >= BOUND_MS) return `${Math.round(ms)} ms`;
  if (status >= 400 && INSIDE.test(text)) return `it tells of the inside: ${text}`;
  try {
    const isJson = headers.get('content-type')?.startsWith('application/json') && text !== '';
    requireDocumented(method, path, {
      status,
      headers,
      text,
      body: isJson ? JSON.parse(text) : text,
    });
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}

/** A company of its own for each operation, and again after each request that has used something up. */
const newWorld = (operation: Operation): Promise<World> =>
  buildWorld(app, hasId(operation) ? ['incident', rowOf(operation).of] : ['incident']);

/** Whether a good request is only good once. */
async function isSpentBy(good: GoodRequest): Promise<boolean> {
  const { status } = await ask(toRaw(good));
  expect(status, `a good request: ${JSON.stringify(good)}`).toBeLessThan(300);
  return (await ask(toRaw(good))).status >= 300;
}

const someOf = (all: Mutation[]) =>
  all.length <= MUTATIONS ? all : Array.from({ length: MUTATIONS }, () => random.pick(all));

async function problemsOf(operation: Operation): Promise<string[]> {
  const problems: string[] = [];
  const newGood = async () => goodRequest(app, await newWorld(operation), operation);
  let good = await newGood();
  const isOnce = await isSpentBy(good);
  let isSpent = isOnce;
  for (const { what, of } of someOf(mutationsOf(operation))) {
    if (isSpent) good = await newGood();
    const raw = of(good);
    const reply = await ask(raw).catch((error: Error) => error.message);
    const problem = typeof reply === 'string' ? reply : problemOf(raw, reply);
    if (problem !== null) problems.push(describeOne(what, raw, problem));
    isSpent = typeof reply !== 'string' && (reply.status === 409 || (isOnce && reply.status < 300));
  }
  return problems;
}

const describeOne = (what: string, { method, path, body }: RawRequest, problem: string) =>
  [
    `${what.slice(0, 200)}: ${problem.slice(0, 500)}`,
    `${method} ${path.slice(0, 300)} ${String(body).slice(0, 500)}`,
  ].join('\n  ');

describe('a request bent out of shape gets an answer of the document', () => {
  it.each(named(OPERATIONS))(
    '%s',
    async (_, operation) => {
      figures.operations += 1;
      expect((await problemsOf(operation)).slice(0, 5).join('\n')).toBe('');
    },
    IS_LONG ? 600_000 : undefined,
  );

  it('within a second, on every operation', () => {
    console.log(`fuzz: ${JSON.stringify(figures)}`);
    expect(figures.operations).toBe(OPERATIONS.length);
    shows(12, figures);
  });
});
