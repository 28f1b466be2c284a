/** Guessing: how often one may try an account, and how its owner gets in while somebody else is trying. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readConfig } from '../../server/config.ts';
import { createChallenges, createService } from '../../server/http/challenge.ts';
import { createRateLimits } from '../../server/http/rate-limits.ts';
import { createTokens } from '../../server/http/tokens.ts';
import { solve } from '../support/accounts.ts';
import { startApp, TEST_KEYS, type TestApp } from '../support/app.ts';
import { createClient } from '../support/client.ts';
import {
  buildCompany,
  buildCustomer,
  buildNode,
  expectData,
  PASSWORD,
  rowsOf,
  short,
  type TestCustomer,
  withoutRequestId,
} from '../support/factories.ts';
import { randomAddress } from '../support/random.ts';
import { shows } from '../support/shows.ts';

const LIMIT = 3;
let app: TestApp;
/** The same server without limits, where what tests need is made. */
let unlimited: TestApp;
let stopUnlimited: () => Promise<void>;
let owner: TestCustomer;
beforeAll(async () => {
  const { trustedProxies, rateLimits } = readConfig({
    TRUSTED_PROXIES: 'loopback',
    RATE_LIMITS: `attempts=${LIMIT}/900,network=100000/60`,
  });
  app = await startApp({ trustedProxies, rateLimits });
  const { url, stop } = await buildNode(app, {
    rateLimits: createRateLimits({ rateLimits: null }, app.deps.db),
  });
  unlimited = { ...app, api: createClient(url) };
  stopUnlimited = stop;
  owner = await buildCustomer(unlimited);
});

afterAll(() => stopUnlimited());

interface Try {
  email?: string;
  password?: string;
  companyId?: string;
  challenge?: string;
  /** The network that it comes from. */
  from?: string;
}

const tryToLogIn = ({ from = randomAddress(), ...fields }: Try = {}) =>
  app.api.post('/customer/login', {
    headers: { 'x-forwarded-for': from },
    body: { email: owner.email, companyId: owner.companyId, password: 'a wrong one', ...fields },
  });

interface Asked {
  action?: string;
  companyId?: string;
  email?: string;
  from?: string;
}

const askForChallenge = async ({ from = randomAddress(), ...fields }: Asked = {}) => {
  const body = { action: 'login', companyId: owner.companyId, ...fields };
  const headers = { 'x-forwarded-for': from };
  return expectData(await app.api.post('/customer/challenge', { headers, body }), 200).challenge;
};

/** An account that has been guessed at until it asks for more. */
async function buildBesieged(): Promise<TestCustomer> {
  const customer = await buildCustomer(unlimited, { companyId: owner.companyId });
  const { email } = customer;
  for (let count = 0; count < LIMIT; count += 1) await tryToLogIn({ email });
  return customer;
}

