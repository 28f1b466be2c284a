/**
 * What a live stream says (`GET /customer/events`, `GET /incident-ticket/events`; server-sent events). An event names
 * what has changed and not how: whoever shows it reads it again. Plain, so that panel and desk can use it.
 */
import type { Status } from './incident.ts';

/** The `event:` of frames that tell a change. `incident.affected` goes to the team only. */
export const EVENT_KINDS = [
  'incident.created',
  'incident.updated',
  'comment.created',
  'incident.affected',
] as const;
export type EventKind = (typeof EVENT_KINDS)[number];

/**
 * The `event:` of frames about the stream itself. `ready` comes first: what is read after it misses nothing that the
 * stream does not tell. It has an id unless something was missed, which then follows with ids of its own. `resync` follows it where the place sent is unknown or too old: read everything again. `bye`
 * is the last word before the server ends a stream: come back at once, with the last id.
 */
export const STREAM_SIGNALS = ['ready', 'resync', 'bye'] as const;
export type StreamSignal = (typeof STREAM_SIGNALS)[number];

/** The `data:` of a change, as a customer gets it. */
export interface LiveEvent {
  incidentId: string;
  /** The incident was opened for the whole company. */
  isAnnouncement: boolean;
  /** ISO 8601. */
  at: string;
  /** Where the status moved to. */
  status?: Status;
  commentId?: string;
}

/** As the team gets it. */
export interface TeamLiveEvent extends LiveEvent {
  companyId: string;
  /** Null for announcements. */
  customerId: string | null;
  /** No customer is told of it. */
  isInternal: boolean;
}

/** Between two signs of life (comments) on a quiet stream: one that is silent for twice as long is lost. */
export const HEARTBEAT_MS = 15_000;
