/**
 * The challenge: what somebody has to do who has tried often. By default some seconds of arithmetic that we set ourselves
 * (ALTCHA's protocol, version 2); by configuration the puzzle of a service. One adapter, so that nobody else knows which.
 */
import { hash, hkdfSync, randomInt } from 'node:crypto';
import { createChallenge, type Payload, verifySolution } from 'altcha-lib';
import { deriveKey } from 'altcha-lib/algorithms/pbkdf2';
import type { ChallengedAction, ChallengeOffer } from '../../shared/types.ts';
import type { ChallengeSetting, SigningKey } from '../setting-values.ts';

/** What a solution serves for: this, and nothing else. */
export interface Purpose {
  action: ChallengedAction;
  /** Null: a login that names no company. */
  companyId: string | null;
}

export interface SolvedChallenge {
  /** The same for the same challenge: by it nobody uses it twice. */
  id: string;
  expiresAt: Date;
}

export interface Challenges {
  /** `level` doubles the work with each step: 0 to HIGHEST_LEVEL. */
  offer(purpose: Purpose, level: number): Promise<ChallengeOffer>;
  /**
   * Null for anything but the solution of a challenge of ours for this purpose, of that level at least. Whether it was used,
   * it does not know.
   */
  check(solution: string, purpose: Purpose, level: number): Promise<SolvedChallenge | null>;
}

/** For so long a challenge can be solved. */
const LIFE_MS = 5 * 60_000;

/**
 * Rounds of PBKDF2 in one try, and how many tries it takes at level 0: about a third of a second on a laptop, one on a
 * phone, and each password costs it.
 */
const ROUNDS = 1_000;
const TRIES = { least: 200, most: 400 } as const;
/** Sixteen times as long: some seconds, for an account that is under siege. */
export const HIGHEST_LEVEL = 4;

export function createChallenges(
  setting: ChallengeSetting,
  keys: readonly SigningKey[],
): Challenges {
  return setting.provider === 'altcha' ? createAltcha(keys) : createService(setting);
}

const sameAs = (data: unknown, { action, companyId }: Purpose) => {
  const { action: forAction, company } = (data ?? {}) as Record<string, unknown>;
  return forAction === action && company === (companyId ?? '');
};

/** The first key signs, all verify, as with tokens. */
function createAltcha(keys: readonly SigningKey[]): Challenges {
  const secrets = keys.map(({ secret }) => ({
    hmacSignatureSecret: derived(secret, 'porthole challenge'),
    hmacKeySignatureSecret: derived(secret, 'porthole challenge key'),
  }));
  const [signing] = secrets;
  if (signing === undefined) throw new Error('no signing key');
  return {
    async offer({ action, companyId }, level) {
      const times = 2 ** Math.min(level, HIGHEST_LEVEL);
      const challenge = await createChallenge({
        ...signing,
        algorithm: 'PBKDF2/SHA-256',
        cost: ROUNDS,
        counter: randomInt(TRIES.least * times, TRIES.most * times),
        deriveKey,
        expiresAt: new Date(Date.now() + LIFE_MS),
        data: { action, company: companyId ?? '', level },
      });
      return { provider: 'altcha', challenge: { ...challenge } };
    },
    async check(solution, purpose, level) {
      const payload = readPayload(solution);
      if (payload === null || !sameAs(payload.challenge.parameters.data, purpose)) return null;
      const { expiresAt, nonce } = payload.challenge.parameters;
      const solvedLevel = payload.challenge.parameters.data?.level;
      if (typeof expiresAt !== 'number' || typeof nonce !== 'string') return null;
      if (typeof solvedLevel !== 'number' || solvedLevel < level) return null;
      for (const secret of secrets) {
        const { verified } = await verifySolution({ ...payload, ...secret, deriveKey });
        // The nonce is signed: of one challenge there is one.
        if (verified) return { id: nonce, expiresAt: new Date(expiresAt * 1000) };
      }
      return null;
    },
  };
}

const derived = (secret: string, purpose: string) =>
  Buffer.from(hkdfSync('sha256', secret, '', purpose, 32)).toString('hex');

/** ALTCHA's payload: the challenge and its solution, as JSON in Base64. What has another shape is none. */
function readPayload(solution: string): Payload | null {
  try {
    const payload = JSON.parse(Buffer.from(solution, 'base64').toString());
    const { parameters, signature } = payload.challenge;
    const { counter, derivedKey } = payload.solution;
    const isWhole =
      typeof parameters === 'object' &&
      // What we set: a stranger's cost would be ours to pay, were the signature looked at later.
      parameters.cost === ROUNDS &&
      parameters.keyLength === 32 &&
      typeof parameters.salt === 'string' &&
      typeof parameters.keySignature === 'string' &&
      typeof signature === 'string' &&
      Number.isInteger(counter) &&
      typeof derivedKey === 'string';
    return isWhole ? payload : null;
  } catch {
    return null;
  }
}

const SERVICES = {
  turnstile: 'https://challenges.cloudflare.com/turnstile/v0/siteverify',
  hcaptcha: 'https://api.hcaptcha.com/siteverify',
} as const;
const SERVICE_MS = 5_000;

/** Asks the service. Its tokens hold five minutes at most and are the service's to spend; we spend them once more. */
export function createService(
  { provider, siteKey, secret }: Extract<ChallengeSetting, { siteKey: string }>,
  address: string = SERVICES[provider],
): Challenges {
  return {
    offer: async () => ({ provider, siteKey }),
    async check(solution, purpose) {
      const answer = await fetch(address, {
        method: 'POST',
        body: new URLSearchParams({ secret, response: solution, sitekey: siteKey }),
        signal: AbortSignal.timeout(SERVICE_MS),
        redirect: 'error',
      })
        .then((response) => response.json() as Promise<Record<string, unknown>>)
        // Away, it vouches for nobody: who has tried often waits until it is back, or until the limit ends.
        .catch(() => ({}) as Record<string, unknown>);
      // Turnstile repeats what the panel gave it; hCaptcha knows no purposes.
      const said = { action: answer.action, company: answer.cdata ?? '' };
      const isForThis = provider === 'hcaptcha' || sameAs(said, purpose);
      if (answer.success !== true || !isForThis) return null;
      return {
        id: hash('sha256', solution, 'base64url'),
        expiresAt: new Date(Date.now() + LIFE_MS),
      };
    },
  };
}
