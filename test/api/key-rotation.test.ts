/**
 * Signing keys are replaced while people log in and read: nodes are started anew one after another, first with the new key as
 * one that verifies, then as the one that signs, then alone.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTokens } from '../../server/http/tokens.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { createClient } from '../support/client.ts';
import { buildCustomer, buildNode, expectData, PASSWORD } from '../support/factories.ts';
import { shows } from '../support/shows.ts';

const NODES = 2;
const CLIENTS = 4;
/** Requests under each combination of nodes, so that each has met each. */
const REQUESTS = process.env.LONG === '1' ? 1_000 : 24;

const LIMIT_MS = 3 * NODES * REQUESTS * 500 + 40_000;

const OLD = { kid: 'old', secret: 'the-old-signing-secret-for-tests-0123456789' };
const NEW = { kid: 'new', secret: 'the-new-signing-secret-for-tests-9876543210' };

interface Node {
  url: string;
  inFlight: number;
  stop(): Promise<void>;
}

let app: TestApp;
const nodes: Node[] = [];
let isOver = false;
let clients: Promise<unknown>;
beforeAll(async () => {
  app = await startApp();
  for (let count = 0; count < NODES; count += 1) nodes.push(await startNode([OLD]));
});
afterAll(async () => {
  isOver = true;
  await clients;
  for (const node of nodes) await node.stop();
});

async function startNode(keys: (typeof OLD)[]): Promise<Node> {
  const { url, stop } = await buildNode(app, { tokens: createTokens(keys) });
  return { url, inFlight: 0, stop };
}

/** As a rolling update does it: the new node first, then no new requests for the old one, then its end. */
async function replaceNode(index: number, keys: (typeof OLD)[]): Promise<void> {
  const old = nodes[index] as Node;
  nodes[index] = await startNode(keys);
  while (old.inFlight > 0) await wait(5);
  await old.stop();
}

/** On a node that is up, whichever. */
async function onSomeNode<T>(
  work: (api: ReturnType<typeof createClient>) => Promise<T>,
): Promise<T> {
  const node = nodes[Math.floor(Math.random() * nodes.length)] as Node;
  node.inFlight += 1;
  try {
    return await work(createClient(node.url));
  } finally {
    node.inFlight -= 1;
  }
}

const kidOf = (token: string): string =>
  JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()).kid;

it(
  'is seen by nobody until the old key is gone, and then at once by whoever has a token under it',
  async () => {
    const { email, companyId, token } = await loggedIn();
    /** What people have in their hands. */
    let tokens = [token];
    const statuses = new Map<string, number>();
    const count = (what: string) => statuses.set(what, (statuses.get(what) ?? 0) + 1);
    let answered = 0;
    const load = async () => {
      while (!isOver) {
        const body = { email, password: PASSWORD, companyId };
        const login = await onSomeNode((api) => api.post('/customer/login', { body }));
        count(`login ${login.status}`);
        if (login.status === 200) tokens.push(login.body.data.token);
        const used = tokens[Math.floor(Math.random() * tokens.length)] as string;
        const read = await onSomeNode((api) => api.get('/customer/get-incidents', { token: used }));
        count(`read ${read.status}`);
        answered += 2;
      }
    };
    const forAWhile = async () => {
      const before = answered;
      await expect.poll(() => answered - before, { timeout: 15_000 }).toBeGreaterThan(REQUESTS);
    };
    clients = Promise.all(Array.from({ length: CLIENTS }, load));

    const keyLists = [
      [OLD, NEW],
      [NEW, OLD],
    ];
    for (const keys of keyLists) {
      for (let index = 0; index < NODES; index += 1) {
        await replaceNode(index, keys);
        await forAWhile();
      }
    }
    const old = tokens.filter((one) => kidOf(one) === OLD.kid);
    // Those people have logged in again: their sessions under the old key have ended.
    tokens = tokens.filter((one) => kidOf(one) === NEW.kid);
    expect([old.length, tokens.length].every((length) => length > 0)).toBe(true);
    for (let index = 0; index < NODES; index += 1) {
      await replaceNode(index, [NEW]);
      const first = await createClient((nodes[index] as Node).url).get('/customer/me', {
        token: old.at(-1) as string,
      });
      expect([first.status, first.body.code]).toEqual([401, 'unauthorized']);
      await forAWhile();
    }
    isOver = true;
    await clients;

    expect([...statuses.keys()].sort()).toEqual(['login 200', 'read 200']);
    shows(3, {
      'nodes replaced under load': 3 * NODES,
      'logins and reads meanwhile': answered,
      'of them 401': 0,
    });
  },
  LIMIT_MS,
);

async function loggedIn() {
  const { email, companyId } = await buildCustomer(app);
  const body = { email, password: PASSWORD, companyId };
  const { token } = expectData(
    await onSomeNode((api) => api.post('/customer/login', { body })),
    200,
  );
  return { email, companyId, token };
}
