/** Sending what is in the outbox: in order, one tab at a time, again after a pause, back into its form when refused. */
import type { Comment, CreateIncidentBody, Incident } from '../../../shared/types.ts';
import type { Failure, FailureCode, Result } from '../../common/api/result.ts';
import { announce } from '../../common/state/surroundings.ts';
import { takeNote } from './connection.ts';
import { draftsOf, type FieldName, isBlank, type Values } from './drafts.ts';
import { replyKey, reportKey } from './kept.ts';
import { FIRST_RETRY_MS, type Outcome, type Parcel } from './outbox.ts';
import type { Panel } from './panel.ts';
import { discard, keep, loadOutbox } from './parcels.ts';
import { addReply, addReported } from './reading.ts';

const SLOWEST_RETRY_MS = 60_000;

const PASSING: readonly FailureCode[] = [
  'network',
  'timeout',
  'aborted',
  'rate_limited',
  'internal',
  'unavailable',
];

/** Whether the same request may well succeed a little later. */
function isPassing(error: Failure): boolean {
  return PASSING.includes(error.code);
}

/** Sends a report or a reply: kept first, then tried at once. Resolves when it is known what became of it. */
export async function send(
  panel: Panel,
  incidentId: string | null,
  values: Values,
): Promise<Outcome> {
  const { outbox, deps } = panel;
  const key = deps.newKey();
  const customer = panel.customer.peek();
  if (!customer) return { state: 'waiting' };
  const draftKey = incidentId ? replyKey(customer, incidentId) : reportKey(customer);
  keep(panel, { key, at: deps.now(), incidentId, values, reason: null });
  // From here on the outbox holds it: a second copy on the device would be sent by hand again after a crash.
  if (incidentId) draftsOf(panel).clear(draftKey);
  else {
    // The form shows what is on its way, the choices left as they were offered included.
    draftsOf(panel).write(draftKey, values);
    draftsOf(panel).park(draftKey);
  }
  const { [draftKey]: _answered, ...refused } = outbox.refused.peek();
  outbox.refused.value = refused;
  await sendWaiting(panel);
  const outcome = outbox.outcomes.get(key) ?? { state: 'waiting' };
  outbox.outcomes.delete(key);
  if (!incidentId && outcome.state !== 'refused') draftsOf(panel).clear(draftKey);
  return outcome;
}

/** Sends what waits, oldest first, one tab at a time. */
export function sendWaiting(panel: Panel): Promise<void> {
  const { outbox, deps } = panel;
  outbox.turn = outbox.turn.then(async () => {
    const owner = panel.customer.peek()?.id;
    clearTimeout(outbox.timer);
    loadOutbox(panel);
    if (!owner || !outbox.parcels.peek().some((parcel) => parcel.reason === null)) return;
    const pauseMs = panel.pausedUntil.peek() - deps.now();
    if (pauseMs > 0) return flushLater(panel, pauseMs);
    await deps.withLock(`porthole-outbox-${owner}`, () => deliverAll(panel, owner));
  });
  return outbox.turn;
}

function flushLater(panel: Panel, waitMs: number): void {
  clearTimeout(panel.outbox.timer);
  panel.outbox.timer = setTimeout(() => void sendWaiting(panel), waitMs);
}

async function deliverAll(panel: Panel, owner: string): Promise<void> {
  const { outbox } = panel;
  loadOutbox(panel);
  for (const parcel of outbox.parcels.peek().filter((one) => one.reason === null)) {
    if (panel.customer.peek()?.id !== owner) return;
    outbox.sending.value = parcel.key;
    const result = await deliver(panel, parcel);
    outbox.sending.value = null;
    takeNote(panel, result);
    if (result.ok) delivered(panel, parcel, result.data);
    else if (result.error.code === 'unauthorized' || result.error.code === 'aborted') return;
    else if (isPassing(result.error)) {
      flushLater(panel, result.error.waitMs ?? outbox.retryMs);
      outbox.retryMs = Math.min(outbox.retryMs * 2, SLOWEST_RETRY_MS);
      return;
    } else refuse(panel, parcel, result.error);
  }
}

function deliver(panel: Panel, parcel: Parcel): Promise<Result<Incident | Comment>> {
  const { api } = panel.deps;
  return parcel.incidentId === null
    ? api.createIncident(parcel.values as unknown as CreateIncidentBody, parcel.key)
    : api.comment(parcel.incidentId, parcel.values.content ?? '', parcel.key);
}

function delivered(panel: Panel, parcel: Parcel, data: Incident | Comment): void {
  const { outbox } = panel;
  const { t } = panel.i18n.peek();
  outbox.retryMs = FIRST_RETRY_MS;
  const incident = 'ticketNumber' in data ? data : null;
  if (incident) {
    addReported(panel, incident);
    panel.deps.tell({ type: 'incident', id: incident.id, ticketNumber: incident.ticketNumber });
    announce(panel, t('sent.said', { ticket: incident.ticketNumber }));
    const { id, ticketNumber } = incident;
    if (panel.route.peek().name === 'sent') panel.route.value = { name: 'sent', id, ticketNumber };
  } else if (parcel.incidentId) {
    addReply(panel, parcel.incidentId, data as Comment);
    announce(panel, t('reply.sent'));
  }
  outbox.outcomes.set(parcel.key, { state: 'sent', incident });
  discard(panel, parcel.key);
  panel.refresher?.hurry();
}

/** Puts it back into its form with the reason; when other words stand there by now, it stays visible as not sent. */
function refuse(panel: Panel, parcel: Parcel, error: Failure): void {
  const customer = panel.customer.peek();
  if (!customer) return;
  const { outbox } = panel;
  const drafts = draftsOf(panel);
  const draftKey = parcel.incidentId ? replyKey(customer, parcel.incidentId) : reportKey(customer);
  const standing = drafts.open(draftKey).values.peek();
  const isFree = isBlank(standing) || isEqual(standing, parcel.values);
  outbox.outcomes.set(parcel.key, { state: 'refused' });
  if (!isFree) {
    keep(panel, { ...parcel, reason: error.message });
    return;
  }
  drafts.write(draftKey, parcel.values);
  outbox.refused.value = { ...outbox.refused.peek(), [draftKey]: error };
  discard(panel, parcel.key);
  panel.refresher?.hurry();
}

function isEqual(one: Values, other: Values): boolean {
  return Object.entries(other).every(([name, value]) => (one[name as FieldName] ?? '') === value);
}
