/**
 * The outbox: reports and replies on their way out. Each is kept on the device with its Idempotency-Key before it is sent
 * for the first time, so that neither a closed tab nor a lost network loses it or sends it twice. What is done with it:
 * parcels.ts and sending.ts.
 */
import { type Signal, signal } from '@preact/signals';
import type { Incident } from '../../../shared/types.ts';
import type { Failure } from '../../common/api/result.ts';
import type { Values } from './drafts.ts';
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

/** Sends what waits. What cannot be fetched now is fetched with the next attempt: nothing is lost meanwhile. */
export async function flush(panel: Panel): Promise<void> {
  const work = await panel.files.work.load();
  await work?.sendWaiting(panel);
}
