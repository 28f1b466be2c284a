/** What is set up beside the work: webhooks with their deliveries, and the audit log. Actions: webhooks.ts, audit.ts. */
import { batch, type Signal, signal } from '@preact/signals';
import type { AuditEntry, Delivery, DeliveryDetail, Webhook } from '../../../shared/types.ts';
import type { Failure } from '../../common/api/result.ts';

export interface SetUp {
  webhooks: Signal<Webhook[] | null>;
  webhooksFailure: Signal<Failure | null>;
  /** Grows with each change made here: a list that was asked for before does not know of it. */
  changes: number;
  /** A secret that the server has just given out, and whose it is: shown until somebody leaves. */
  secret: Signal<{ webhookId: string; secret: string; oldSecretUntil: string | null } | null>;
  deliveries: Signal<{ webhookId: string; items: Delivery[]; total: number } | null>;
  /** The delivery whose attempts are open. */
  delivery: Signal<DeliveryDetail | null>;
  /** What went wrong with the webhook on screen, until the next try. */
  refusal: Signal<Failure | null>;
  entries: Signal<AuditEntry[] | null>;
  entriesFailure: Signal<Failure | null>;
  nextCursor: Signal<string | null>;
  isReading: Signal<boolean>;
}

export function createSetUp(): SetUp {
  return {
    webhooks: signal(null),
    webhooksFailure: signal(null),
    changes: 0,
    secret: signal(null),
    deliveries: signal(null),
    delivery: signal(null),
    refusal: signal(null),
    entries: signal(null),
    entriesFailure: signal(null),
    nextCursor: signal(null),
    isReading: signal(false),
  };
}

/** Forgets what was read, for another team or another company. */
export function forgetSetUp(setUp: SetUp): void {
  batch(() => {
    const { isReading, changes: _changes, ...parts } = setUp;
    for (const part of Object.values(parts) as Signal<unknown>[]) part.value = null;
    isReading.value = false;
  });
}
