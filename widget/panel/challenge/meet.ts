/** Meets a challenge of the server: one file to fetch, once the server asks. Who sets it, each adapter knows for itself. */
import type { ChallengedAction, ChallengeOffer } from '../../../shared/types.ts';
import { type Failure, failed, type Result } from '../../common/api/result.ts';
import { announce } from '../../common/state/surroundings.ts';
import type { Panel } from '../state/panel.ts';
import { altcha, Insecure } from './altcha.ts';

/** What a solution serves for: this, and nothing else. */
export interface Purpose {
  action: ChallengedAction;
  companyId: string;
  /** Of the attempt: the more have tried an account, the longer it takes. */
  email: string;
}

/**
 * Turns what the server offers into what it wants to have along. `place` is on screen, for services that want to be seen.
 * Rejects when it cannot, or when `signal` tells it to stop.
 */
export type Solve<Offer extends ChallengeOffer = ChallengeOffer> = (
  offer: Offer,
  purpose: Purpose,
  signal: AbortSignal,
  place: HTMLElement,
) => Promise<string>;

/** A solution may come too late, or be used up by somebody's second click: then one more. */
const TRIES = 2;

const solve: Solve = async (offer, ...rest) => {
  if (offer.provider === 'altcha') return altcha(offer, ...rest);
  const { service } = await import('./service.ts');
  return service(offer, ...rest);
};

/**
 * Gets a challenge, solves it, and sends again what was refused without. Answers with what came of it: `refused`, with
 * the time to wait, where it could not be solved; `aborted` where the customer stopped it.
 */
export async function meet<Body extends { email: string }, T>(
  panel: Panel,
  action: ChallengedAction,
  body: Body,
  send: (body: Body & { challenge: string }) => Promise<Result<T>>,
  refused: { ok: false; error: Failure },
): Promise<Result<T>> {
  const controller = new AbortController();
  const { signal } = controller;
  const { email } = body;
  const purpose = { action, email, companyId: panel.company.peek()?.id ?? '' };
  const place = document.createElement('div');
  panel.check.value = { place, stop: () => controller.abort() };
  announce(panel, panel.i18n.peek().t('challenge.checking'));
  let result: Result<T> = refused;
  try {
    for (let tries = 0; tries < TRIES && isAsked(result); tries += 1) {
      const offered = await panel.deps.api.challenge(purpose);
      if (signal.aborted) break;
      if (!offered.ok) return offered;
      const challenge = await solve(offered.data, purpose, signal, place);
      result = await send({ ...body, challenge });
    }
  } catch (error) {
    if (error instanceof Insecure) return failed('insecure', { waitMs: refused.error.waitMs });
  } finally {
    panel.check.value = null;
  }
  return isAsked(result) && signal.aborted ? failed('aborted') : result;
}

const isAsked = (result: Result<unknown>) =>
  !result.ok && result.error.code === 'challenge_required';
