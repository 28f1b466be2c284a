/** Turns changes into deliveries: who is told of what (DESIGN §7). */
import type { Knex } from 'knex';
import {
  affectedReaders,
  type Change,
  type ChangeProgress,
  insertDeliveries,
  markChanges,
  type NewDelivery,
  type News,
  putOff,
  takeChanges,
  type WebhookTarget,
  webhookTargets,
} from '../db/outbox.ts';
import { isDatabaseAway } from '../errors.ts';
import { deskLink } from './links.ts';
import { slackPayload, standardPayload } from './payload.ts';
import type { WorkerDeps } from './worker.ts';

/** Changes at a time: a look costs as much as dozens of them, and a node must tell as fast as it can be written to. */
const BATCH = 200;
/** Recipients of one announcement in one transaction. */
const READERS = 500;
/** A transaction with so many deliveries takes no further change. */
const ENOUGH_DELIVERIES = 1_000;
const PUT_OFF_MS = 60_000;

export interface Expanded {
  changes: number;
  deliveries: number;
}

/** Makes the deliveries of the oldest waiting changes; no more of them once `isStopped`. */
export async function expandChanges(
  deps: WorkerDeps,
  isStopped: () => boolean = () => false,
): Promise<Expanded> {
  try {
    return await expandBatch(deps, BATCH);
  } catch (error) {
    if (isDatabaseAway(error)) throw error;
  }
  // One of them cannot be made into deliveries; alone it is found, and does not keep the others waiting.
  const all = { changes: 0, deliveries: 0 };
  while (all.changes < BATCH && !isStopped()) {
    const { changes, deliveries } = await expandBatch(deps, 1);
    if (changes === 0) break;
    all.changes += changes;
    all.deliveries += deliveries;
  }
  return all;
}

async function expandBatch(deps: WorkerDeps, size: number): Promise<Expanded> {
  let taken: Change[] = [];
  try {
    return await deps.db.knex.transaction(async (trx) => {
      taken = await takeChanges(trx, size);
      if (taken.length === 0) return { changes: 0, deliveries: 0 };
      const hooks = await webhookTargets(
        trx,
        taken.map((one) => one.companyId),
      );
      const deliveries: NewDelivery[] = [];
      const progress: ChangeProgress[] = [];
      for (const change of taken) {
        if (deliveries.length >= ENOUGH_DELIVERIES) break;
        const { made, expandedTo } = await deliveriesOf(deps, trx, change, hooks);
        deliveries.push(...made);
        progress.push({ companyId: change.companyId, id: change.id, expandedTo });
      }
      await insertDeliveries(trx, deps.clock, joinDigests(deliveries));
      await markChanges(trx, progress);
      return { changes: progress.length, deliveries: deliveries.length };
    });
  } catch (error) {
    const [alone, ...more] = taken;
    if (alone !== undefined && more.length === 0 && !isDatabaseAway(error)) {
      deps.log.error({ outboxId: alone.id, err: error }, 'a change could not be told');
      await putOff(deps.db.knex, alone, PUT_OFF_MS);
      return { changes: 1, deliveries: 0 };
    }
    throw error;
  }
}

async function deliveriesOf(
  deps: WorkerDeps,
  trx: Knex.Transaction,
  change: Change,
  hooks: readonly WebhookTarget[],
): Promise<{ made: NewDelivery[]; expandedTo: string | null }> {
  if (change.company.isDisabled) return { made: [], expandedTo: null };
  // Later parts of a change with many recipients: the others have been told with the first.
  const first =
    change.expandedTo === null ? [...toWebhooks(deps, change, hooks), ...toTeam(deps, change)] : [];
  if (change.customer !== null) {
    return { made: [...first, ...toCustomer(deps, change)], expandedTo: null };
  }
  if (!isOver(change)) return { made: first, expandedTo: null };
  const { readers, last } = await affectedReaders(trx, change, READERS);
  const mails = readers.map((reader) => ({
    ...mail(deps, change, reader.email, newsOf(change)),
    customerId: reader.customerId,
  }));
  return { made: [...first, ...mails], expandedTo: last };
}