describe('an account that somebody guesses at', () => {
  it('asks for a challenge after the limit, from whatever network', async () => {
    const { email } = await buildCustomer(unlimited, { companyId: owner.companyId });
    const statuses: number[] = [];
    for (let count = 0; count < LIMIT + 3; count += 1) {
      statuses.push((await tryToLogIn({ email })).status);
    }
    expect(statuses).toEqual([401, 401, 401, 429, 429, 429]);
    const refused = await tryToLogIn({ email });
    expect(refused.body.code).toBe('challenge_required');
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(refused.headers.get('ratelimit')).toMatch(/^"attempts";r=0;t=\d+$/);
    expect(refused.headers.get('ratelimit-policy')).toBe(`"attempts";q=${LIMIT};w=900`);
    shows(6, { 'guesses let through before a challenge': LIMIT });
    shows(22);
  });

  it('lets its owner in with a solved challenge, and goes on counting for everybody else', async () => {
    const { email } = await buildBesieged();
    expect((await tryToLogIn({ email, password: PASSWORD })).status).toBe(429);
    const challenge = solve(await askForChallenge({ email }));
    const opened = await tryToLogIn({ email, password: PASSWORD, challenge });
    expect(opened.status).toBe(200);
    expect((await tryToLogIn({ email })).status).toBe(429);
    shows(6);
  });

  it('is not made to be forgotten by whoever has the same address at another company', async () => {
    const { email } = await buildCustomer(unlimited, { companyId: owner.companyId });
    const own = 'a password of the guesser';
    const elsewhere = await buildCustomer(unlimited, { email, password: own });
    const statuses = [];
    for (let count = 0; count < LIMIT * 2; count += 1) {
      statuses.push((await tryToLogIn({ email })).status);
      await tryToLogIn({ email, companyId: elsewhere.companyId, password: own });
    }
    expect(statuses.filter((status) => status === 401)).toHaveLength(LIMIT);
    shows(6, { 'guesses let through before a challenge': LIMIT });
  });

  it('says nothing of what others have tried', async () => {
    const { email } = await buildCustomer(unlimited, { companyId: owner.companyId });
    await tryToLogIn({ email });
    await tryToLogIn({ email });
    const from = randomAddress();
    const [known, unknown] = [
      await tryToLogIn({ email, from }),
      await tryToLogIn({ email: `${short()}@example.com`, from }),
    ];
    expect(known.headers.get('ratelimit')).toMatch(/;r=2;/);
    expect(unknown.headers.get('ratelimit')).toMatch(/;r=1;/);
    shows(4);
  });

  it('asks the same of an address that nobody has', async () => {
    const email = `nobody-${short()}@example.com`;
    const { email: known } = await buildCustomer(unlimited, { companyId: owner.companyId });
    const from = { known: randomAddress(), unknown: randomAddress() };
    for (let count = 0; count < LIMIT + 2; count += 1) {
      const [wrong, unknown] = [
        await tryToLogIn({ email: known, from: from.known }),
        await tryToLogIn({ email, from: from.unknown }),
      ];
      expect(unknown.status).toBe(wrong.status);
      expect(withoutRequestId(unknown)).toBe(withoutRequestId(wrong));
      expect(unknown.headers.get('ratelimit')?.split(';t=')[0]).toBe(
        wrong.headers.get('ratelimit')?.split(';t=')[0],
      );
    }
    shows(6);
    shows(4);
  });

  it('counts a thousand at once as a thousand', async () => {
    const { email } = await buildCustomer(unlimited, { companyId: owner.companyId });
    const replies = await Promise.all(Array.from({ length: 40 }, () => tryToLogIn({ email })));
    expect(replies.filter(({ status }) => status === 401).length).toBeLessThanOrEqual(LIMIT);
    shows(6, { 'guesses at the same moment': replies.length });
  });

  it('counts them on every node', async () => {
    const { email } = await buildCustomer(unlimited, { companyId: owner.companyId });
    const { url, stop } = await buildNode(app, {});
    const there = createClient(url);
    const body = { email, companyId: owner.companyId, password: 'a wrong one' };
    const headers = { 'x-forwarded-for': randomAddress() };
    for (let count = 0; count < LIMIT; count += 1) {
      expect((await there.post('/customer/login', { body, headers })).status).toBe(401);
    }
    expect((await tryToLogIn({ email })).status).toBe(429);
    await stop();
    shows(22);
  });
});

