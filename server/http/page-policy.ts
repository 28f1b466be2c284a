/**
 * The strictest policy that a page of ours can live with (DESIGN §6): nothing inline, nothing from elsewhere, no string
 * that turns into a script.
 */
import type { ChallengeSetting } from '../setting-values.ts';

/** Null: not said at all. */
type Directives = Readonly<Record<string, string | null>>;

const STRICTEST: Directives = {
  'default-src': "'none'",
  'script-src': "'self'",
  'style-src': "'self'",
  'img-src': "'self' data: blob:",
  'font-src': "'self'",
  'connect-src': "'self'",
  'worker-src': "'self'",
  'form-action': "'none'",
  'base-uri': "'none'",
  'require-trusted-types-for': "'script'",
  'trusted-types': "'none'",
};

const PERMISSIONS =
  'accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), midi=(), payment=(), publickey-credentials-get=(), usb=()';

/** Headers of an application's document; `frameAncestors` are the pages that may embed it. */
export const pageHeaders = (frameAncestors: string, changes: Directives = {}) => ({
  'Content-Security-Policy': Object.entries({
    ...STRICTEST,
    ...changes,
    'frame-ancestors': frameAncestors,
  })
    .filter(([, value]) => value !== null)
    .map(([name, value]) => `${name} ${value}`)
    .join('; '),
  'Permissions-Policy': PERMISSIONS,
  'Cache-Control': 'no-store',
});

/** The one policy of the panel's script: it makes the address of the worker that solves challenges, and no other. */
const WORKER_POLICY = 'porthole-worker';

/** Where each service keeps its script and its frame, as its documentation lists them. */
const TURNSTILE = 'https://challenges.cloudflare.com';
const HCAPTCHA = 'https://hcaptcha.com https://*.hcaptcha.com';

/**
 * What the panel's document needs beyond the strictest: with our own challenge one worker, with a service's its script and
 * its frame. Those scripts make scripts of strings themselves, so Trusted Types would break them: an operator who chooses
 * a service trusts it with the page where passwords are typed.
 */
export function panelNeeds(provider: ChallengeSetting['provider']): Directives {
  if (provider === 'altcha') return { 'trusted-types': WORKER_POLICY };
  const isTurnstile = provider === 'turnstile';
  const hosts = isTurnstile ? TURNSTILE : HCAPTCHA;
  return {
    'script-src': `'self' ${hosts}`,
    'frame-src': hosts,
    ...(!isTurnstile && { 'style-src': `'self' ${hosts}`, 'connect-src': `'self' ${hosts}` }),
    'require-trusted-types-for': null,
    'trusted-types': null,
  };
}