/** An announcement's end is told once: to those whom it affects, who otherwise read it in the panel. */
const isOver = ({ movedTo, incident }: Change) =>
  movedTo === 'RESOLVED' || (movedTo === 'CLOSED' && incident.resolvedAt === null);

function toWebhooks(
  { newId, baseUrl }: WorkerDeps,
  change: Change,
  hooks: readonly WebhookTarget[],
): NewDelivery[] {
  const { companyId, id: outboxId, kind: event, incident } = change;
  return hooks
    .filter((hook) => hook.companyId === companyId && hook.events.includes(event))
    .map((hook) => ({
      ...{ companyId, id: newId(), webhookId: hook.id, outboxId, incidentId: incident.id },
      ...{ customerId: null, event, recipient: hook.url, digestKey: null, waitMs: 0 },
      payload:
        hook.format === 'slack'
          ? slackPayload(change, deskLink(baseUrl, incident.id))
          : standardPayload(change),
    }));
}

/** What customers do; the team knows what it did itself. A new report at once, the rest as a digest. */
function toTeam(deps: WorkerDeps, change: Change): NewDelivery[] {
  const { companyId, company, customer, comment, incident, movedTo, kind } = change;
  if (customer === null) return [];
  const isNew = kind === 'incident.created' && incident.openedBy === null;
  // Only a customer's comment opens an incident again.
  const isTheirs =
    comment?.authorType === 'CUSTOMER' || (kind === 'incident.updated' && movedTo === 'OPEN');
  if (!isNew && !isTheirs) return [];
  return company.teamEmails.map((address) => ({
    ...mail(deps, change, address, newsOf(change)),
    ...(isNew
      ? {}
      : {
          digestKey: `team:${companyId}:${incident.id}:${address.toLowerCase()}`,
          waitMs: deps.digestMs(),
        }),
  }));
}

/** What the team says and does, all of a minute in one mail. */
function toCustomer(deps: WorkerDeps, change: Change): NewDelivery[] {
  const { customer, comment, movedTo, incident, kind } = change;
  if (customer === null || !customer.wantsMail) return [];
  const isOpened = kind === 'incident.created' && incident.openedBy !== null;
  const isMove = movedTo !== null && movedTo !== 'OPEN';
  if (!isOpened && !isMove && comment?.authorType !== 'USER') return [];
  return [
    {
      ...mail(deps, change, customer.email, newsOf(change)),
      customerId: customer.id,
      digestKey: `customer:${incident.id}`,
      waitMs: deps.digestMs(),
    },
  ];
}

function mail({ newId }: WorkerDeps, change: Change, recipient: string, news: News): NewDelivery {
  const { companyId, id: outboxId, incident, kind: event } = change;
  return {
    ...{ companyId, id: newId(), webhookId: null, outboxId, incidentId: incident.id },
    ...{
      customerId: null,
      event,
      recipient,
      payload: { news: [news] },
      digestKey: null,
      waitMs: 0,
    },
  };
}

function newsOf({ comment, movedTo, at }: Change): News {
  if (comment !== null) return { kind: 'comment', commentId: comment.id, at };
  return movedTo === null ? { kind: 'created', at } : { kind: 'moved', status: movedTo, at };
}

/** Within one batch, what goes into one mail. */
function joinDigests(deliveries: readonly NewDelivery[]): NewDelivery[] {
  const waiting = new Map<string, NewDelivery>();
  const joined: NewDelivery[] = [];
  for (const one of deliveries) {
    const earlier = one.digestKey === null ? undefined : waiting.get(one.digestKey);
    if (earlier === undefined) {
      joined.push(one);
      if (one.digestKey !== null) waiting.set(one.digestKey, one);
    } else {
      const news = [earlier, one].flatMap(({ payload }) => (payload as { news: News[] }).news);
      earlier.payload = { news };
    }
  }
  return joined;
}
