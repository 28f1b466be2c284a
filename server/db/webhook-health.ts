/** How an endpoint fares: what an attempt means for it, and when it is given up for the time being. */
import type { Knex } from 'knex';
import { appendAudit } from './audit.ts';
import type { Database } from './connection.ts';
import {
  type Attempted,
  type ClaimClock,
  interval,
  recordAttempt,
  type WebhookClaim,
} from './delivery-claims.ts';
import { insertDeliveries } from './outbox.ts';

/** What an attempt says of the endpoint itself. */
export type Verdict =
  | { kind: 'good' }
  /** Never again: 410. */
  | { kind: 'gone' }
  /** It is there and does not want this message: others are sent. Paused as below, where it wants none. */
  | { kind: 'refused'; pauseAfterMs: number }
  /** Left in peace for `blockMs(failures in a row)`; paused after `pauseAfterMs` of nothing but failures. */
  | { kind: 'bad'; blockMs(failures: number): number; pauseAfterMs: number };

interface HealthDeps {
  db: Database;
  newId(): string;
  clock: ClaimClock;
}

/** Writes what became of an attempt, of the delivery and of its endpoint. Answers whether the endpoint was paused now. */
export function recordWebhookAttempt(
  { db, newId, clock }: HealthDeps,
  claim: WebhookClaim,
  attempted: Attempted,
  verdict: Verdict,
): Promise<boolean> {
  return db.knex.transaction(async (trx) => {
    const ref = { company_id: claim.companyId, id: claim.webhookId };
    const hook = await trx('webhooks')
      .where(ref)
      .forNoKeyUpdate()
      .first('failures', 'paused_at', {
        failing_ms: trx.raw('extract(epoch from now() + ? - failing_since)::float8 * 1000', [
          interval(trx, clock.aheadMs()),
        ]),
      });
    await recordAttempt(trx, clock, claim, attempted);
    const { outcome } = attempted;
    await trx('webhooks')
      .where(ref)
      .update(columnsFor(trx, clock, hook, verdict, 'error' in outcome ? outcome.error : null));
    const reason = pauseReason(hook, verdict);
    if (reason !== null) await pause(trx, { newId, clock }, claim, reason);
    await dueAgain(trx, clock, claim.companyId, claim.webhookId);
    return reason !== null;
  });
}

interface HookHealth {
  failures: number;
  paused_at: string | null;
  /** Null: the newest attempt was good. */
  failing_ms: number | null;
}

function columnsFor(
  trx: Knex,
  clock: ClaimClock,
  { failures }: HookHealth,
  verdict: Verdict,
  error: string | null,
): object {
  const now = trx.raw('now() + ?', [interval(trx, clock.aheadMs())]);
  if (verdict.kind === 'good') {
    const well = { failures: 0, failing_since: null, blocked_until: null, last_error: null };
    return { ...well, last_success_at: now };
  }
  const failed = { failing_since: trx.raw('coalesce(failing_since, ?)', [now]), last_error: error };
  if (verdict.kind === 'refused') return { ...failed, failures: 0, blocked_until: null };
  const blockMs = verdict.kind === 'bad' ? verdict.blockMs(failures + 1) : 0;
  return {
    ...failed,
    failures: failures + 1,
    blocked_until: trx.raw('? + ?', [now, interval(trx, blockMs)]),
  };
}

function pauseReason({ paused_at, failing_ms }: HookHealth, verdict: Verdict) {
  if (paused_at !== null || verdict.kind === 'good') return null;
  if (verdict.kind === 'gone') return 'gone';
  return (failing_ms ?? 0) >= verdict.pauseAfterMs ? 'failing' : null;
}

/** Nothing is lost: deliveries go on waiting. The team is told by mail and in the log. */
async function pause(
  trx: Knex.Transaction,
  { newId, clock }: Pick<HealthDeps, 'newId' | 'clock'>,
  { companyId, webhookId, url }: WebhookClaim,
  reason: 'gone' | 'failing',
): Promise<void> {
  await trx('webhooks')
    .where({ company_id: companyId, id: webhookId })
    .update({ paused_at: trx.fn.now(3), paused_reason: reason });
  await appendAudit(trx, newId, {
    companyId,
    actor: { type: 'system', id: null, name: 'Porthole' },
    ip: null,
    action: 'webhook.paused',
    subject: { type: 'webhook', id: webhookId },
    after: { reason },
  });
  const company = await trx('companies').where({ id: companyId }).first('team_emails');
  const mails = company.team_emails.map((recipient: string) => ({
    ...{ companyId, id: newId(), webhookId: null, outboxId: null, incidentId: null },
    ...{ customerId: null, event: 'webhook.paused', recipient, digestKey: null, waitMs: 0 },
    payload: { paused: { host: new URL(url).host, reason } },
  }));
  await insertDeliveries(trx, clock, mails);
}

/** Says when the endpoint is to be looked at next. The caller holds its lock. */
export async function dueAgain(
  trx: Knex.Transaction,
  clock: ClaimClock,
  companyId: string,
  webhookId: string,
): Promise<void> {
  await trx.raw(
    'update webhooks w set due_at = webhook_due(w, now() + :ahead) where company_id = :companyId and id = :webhookId',
    { companyId, webhookId, ahead: interval(trx, clock.aheadMs()) },
  );
}
