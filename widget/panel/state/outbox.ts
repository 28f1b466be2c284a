/**
 * The outbox: reports and replies on their way out. Each is kept on the device with its Idempotency-Key before it is sent
 * for the first time, so that neither a closed tab nor a lost network loses it or sends it twice. Sending: sending.ts.
 */
import { type Signal, signal } from '@preact/signals';
import type { Incident } from '../../../shared/types.ts';
import type { Failure } from '../api/result.ts';
import type { Values } from './drafts.ts';
import { customerPrefix, readKept, replyKey, reportKey } from './keeper.ts';
import type { Panel } from './panel.ts';

/** The first wait after a failure, in milliseconds; it doubles from there. */
export const FIRST_RETRY_MS = 2_000;

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

/** Keeps a parcel on the device. */
export function keep(panel: Panel, { key, ...parcel }: Parcel): void {
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

/** Sends what waits, when something does. */
export async function flush(panel: Panel): Promise<void> {
  loadOutbox(panel);
  if (!panel.outbox.parcels.peek().some((parcel) => parcel.reason === null)) return;
  // What cannot be fetched now is fetched with the next flush: nothing is lost meanwhile.
  const later = await panel.deps.later().catch(() => null);
  await later?.sendWaiting(panel);
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
