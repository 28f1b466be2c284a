/** Showing that a person asks: our own arithmetic against the library of its protocol, the way there and back, a service. */
import { createChallenge, verifySolution } from 'altcha-lib';
import { deriveKey } from 'altcha-lib/algorithms/pbkdf2';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ChallengeOffer } from '../../../shared/types.ts';
import { service } from '../../../widget/panel/challenge/service.ts';
import { type Parameters as Asked, solve } from '../../../widget/panel/challenge/solver.ts';
import { attempt, openSession } from '../../../widget/panel/state/doors.ts';
import type { Panel } from '../../../widget/panel/state/panel.ts';
import { boot } from '../../../widget/panel/state/session.ts';
import { bootOut, company, customer, ok, refused, setUp } from './support.ts';

const SECRETS = { hmacSignatureSecret: 'a-secret', hmacKeySignatureSecret: 'another' };
const rules = { ...SECRETS, algorithm: 'PBKDF2/SHA-256', cost: 10, deriveKey } as const;

describe('the solver', () => {
  it.each([0, 1, 255, 256, 300])(
    'finds the counter %d, as the library checks it',
    async (counter) => {
      const challenge = await createChallenge({ ...rules, counter });
      const solution = await solve(challenge.parameters as Asked);
      expect(solution.counter).toBe(counter);
      const { verified } = await verifySolution({ challenge, solution, ...SECRETS, deriveKey });
      expect(verified).toBe(true);
    },
  );
});

/** The browser's workers, of which this one computes what it is given, or never answers. */
class FakeWorker {
  static made: FakeWorker[] = [];
  static isSlow = false;
  isEnded = false;
  onmessage: (event: { data: unknown }) => void = () => {};
  address: string;
  constructor(address: string) {
    this.address = address;
    FakeWorker.made.push(this);
  }
  async postMessage(parameters: Asked) {
    const data = await solve(parameters);
    if (!FakeWorker.isSlow) this.onmessage({ data });
  }
  terminate() {
    this.isEnded = true;
  }
}

const values = { email: 'juergen@weiss.example', password: 'correct horse', name: 'Jürgen Weiß' };
const needed = () => refused<never>('challenge_required', { waitMs: 60_000 });
const offer = async () =>
  ok<ChallengeOffer>({
    provider: 'altcha',
    challenge: { ...(await createChallenge({ ...rules, counter: 3 })) },
  });
const opened = ok({ customer, expiresAt: '' });

async function atLogIn(overrides: Parameters<typeof setUp>[0]): Promise<ReturnType<typeof setUp>> {
  const setup = setUp({ boot: async () => ok(bootOut), challenge: offer, ...overrides });
  await boot(setup.panel);
  setup.panel.entryMode.value = 'login';
  return setup;
}

