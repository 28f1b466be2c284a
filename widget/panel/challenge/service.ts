/** The puzzle of a service that the operator has configured, drawn by its own script: a file of its own, fetched for those alone. */
import type { ChallengeOffer } from '../../../shared/types.ts';
import type { Solve } from './meet.ts';

type Offer = Extract<ChallengeOffer, { siteKey: string }>;
type Provider = Offer['provider'];

/** What both have in common; what one of them does not know, it leaves. */
interface Service {
  render(place: HTMLElement, options: Record<string, unknown>): string;
  remove(id: string): void;
}

/** The document's policy allows these hosts where they are configured, and no others (server/http/page-policy.ts). */
const SCRIPTS: Readonly<Record<Provider, string>> = {
  turnstile: 'https://challenges.cloudflare.com/turnstile/v0/api.js?render=explicit',
  hcaptcha: 'https://js.hcaptcha.com/1/api.js?render=explicit&recaptchacompat=off',
};
const LOAD_MS = 20_000;
const READY = 'portholeServiceReady';

export const service: Solve<Offer> = async ({ provider, siteKey }, purpose, signal, place) => {
  const drawer = await load(provider);
  const root = document.documentElement;
  let id: string | undefined;
  try {
    return await new Promise((resolve, reject) => {
      signal.addEventListener('abort', reject);
      if (signal.aborted) return reject();
      id = drawer.render(place, {
        sitekey: siteKey,
        action: purpose.action,
        cData: purpose.companyId,
        theme: getComputedStyle(root).colorScheme === 'dark' ? 'dark' : 'light',
        language: root.lang,
        hl: root.lang,
        callback: resolve,
        'error-callback': reject,
      });
    });
  } finally {
    if (id !== undefined) drawer.remove(id);
  }
};

const loading = new Map<Provider, Promise<Service>>();

/** The service's script, once in the page's life; after a failure it may be tried again. */
function load(provider: Provider): Promise<Service> {
  const known = loading.get(provider) ?? fetchScript(provider);
  loading.set(provider, known);
  known.catch(() => loading.delete(provider));
  return known;
}

function fetchScript(provider: Provider): Promise<Service> {
  const script = document.createElement('script');
  const page = globalThis as unknown as Partial<Record<Provider, Service>> &
    Record<string, unknown>;
  return new Promise((resolve, reject) => {
    const timer = setTimeout(fail, LOAD_MS);
    function fail(): void {
      clearTimeout(timer);
      script.remove();
      reject();
    }
    script.onerror = fail;
    // Called once the script has set itself up, which may be later than its `load`.
    page[READY] = () => {
      const service = page[provider];
      if (!service) return fail();
      clearTimeout(timer);
      resolve(service);
    };
    script.src = `${SCRIPTS[provider]}&onload=${READY}`;
    document.head.append(script);
  });
}