describe('a network that guesses', () => {
  it('is asked for a challenge at whatever account, and counts IPv6 by /64', async () => {
    const [four, six] = [randomAddress(), `2001:db8:${short().slice(0, 4)}:1::`];
    for (const addresses of [[four], ['1', '2', '3', '4', '5'].map((end) => six + end)]) {
      const replies = [];
      for (let count = 0; count < LIMIT + 2; count += 1) {
        const from = addresses[count % addresses.length] ?? four;
        replies.push(await tryToLogIn({ email: `${short()}@example.com`, from }));
      }
      expect(replies.map(({ status }) => status)).toEqual([401, 401, 401, 429, 429]);
    }
    shows(6);
  });

  it('is not counted for log-ins that succeed: an office behind one address works on', async () => {
    const from = randomAddress();
    for (let count = 0; count < LIMIT * 3; count += 1) {
      expect((await tryToLogIn({ from, password: PASSWORD })).status).toBe(200);
    }
  });

  it('is not what a client says of itself where no proxy is trusted', async () => {
    const { url, stop } = await buildNode(app, {
      config: { ...app.deps.config, trustedProxies: [] },
    });
    const there = createClient(url);
    const { companyId } = owner;
    const attempt = (from: string) =>
      there.post('/customer/login', {
        headers: { 'x-forwarded-for': from },
        body: { email: `${short()}@example.com`, password: 'x', companyId },
      });
    await rowsOf(app, 'delete from rate_limits');
    const statuses = [];
    for (let count = 0; count < LIMIT + 2; count += 1) {
      statuses.push((await attempt(randomAddress())).status);
    }
    await stop();
    await rowsOf(app, 'delete from rate_limits');
    expect(statuses).toEqual([401, 401, 401, 429, 429]);
    shows(6);
  });

  it('signs up as often and no more', async () => {
    const from = randomAddress();
    const { id: companyId } = await buildCompany(unlimited);
    const signUp = (challenge?: string) =>
      app.api.post('/customer/register', {
        headers: { 'x-forwarded-for': from },
        body: {
          ...{ companyId, email: `${short()}@example.com`, name: 'Ann', password: PASSWORD },
          ...(challenge && { challenge }),
        },
      });
    for (let count = 0; count < LIMIT; count += 1) expect((await signUp()).status).toBe(201);
    expect((await signUp()).body.code).toBe('challenge_required');
    const challenge = solve(await askForChallenge({ action: 'register', companyId }));
    expect((await signUp(challenge)).status).toBe(201);
  });
});

describe('a solved challenge', () => {
  it('works once, also when it is sent a thousand times at the same moment', async () => {
    const { email } = await buildBesieged();
    const challenge = solve(await askForChallenge());
    const replays = process.env.LONG === '1' ? 1_000 : 200;
    const replies = await Promise.all(
      Array.from({ length: replays }, () => tryToLogIn({ email, challenge })),
    );
    // A 503 was not looked at: the machine stalled.
    const through = replies.filter(({ status }) => status !== 429 && status !== 503);
    expect(through.map(({ status }) => status)).toEqual([401]);
    shows(23, { 'parallel replays': replays, 'let through': through.length });
  });

  it('works for one company and one action', async () => {
    const { email } = await buildBesieged();
    const { id: elsewhere } = await buildCompany(unlimited);
    const others = [
      await askForChallenge({ companyId: elsewhere }),
      await askForChallenge({ action: 'register' }),
      await askForChallenge({ action: 'forgot-password' }),
    ];
    for (const other of others) {
      const reply = await tryToLogIn({ email, challenge: solve(other) });
      expect([reply.status, reply.body.code]).toEqual([429, 'challenge_required']);
    }
    shows(23);
  });

  it('is refused when anything of it was changed, and whatever else is sent in its place', async () => {
    const { email } = await buildBesieged();
    const offered = await askForChallenge();
    const solution = solve(offered);
    const changed = (work: (payload: Record<string, never>) => void) => {
      const payload = JSON.parse(Buffer.from(solution, 'base64').toString());
      work(payload);
      return Buffer.from(JSON.stringify(payload)).toString('base64');
    };
    const set = (path: string, value: unknown) =>
      changed((payload) => {
        const keys = path.split('.');
        const last = keys.pop() ?? '';
        const target = keys.reduce(
          (node: Record<string, never>, key) => node[key] as never,
          payload,
        );
        (target as Record<string, unknown>)[last] = value;
      });
    const forgeries = [
      ...['', 'no base64!', 'bnVsbA==', 'e30=', 'W10=', '"x"', '𝕏'],
      set('challenge.parameters.expiresAt', 9_999_999_999),
      set('challenge.parameters.expiresAt', null),
      set('challenge.parameters.data', { action: 'login', company: '' }),
      set('challenge.parameters.nonce', '00'.repeat(16)),
      set('challenge.parameters.keyPrefix', '00'),
      set('challenge.parameters.cost', 1),
      set('challenge.parameters.cost', 4_000_000_000),
      set('challenge.parameters.keyLength', 1),
      set('challenge.parameters.keySignature', undefined),
      set('challenge.signature', '00'.repeat(32)),
      set('challenge.signature', null),
      set('solution.derivedKey', '00'.repeat(32)),
      set('solution.derivedKey', ''),
      set('solution.counter', 1.5),
      set('solution', null),
    ];
    for (const challenge of forgeries) {
      const reply = await tryToLogIn({ email, challenge });
      expect([reply.status, reply.body.code], challenge).toEqual([429, 'challenge_required']);
    }
    expect((await tryToLogIn({ email, challenge: solution })).status).toBe(401);
    shows(23, { forgeries: forgeries.length });
  });

  it('is worthless after five minutes, and when its key is gone', async () => {
    const { email } = await buildBesieged();
    const offered = await askForChallenge();
    const lifeSeconds = offered.parameters.expiresAt - Date.now() / 1000;
    expect(lifeSeconds).toBeLessThanOrEqual(300);
    expect(lifeSeconds).toBeGreaterThan(240);
    const purpose = { action: 'login', companyId: owner.companyId } as const;
    const solution = solve(offered);
    const realNow = Date.now;
    try {
      Date.now = () => realNow() + 301_000;
      expect(await app.deps.challenges.check(solution, purpose, 0)).toBeNull();
    } finally {
      Date.now = realNow;
    }
    const rotated = createChallenges({ provider: 'altcha' }, [
      { kid: 'new', secret: 'another-signing-secret-for-tests-9876543210' },
      ...TEST_KEYS,
    ]);
    expect(await rotated.check(solution, purpose, 0)).not.toBeNull();
    const others = createChallenges({ provider: 'altcha' }, [
      { kid: 'new', secret: 'another-signing-secret-for-tests-9876543210' },
    ]);
    expect(await others.check(solution, purpose, 0)).toBeNull();
    expect(createTokens(TEST_KEYS).verify(solution)).toBeNull();
    expect((await tryToLogIn({ email, challenge: solution })).status).toBe(401);
    shows(23);
  });

  it('costs more the more an account or a network has tried, and an easier one does not do', async () => {
    const { email } = await buildCustomer(unlimited, { companyId: owner.companyId });
    const easy = solve(await askForChallenge({ email }));
    for (let count = 0; count < LIMIT * 3; count += 1) {
      await app.deps.rateLimits.count('attempts', `account ${email}`);
    }
    // How many tries it takes is the challenge's secret: it is seen by solving it.
    const work = (challenge: string) =>
      JSON.parse(Buffer.from(challenge, 'base64').toString()).solution.counter;
    const hard = solve(await askForChallenge({ email }));
    expect(work(easy)).toBeLessThan(400);
    expect(work(hard)).toBeGreaterThanOrEqual(800);
    expect((await tryToLogIn({ email, challenge: easy })).status).toBe(429);
    expect((await tryToLogIn({ email, challenge: hard })).status).toBe(401);
    shows(23);
  });
});