describe('an attempt that needs a challenge', () => {
  beforeEach(() => {
    FakeWorker.made = [];
    FakeWorker.isSlow = false;
    vi.stubGlobal('Worker', FakeWorker);
  });
  afterEach(() => void vi.unstubAllGlobals());

  it('is sent again with its solution, and nothing is told to wait', async () => {
    const login = vi.fn(async (body: { challenge?: string | undefined }) =>
      body.challenge ? opened : needed(),
    );
    const { panel, api } = await atLogIn({ login });
    expect(await openSession(panel, values)).toBeNull();
    expect(panel.phase.value).toBe('in');
    expect(api.challenge).toHaveBeenCalledExactlyOnceWith({
      ...{ action: 'login', companyId: company.id, email: values.email },
    });
    const { challenge, solution } = JSON.parse(atob(login.mock.lastCall?.[0].challenge ?? ''));
    expect(await verifySolution({ challenge, solution, ...SECRETS, deriveKey })).toMatchObject({
      verified: true,
    });
    expect(panel.pausedUntil.value).toBe(0);
    expect(panel.check.value).toBeNull();
    expect(FakeWorker.made.map(({ isEnded }) => isEnded)).toEqual([true]);
  });

  it('is sent without one as long as the server asks for none', async () => {
    const { panel, api } = await atLogIn({});
    await openSession(panel, values);
    expect(api.challenge).not.toHaveBeenCalled();
    expect(FakeWorker.made).toEqual([]);
  });

  it('is tried twice with a solution; then the time to wait counts down', async () => {
    const login = vi.fn(async () => needed());
    const { panel } = await atLogIn({ login });
    expect((await openSession(panel, values))?.code).toBe('challenge_required');
    expect(login).toHaveBeenCalledTimes(3);
    expect(panel.pausedUntil.value).toBeGreaterThan(Date.now());
  });

  it('can be stopped: the worker ends, and nothing waits', async () => {
    FakeWorker.isSlow = true;
    const { panel } = await atLogIn({ login: async () => needed() });
    const sent = openSession(panel, values);
    await vi.waitFor(() => expect(FakeWorker.made).toHaveLength(1), 4_000);
    expect(panel.said.value).toContain('Checking that you are a person');
    panel.check.value?.stop();
    expect((await sent)?.code).toBe('aborted');
    expect(FakeWorker.made[0]?.isEnded).toBe(true);
    expect([panel.pausedUntil.value, panel.check.value]).toEqual([0, null]);
  });

  it('says so where the browser has no WebCrypto', async () => {
    const known = await offer();
    vi.stubGlobal('crypto', {});
    const { panel } = await atLogIn({ login: async () => needed(), challenge: async () => known });
    expect(await openSession(panel, values)).toMatchObject({ code: 'insecure', waitMs: 60_000 });
    expect(FakeWorker.made).toEqual([]);
  });

  it('says what went wrong on the way to the challenge', async () => {
    const { panel } = await atLogIn({
      login: async () => needed(),
      challenge: async () => refused('network'),
    });
    expect((await openSession(panel, values))?.code).toBe('network');
    const offline = setUp({}, { imports: withoutChallenge(panel) });
    const body = { email: values.email };
    const result = await attempt(offline.panel, 'login', body, async () => needed());
    expect(result).toMatchObject({ ok: false, error: { code: 'network' } });
  });

  it('makes the address of its own worker and no other, where scripts need a trusted one', async () => {
    const rules: { createScriptURL: (address: string) => string }[] = [];
    vi.resetModules();
    vi.stubGlobal('trustedTypes', {
      createPolicy: (name: string, given: (typeof rules)[number]) => {
        rules.push(given);
        return {
          createScriptURL: (address: string) => `${name} ${given.createScriptURL(address)}`,
        };
      },
    });
    const { altcha } = await import('../../../widget/panel/challenge/altcha.ts');
    const { data } = (await offer()) as unknown as { data: never };
    const purpose = { action: 'login', companyId: company.id, email: values.email } as const;
    for (const _time of [1, 2]) {
      await altcha(data, purpose, new AbortController().signal, document.createElement('div'));
    }
    expect(rules).toHaveLength(1);
    expect(FakeWorker.made[0]?.address).toMatch(/^porthole-worker .*worker/);
    expect(() => rules[0]?.createScriptURL('https://evil.example/x.js')).toThrow(TypeError);
  });
});

function withoutChallenge(panel: Panel) {
  return { ...panel.deps.imports, challenge: () => Promise.reject(new Error('offline')) };
}

describe("a service's widget", () => {
  const purpose = { action: 'login', companyId: company.id, email: values.email } as const;
  const hcaptcha = { provider: 'hcaptcha', siteKey: 'site-key' } as const;
  const drawn = { render: vi.fn(), remove: vi.fn() };

  /** As if its script had arrived. */
  async function load(): Promise<HTMLScriptElement> {
    const script = await vi.waitFor(() => {
      const found = document.head.querySelector('script');
      if (!found) throw new Error('no script');
      return found;
    }, 4_000);
    const page = globalThis as unknown as Record<string, unknown>;
    page.hcaptcha = drawn;
    const ready = new URL(script.src).searchParams.get('onload') ?? '';
    (page[ready] as () => void)();
    return script;
  }

  beforeEach(() => {
    // Its address is never fetched here.
    vi.spyOn(document.head, 'append').mockImplementation((script) => {
      Node.prototype.appendChild.call(document.head, script as Node);
    });
    const { settings } = (window as unknown as { happyDOM: { settings: Record<string, unknown> } })
      .happyDOM;
    Object.assign(settings, {
      disableJavaScriptFileLoading: true,
      handleDisabledFileLoadingAsSuccess: true,
    });
  });
  afterEach(() => void vi.restoreAllMocks());

  it('is drawn in its place, answers with its token, and is taken away again', async () => {
    drawn.render.mockImplementation((_place, { callback }) => {
      queueMicrotask(() => callback('a-token'));
      return 'w1';
    });
    const place = document.createElement('div');
    const solved = service(hcaptcha, purpose, new AbortController().signal, place);
    const script = await load();
    expect(new URL(script.src).host).toBe('js.hcaptcha.com');
    expect(await solved).toBe('a-token');
    expect(drawn.render).toHaveBeenCalledWith(
      place,
      expect.objectContaining({ sitekey: 'site-key' }),
    );
    expect(drawn.remove).toHaveBeenCalledWith('w1');
  });

  it('goes when the customer stops it, or when it fails', async () => {
    const controller = new AbortController();
    drawn.render.mockReturnValue('w2');
    const stopped = service(hcaptcha, purpose, controller.signal, document.createElement('div'));
    await vi.waitFor(() => expect(drawn.render).toHaveBeenCalled(), 4_000);
    await Promise.resolve();
    controller.abort();
    await expect(stopped).rejects.toBeDefined();
    expect(drawn.remove).toHaveBeenCalledWith('w2');
  });
});
