/** The team's commands on webhooks and deliveries: each one transaction, with its one audit row. */
import type { Knex } from 'knex';
import type { AuditAction } from '../../shared/audit.ts';
import type {
  Delivery,
  DeliveryDetail,
  Webhook,
  WebhookCreate,
  WebhookUpdate,
} from '../../shared/types.ts';
import type { TeamActor } from '../db/api-keys.ts';
import { appendAudit, byTeam } from '../db/audit.ts';
import { findDelivery, lockDelivery, requeue } from '../db/deliveries.ts';
import { insertDeliveries } from '../db/outbox.ts';
import {
  disturbWebhook,
  findWebhook,
  insertWebhook,
  lockWebhook,
  removeWebhook,
  replaceSecret,
  updateWebhook,
} from '../db/webhooks.ts';
import { fieldProblem } from '../errors.ts';
import { AddressRefused } from '../http/address-guard.ts';
import type { Deps } from '../http/deps.ts';
import { found } from '../http/route.ts';
import { slackTestPayload, testPayload } from './payload.ts';
import { newWebhookSecret } from './signature.ts';

/** For so long the secret before the newest signs too. */
const OVERLAP_HOURS = 24;
/** Name servers that do not answer must not hold up the one who saves. */
const LOOKUP_MS = 5_000;

/** Throws `invalid` with the reason for an address that nothing may be sent to. */
async function requireAddress({ guard }: Deps, url: string): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const error = new AddressRefused('url leads to a host that cannot be looked up just now.');
    timer = setTimeout(() => reject(error), LOOKUP_MS);
  });
  try {
    await Promise.race([guard.check(url), late]);
  } catch (error) {
    if (!(error instanceof AddressRefused)) throw error;
    throw fieldProblem('url', 'not_allowed', error.message);
  } finally {
    clearTimeout(timer);
  }
}

/** Throws `invalid` for its address, or `too_many_webhooks`. The secret is shown in this answer and never again. */
export async function createWebhook(
  deps: Deps,
  actor: TeamActor,
  companyId: string,
  input: Omit<WebhookCreate, 'companyId'>,
): Promise<Webhook & { secret: string }> {
  await requireAddress(deps, input.url);
  const secret = newWebhookSecret();
  return deps.db.knex.transaction(async (trx) => {
    const made = await insertWebhook(trx, deps.newId(), companyId, input, secret);
    const webhook = found(made, 'too_many_webhooks');
    await note(trx, deps, actor, 'webhook.created', webhook, { after: factsOf(webhook) });
    return { ...webhook, secret };
  });
}

/** Throws `not_found`, or `invalid` for its address. */
export async function changeWebhook(
  deps: Deps,
  actor: TeamActor,
  id: string,
  change: WebhookUpdate,
): Promise<Webhook> {
  // First: who may not know of it must not learn of it from a refused address.
  found(await findWebhook(deps.db.knex, actor.companyId, id));
  if (change.url !== undefined) await requireAddress(deps, change.url);
  return deps.db.knex.transaction(async (trx) => {
    const before = found(await lockWebhook(trx, actor.companyId, id));
    await updateWebhook(trx, before, change);
    const after = found(await findWebhook(trx, before.companyId, id));
    const facts = { before: factsOf(before), after: factsOf(after) };
    await note(trx, deps, actor, 'webhook.updated', after, facts);
    return after;
  });
}

/** Throws `not_found`. */
export async function deleteWebhook(deps: Deps, actor: TeamActor, id: string): Promise<void> {
  await deps.db.knex.transaction(async (trx) => {
    const webhook = found(await lockWebhook(trx, actor.companyId, id));
    await removeWebhook(trx, webhook);
    await note(trx, deps, actor, 'webhook.deleted', webhook, { before: factsOf(webhook) });
  });
}

/** Throws `not_found`. */
export async function rotateSecret(deps: Deps, actor: TeamActor, id: string) {
  const secret = newWebhookSecret();
  return deps.db.knex.transaction(async (trx) => {
    const webhook = found(await lockWebhook(trx, actor.companyId, id));
    const oldSecretUntil = await replaceSecret(trx, webhook, secret, OVERLAP_HOURS);
    await note(trx, deps, actor, 'webhook.secret_rotated', webhook, {});
    return { secret, oldSecretUntil };
  });
}

/** Puts a test into the queue: what happens to it is what would happen to anything else. Throws `not_found`. */
export async function testWebhook(deps: Deps, actor: TeamActor, id: string): Promise<Delivery> {
  const { db, newId } = deps;
  return db.knex.transaction(async (trx) => {
    const webhook = found(await lockWebhook(trx, actor.companyId, id));
    const { companyId, url, format } = webhook;
    const deliveryId = newId();
    const at = new Date().toISOString();
    const payload = format === 'slack' ? slackTestPayload() : testPayload(at);
    await insertDeliveries(trx, { aheadMs: () => 0 }, [
      {
        ...{ companyId, id: deliveryId, webhookId: id, outboxId: null, incidentId: null },
        ...{ customerId: null, event: 'webhook.test', recipient: url, payload },
        ...{ digestKey: null, waitMs: 0 },
      },
    ]);
    await note(trx, deps, actor, 'webhook.tested', webhook, {});
    const { attemptLog: _, ...made } = found(
      await findDelivery({ knex: trx }, companyId, deliveryId),
    );
    return made;
  });
}

/** Sends the same delivery again, under the same id. Throws `not_found`, also where its webhook has been deleted. */
export async function redeliver(deps: Deps, actor: TeamActor, id: string): Promise<DeliveryDetail> {
  return deps.db.knex.transaction(async (trx) => {
    const known = found(await findDelivery({ knex: trx }, actor.companyId, id));
    // The endpoint first, as everywhere: whoever claims holds it while they take deliveries.
    if (known.webhookId !== null) {
      const webhook = found(await lockWebhook(trx, known.companyId, known.webhookId));
      await disturbWebhook(trx, webhook);
    }
    const { companyId, isUnderWay } = found(await lockDelivery(trx, actor.companyId, id));
    if (!isUnderWay) await requeue(trx, companyId, id);
    await appendAudit(trx, deps.newId, {
      companyId,
      ...byTeam(actor),
      action: 'delivery.redelivered',
      subject: { type: 'delivery', id },
    });
    return found(await findDelivery({ knex: trx }, companyId, id));
  });
}

async function note(
  trx: Knex.Transaction,
  { newId }: Deps,
  actor: TeamActor,
  action: AuditAction,
  { companyId, id }: Webhook,
  facts: { before?: object; after?: object },
): Promise<void> {
  const subject = { type: 'webhook', id } as const;
  await appendAudit(trx, newId, { companyId, ...byTeam(actor), action, subject, ...facts });
}

/** An address often holds a secret of its own behind the host: the log keeps the host. */
const factsOf = ({ url, events, format, isPaused }: Webhook) => ({
  host: new URL(url).host,
  events,
  format,
  isPaused,
});
