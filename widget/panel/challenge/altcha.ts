/** Our own challenge (ALTCHA's protocol, version 2): some arithmetic, done by a worker that ends with it. */
import type { ChallengeOffer } from '../../../shared/types.ts';
import type { Solve } from './meet.ts';
import type { Parameters, Solution } from './solver.ts';
import worker from './worker.ts?worker&url';

/** Browsers have WebCrypto over https and on the machine itself only. */
export class Insecure extends Error {}

/** Longer than the slowest phone takes for the hardest, and shorter than a challenge lives. */
const PATIENCE_MS = 150_000;
/** As the document's policy names it (server/http/page-policy.ts). */
const POLICY = 'porthole-worker';

type Offer = Extract<ChallengeOffer, { provider: 'altcha' }>;

export const altcha: Solve<Offer> = async ({ challenge }, _purpose, signal) => {
  if (!globalThis.crypto?.subtle) throw new Insecure();
  const parameters = challenge.parameters as Parameters;
  if (parameters.algorithm !== 'PBKDF2/SHA-256') throw new Error('an algorithm of another kind');
  const solution = await compute(parameters, signal);
  return btoa(JSON.stringify({ challenge, solution }));
};

async function compute(parameters: Parameters, signal: AbortSignal): Promise<Solution> {
  const running = new Worker(address());
  let timer: ReturnType<typeof setTimeout> | undefined;
  try {
    return await new Promise((resolve, reject) => {
      timer = setTimeout(reject, PATIENCE_MS);
      signal.addEventListener('abort', reject);
      running.onerror = reject;
      running.onmessage = ({ data }) => (data ? resolve(data) : reject());
      running.postMessage(parameters);
    });
  } finally {
    clearTimeout(timer);
    running.terminate();
  }
}

interface TrustedTypes {
  createPolicy(
    name: string,
    rules: { createScriptURL: (address: string) => string },
  ): { createScriptURL(address: string): string };
}

/** Made once: the document allows it once. Browsers without Trusted Types take the text itself. */
let policy: ReturnType<TrustedTypes['createPolicy']> | undefined;

/** The worker's address, which is the only one that the policy lets through. */
function address(): string {
  const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes };
  policy ??= trustedTypes?.createPolicy(POLICY, {
    createScriptURL(asked) {
      if (asked !== worker) throw new TypeError('not our worker');
      return asked;
    },
  });
  return policy?.createScriptURL(worker) ?? worker;
}
