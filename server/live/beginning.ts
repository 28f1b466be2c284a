/** How a stream begins: from the present, or with what its listener has missed. */
import type { Context } from 'koa';
import type { Database } from '../db/connection.ts';
import {
  MOST_MISSED,
  type Place,
  readMissedByCustomer,
  readMissedByTeam,
  type StoredEvent,
} from '../db/events.ts';
import { readCursor } from './cursor.ts';
import { RETRY, signalFrame, toFrame } from './frames.ts';
import type { Reader } from './reader.ts';
import { startResponse } from './sink.ts';
import { bytesFor, goLive, type Listener, type Stream } from './stream.ts';

export interface Beginning {
  /** The place sent is unknown or too old: everything has to be read again. */
  isLost: boolean;
  missed: readonly StoredEvent[];
  /** From here on the stream is told what the others are. */
  to: Place;
}

/** Rejects while the database is away. */
export async function findBeginning(
  listener: Listener,
  cursor: string | undefined,
  { db, reader }: { db: Database; reader: Reader },
): Promise<Beginning> {
  // First of all the reader must be reading, so that what is committed from now on is told.
  const reading = await reader.place();
  const from = cursor === undefined ? null : readCursor(cursor, Date.now());
  if (from === null) return { isLost: cursor !== undefined, missed: [], to: reading };
  const read =
    listener.side === 'customer'
      ? await readMissedByCustomer(db, listener, from)
      : await readMissedByTeam(db, listener.companyId, from);
  const { events, present, isFromFuture } = read;
  const isLost = isFromFuture || events.length > MOST_MISSED;
  return { isLost, missed: isLost ? [] : events, to: present };
}

/** Answers the request: `ready`, what was missed, and then whatever comes. */
export function begin(stream: Stream, beginning: Beginning, context: Context): void {
  startResponse(context);
  if (context.method === 'HEAD') return;
  const { sink } = stream;
  const { isLost, missed, to } = beginning;
  // Until the client has what it missed, or knows that it has to read everything again, its old place counts.
  sink.write(RETRY + signalFrame('ready', isLost || missed.length > 0 ? null : to));
  if (isLost) sink.write(signalFrame('resync', to));
  for (const event of missed) {
    const bytes = bytesFor(stream, toFrame(event));
    if (bytes !== null) sink.write(bytes);
  }
  goLive(stream, to);
}

/**
 * A stream that ends before it has said anything: neither a failure nor a request to come back at once, which would
 * lead here again until the load balancer has noticed. The client comes back after its usual wait.
 */
export function beginInVain(context: Context): void {
  startResponse(context);
  if (context.method !== 'HEAD') context.res.end(RETRY);
}
