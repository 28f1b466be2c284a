/** The text of server-sent events. An event is written once for all customers and once for all of the team. */
import type { LiveEvent, StreamSignal, TeamLiveEvent } from '../../shared/events.ts';
import type { Place, StoredEvent } from '../db/events.ts';
import { writeCursor } from './cursor.ts';

/** An event as it goes into streams. */
export interface LiveFrame {
  place: Place;
  /** Null where no customer may hear of it. */
  forCustomers: Buffer | null;
  forTeam: Buffer;
}

/** The wait before a client comes back to a stream that broke off. */
const RETRY_MS = 2_000;

export const retryFrame = (ms: number) => `retry: ${ms}\n\n`;
export const RETRY = retryFrame(RETRY_MS);
export const HEARTBEAT = Buffer.from(':\n\n');

/** `place` is left out where the client should keep the one it has. */
export function signalFrame(signal: StreamSignal, place: Place | null): string {
  const id = place === null ? '' : `id: ${writeCursor(place, Date.now())}\n`;
  return `${id}event: ${signal}\ndata: {}\n\n`;
}

export function toFrame(event: StoredEvent): LiveFrame {
  const head = `id: ${writeCursor(event.place, Date.parse(event.at))}\nevent: ${event.kind}\ndata: `;
  const frame = (data: object) => Buffer.from(`${head}${JSON.stringify(data)}\n\n`);
  return {
    place: event.place,
    forCustomers: event.isInternal ? null : frame(forCustomers(event)),
    forTeam: frame(forTeam(event)),
  };
}

function forCustomers({ incidentId, customerId, at, status, commentId }: StoredEvent): LiveEvent {
  return {
    incidentId,
    isAnnouncement: customerId === null,
    at,
    ...(status === null ? {} : { status }),
    ...(commentId === null ? {} : { commentId }),
  };
}

function forTeam(event: StoredEvent): TeamLiveEvent {
  const { companyId, customerId, isInternal } = event;
  // An internal event of an announcement names the customer who is affected.
  const isAnnouncement = customerId === null || event.kind === 'incident.affected';
  return { ...forCustomers(event), isAnnouncement, companyId, customerId, isInternal };
}
