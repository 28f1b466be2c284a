/** One attempt at a webhook: signed anew each time under the same id, and judged by the answer. */
import type { Attempted, WebhookClaim } from '../db/delivery-claims.ts';
import { recordWebhookAttempt, type Verdict } from '../db/webhook-health.ts';
import { type PostResult, post } from './post.ts';
import { blockAfter, PAUSE_AFTER_MS, pauseAfter } from './schedule.ts';
import { signatureHeaders } from './signature.ts';
import type { WorkerDeps } from './worker.ts';

const GONE = 410;
/** Of all 4xx those that say something of the endpoint at this time; the others refuse one message. */
const LATER = [408, 429];

/** Sends, and answers how to write down what became of it. */
export async function sendWebhook(
  deps: WorkerDeps,
  claim: WebhookClaim,
): Promise<{ outcome: string; record(): Promise<void> }> {
  const body = JSON.stringify(claim.payload);
  const headers = {
    'content-type': 'application/json; charset=utf-8',
    'user-agent': 'Porthole/1',
    ...signatureHeaders(claim.id, new Date(), body, claim.secrets),
  };
  const start = performance.now();
  const result = await post(deps.guard, claim.url, { headers, body }, deps.postLimitMs);
  const attempted = toAttempted(claim, result, Math.round(performance.now() - start));
  return {
    outcome: attempted.outcome.kind,
    async record() {
      const isPaused = await recordWebhookAttempt(deps, claim, attempted, verdictOn(result));
      if (isPaused) deps.log.warn({ webhookId: claim.webhookId }, 'webhook paused');
    },
  };
}

function toAttempted(
  { tries, url }: WebhookClaim,
  { status, answer, error, restMs }: PostResult,
  durationMs: number,
): Attempted {
  const facts = { durationMs, status, answer, recipient: url };
  if (error === null) return { ...facts, outcome: { kind: 'delivered' } };
  const afterMs = status === GONE ? null : pauseAfter(tries, restMs);
  if (afterMs === null) return { ...facts, outcome: { kind: 'failed', error } };
  return { ...facts, outcome: { kind: 'again', error, afterMs } };
}

function verdictOn({ status, error, restMs }: PostResult): Verdict {
  if (error === null) return { kind: 'good' };
  if (status === GONE) return { kind: 'gone' };
  const isRefusal = status !== null && status >= 400 && status < 500 && !LATER.includes(status);
  if (isRefusal) return { kind: 'refused', pauseAfterMs: PAUSE_AFTER_MS };
  return {
    kind: 'bad',
    blockMs: (failures) => blockAfter(failures, restMs),
    pauseAfterMs: PAUSE_AFTER_MS,
  };
}
