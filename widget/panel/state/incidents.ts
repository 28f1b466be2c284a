/** What is known of the customer's incidents. Reading the lists: listing.ts; reading one of them: reading.ts. */
import { type Signal, signal } from '@preact/signals';
import type { Status } from '../../../shared/incident.ts';
import type { Incident, IncidentListed } from '../../../shared/types.ts';
import type { Failure } from '../../common/api/result.ts';

export type Filter = 'open' | 'resolved' | 'all';

export interface IncidentList {
  /** Null until the first answer. */
  items: Signal<IncidentListed[] | null>;
  /** Where the list goes on; null at its end. */
  cursor: Signal<string | null>;
  failure: Signal<Failure | null>;
  isReadingOn: boolean;
}

export interface Incidents {
  filter: Signal<Filter>;
  lists: Record<Filter, IncidentList>;
  /** How many there are in each status; null until the first answer. */
  counts: Signal<Partial<Record<Status, number>> | null>;
  unread: Signal<number>;
  /** The incident being read, once it is here. */
  reading: Signal<Incident | null>;
  readFailure: Signal<Failure | null>;
  /** The customer reads further up in it: what is new at its end has not been seen. */
  isAboveEnd?: boolean;
  /** What the server was told last that the customer has seen: an incident as of a moment. */
  seen?: string | null;
  /** Incidents read before: shown at once when opened again. */
  known: Map<string, Incident>;
  /** The one last opened, to return to its place in the list. */
  lastOpened: string | null;
  scrollTop: number;
}

/** Nothing read yet. */
export function createIncidents(): Incidents {
  const list = (): IncidentList => ({
    items: signal(null),
    cursor: signal(null),
    failure: signal(null),
    isReadingOn: false,
  });
  return {
    filter: signal('open'),
    lists: { open: list(), resolved: list(), all: list() },
    counts: signal(null),
    unread: signal(0),
    reading: signal(null),
    readFailure: signal(null),
    known: new Map(),
    lastOpened: null,
    scrollTop: 0,
  };
}
