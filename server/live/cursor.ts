/** A place in the stream of events as clients keep it: opaque to them, and never trusted when it comes back. */
import { EVENTS_KEPT_MS, type Place } from '../db/events.ts';

const CURSOR =
  /^(\d{1,19})-([0-9a-z]{1,10})-([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})$/;

/** `atMs`: when this was the newest place, since a place between events does not tell its age. */
export function writeCursor({ xid, id }: Place, atMs: number): string {
  return `${xid}-${atMs.toString(36)}-${id.replaceAll('-', '')}`;
}

/** Null for what we have not written, and for what is older than the events that are kept. */
export function readCursor(cursor: string, nowMs: number): Place | null {
  const [, xid, at, ...id] = CURSOR.exec(cursor) ?? [];
  if (xid === undefined || at === undefined) return null;
  if (nowMs - Number.parseInt(at, 36) > EVENTS_KEPT_MS) return null;
  return { xid: BigInt(xid), id: id.join('-') };
}