describe('a service that judges instead', () => {
  it.each(['turnstile', 'hcaptcha'] as const)('is asked with our secret: %s', async (provider) => {
    const { createServer } = await import('node:http');
    const asked: URLSearchParams[] = [];
    const server = createServer((request, response) => {
      let text = '';
      request.on('data', (chunk) => {
        text += chunk;
      });
      request.on('end', () => {
        const form = new URLSearchParams(text);
        asked.push(form);
        const success = form.get('secret') === 'sec:ret' && form.get('response') === 'good';
        response.end(JSON.stringify({ success, action: 'login', cdata: owner.companyId }));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    const setting = { provider, siteKey: 'site', secret: 'sec:ret' };
    const service = createService(setting, `http://127.0.0.1:${port}/`);
    const purpose = { action: 'login', companyId: owner.companyId } as const;
    expect(await service.offer(purpose, 0)).toEqual({ provider, siteKey: 'site' });
    expect(await service.check('good', purpose, 0)).toMatchObject({ id: expect.any(String) });
    expect(await service.check('bad', purpose, 0)).toBeNull();
    expect(asked.map((form) => form.get('sitekey'))).toEqual(['site', 'site']);
    const other = await service.check('good', { ...purpose, action: 'register' }, 0);
    // What it was solved for, Turnstile repeats; hCaptcha does not.
    expect(other === null).toBe(provider === 'turnstile');
    await new Promise((resolve) => server.close(resolve));
    // Away, it vouches for nobody.
    expect(await service.check('good', purpose, 0)).toBeNull();
  });
});
