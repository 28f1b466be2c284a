/**
 * Reports and replies on their way out. Each is kept on the device with its Idempotency-Key before it is sent for the
 * first time, so that neither a closed tab nor a lost network loses it or sends it twice.
 */
import { type Signal, signal } from '@preact/signals';
import type { Comment, CreateIncidentBody, Incident } from '../../../shared/types.ts';
import { type Failure, isPassing, type Result } from '../api/result.ts';
import { takeNote } from './connection.ts';
import { type FieldName, isBlank, type Values } from './drafts.ts';
import { addReply, addReported } from './incidents.ts';
import { customerPrefix, readKept } from './keeper.ts';
import { announce, type Panel } from './panel.ts';
import { replyKey, reportKey } from './session.ts';

const FIRST_RETRY_MS = 2_000;
const SLOWEST_RETRY_MS = 60_000;

/** One thing to send: a report, or the reply to the incident named. */
export interface Parcel {
  key: string;
  /** When it was written, in milliseconds of the epoch. */
  at: number;
  incidentId: string | null;
  values: Values;
  /** Why the server refused it; null while it waits. */
  reason: string | null;
}

export type Outcome =
  | { state: 'sent'; incident: Incident | null }
  | { state: 'waiting' }
  | { state: 'refused' };

export interface Outbox {
  parcels: Signal<Parcel[]>;
  /** Key of the parcel on its way right now. */
  sending: Signal<string | null>;
  /** Why the server refused what is now back in a form, by the draft's key. */
  refused: Signal<Record<string, Failure>>;
  outcomes: Map<string, Outcome>;
  /** Flushes take turns. */
  turn: Promise<void>;
  timer: ReturnType<typeof setTimeout> | undefined;
  retryMs: number;
}

/** An empty outbox. */
export function createOutbox(): Outbox {
  return {
    parcels: signal([]),
    sending: signal(null),
    refused: signal({}),
    outcomes: new Map(),
    turn: Promise.resolve(),
    timer: undefined,
    retryMs: FIRST_RETRY_MS,
  };
}

/** Reads again what waits for the customer who is here (another tab may have sent or added something). */
export function loadOutbox(panel: Panel): void {
  const prefix = outboxPrefix(panel);
  const { device } = panel.deps;
  const parcels = prefix
    ? device
        .keys(prefix)
        .flatMap((key) => parcelOf(key.slice(prefix.length), readKept(device, key)))
    : [];
  panel.outbox.parcels.value = parcels.sort((one, other) => one.at - other.at);
}

function parcelOf(key: string, kept: Record<string, unknown> | null): Parcel[] {
  const { at, incidentId, values, reason } = kept ?? {};
  if (typeof at !== 'number' || typeof values !== 'object' || values === null) return [];
  const text = (value: unknown) => (typeof value === 'string' ? value : null);
  return [
    { key, at, incidentId: text(incidentId), values: values as Values, reason: text(reason) },
  ];
}

function outboxPrefix(panel: Panel): string | null {
  const customer = panel.customer.peek();
  return customer && `${customerPrefix(customer.companyId, customer.id)}outbox/`;
}

function keep(panel: Panel, { key, ...parcel }: Parcel): void {
  const prefix = outboxPrefix(panel);
  if (prefix) panel.deps.device.set(prefix + key, JSON.stringify(parcel));
  loadOutbox(panel);
}

/** Takes a parcel away for good. */
export function discard(panel: Panel, key: string): void {
  const prefix = outboxPrefix(panel);
  if (prefix) panel.deps.device.remove(prefix + key);
  loadOutbox(panel);
}

/** Removes everything that waits for the customer who is here. */
export function emptyOutbox(panel: Panel): void {
  clearTimeout(panel.outbox.timer);
  for (const { key } of panel.outbox.parcels.peek()) discard(panel, key);
  panel.outbox.refused.value = {};
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
  if (incidentId) panel.drafts.clear(draftKey);
  else panel.drafts.park(draftKey);
  const { [draftKey]: _answered, ...refused } = outbox.refused.peek();
  outbox.refused.value = refused;
  await flush(panel);
  const outcome = outbox.outcomes.get(key) ?? { state: 'waiting' };
  outbox.outcomes.delete(key);
  if (!incidentId && outcome.state !== 'refused') panel.drafts.clear(draftKey);
  return outcome;
}

/** Sends what waits, oldest first, one tab at a time. */
export function flush(panel: Panel): Promise<void> {
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
  panel.outbox.timer = setTimeout(() => void flush(panel), waitMs);
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
  } else if (parcel.incidentId) {
    addReply(panel, parcel.incidentId, data as Comment);
    announce(panel, t('reply.sent'));
  }
  outbox.outcomes.set(parcel.key, { state: 'sent', incident });
  discard(panel, parcel.key);
  panel.refresher.hurry();
}

/** Puts it back into its form with the reason; when other words stand there by now, it stays visible as not sent. */
function refuse(panel: Panel, parcel: Parcel, error: Failure): void {
  const customer = panel.customer.peek();
  if (!customer) return;
  const { outbox, drafts } = panel;
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
  panel.refresher.hurry();
}

function isEqual(one: Values, other: Values): boolean {
  return Object.entries(other).every(([name, value]) => (one[name as FieldName] ?? '') === value);
}

/** Takes a refused parcel back into its form. A reply is added below what stands there. */
export function takeBack(panel: Panel, parcel: Parcel): void {
  const customer = panel.customer.peek();
  if (!customer) return;
  const { drafts } = panel;
  if (parcel.incidentId) {
    const key = replyKey(customer, parcel.incidentId);
    const standing = drafts.open(key).values.peek().content?.trim();
    const content = parcel.values.content ?? '';
    drafts.write(key, { content: standing ? `${standing}\n\n${content}` : content });
  } else drafts.write(reportKey(customer), parcel.values);
  discard(panel, parcel.key);
}
