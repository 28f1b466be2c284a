/** The customer's incidents: the lists, what is new in them, which one is open. Reading that one: reading.ts. */
import { batch, type Signal, signal } from '@preact/signals';
import type { Status } from '../../../shared/incident.ts';
import type { Incident, IncidentListed, IncidentPage } from '../../../shared/types.ts';
import type { Failure } from '../api/result.ts';
import { takeNote } from './connection.ts';
import { announce, type Panel } from './panel.ts';
import type { Due } from './refresh.ts';

const PAGE = 20;
const LARGEST_PAGE = 100;

/** What each filter asks the server for. */
const FILTERS = {
  open: 'OPEN,IN_PROGRESS',
  resolved: 'RESOLVED,CLOSED',
  all: undefined,
} as const;
export type Filter = keyof typeof FILTERS;

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
  counts: Signal<Partial<Record<Status, number>>>;
  unread: Signal<number>;
  /** The incident being read, once it is here. */
  reading: Signal<Incident | null>;
  readFailure: Signal<Failure | null>;
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
    counts: signal({}),
    unread: signal(0),
    reading: signal(null),
    readFailure: signal(null),
    known: new Map(),
    lastOpened: null,
    scrollTop: 0,
  };
}

/** Drops everything read: it belonged to somebody else. */
export function forgetIncidents(panel: Panel): void {
  const { lists, known, ...state } = panel.incidents;
  batch(() => {
    for (const list of Object.values(lists)) {
      list.items.value = null;
      list.cursor.value = null;
      list.failure.value = null;
    }
    state.filter.value = 'open';
    state.counts.value = {};
    state.unread.value = 0;
    state.reading.value = null;
  });
  known.clear();
}

/** What the refresher does when it is due: reads again what is on screen. */
export function lookForNews(panel: Panel): Promise<Due> {
  const route = panel.route.peek();
  if (route.name !== 'incident') return readList(panel);
  return panel.deps.later().then(
    ({ readIncident }) => readIncident(panel, route.id),
    () => 'same',
  );
}

/** Shows another part of the list. */
export function setFilter(panel: Panel, filter: Filter): void {
  panel.incidents.filter.value = filter;
  panel.incidents.scrollTop = 0;
  panel.refresher.hurry();
}

/** Reads the list's beginning, as far as it is on screen (the server gives 100 at most). */
export async function readList(panel: Panel): Promise<Due> {
  const filter = panel.incidents.filter.peek();
  const list = panel.incidents.lists[filter];
  const shown = list.items.peek()?.length ?? 0;
  const limit = Math.min(Math.max(Math.ceil(shown / PAGE) * PAGE, PAGE), LARGEST_PAGE);
  const result = await panel.deps.api.incidents({ limit, status: FILTERS[filter] });
  takeNote(panel, result);
  if (!result.ok) {
    if (result.error.code !== 'aborted') list.failure.value = result.error;
    return result.error.waitMs ?? 'same';
  }
  list.failure.value = null;
  if (result.isUnchanged && list.items.peek()) return 'same';
  tellNews(panel, list.items.peek(), result.data.incidents);
  showPage(panel, list, result.data);
  return 'changed';
}

function showPage(panel: Panel, list: IncidentList, page: IncidentPage): void {
  const fresh = page.incidents;
  const last = fresh.at(-1);
  const ids = new Set(fresh.map((incident) => incident.id));
  // What was scrolled into view below the part just read stays there.
  const below = (list.items.peek() ?? []).filter(
    (old) => last && page.nextCursor && !ids.has(old.id) && old.createdAt < last.createdAt,
  );
  batch(() => {
    list.items.value = [...fresh, ...below];
    if (below.length === 0) list.cursor.value = page.nextCursor;
    panel.incidents.counts.value = page.counts;
    panel.incidents.unread.value = page.unread;
  });
}

/** Reads on where the list ends. */
export async function readOn(panel: Panel): Promise<void> {
  const filter = panel.incidents.filter.peek();
  const list = panel.incidents.lists[filter];
  const cursor = list.cursor.peek();
  if (cursor === null || list.isReadingOn) return;
  list.isReadingOn = true;
  const result = await panel.deps.api.incidents({ limit: PAGE, status: FILTERS[filter], cursor });
  list.isReadingOn = false;
  takeNote(panel, result);
  if (!result.ok) return;
  const before = list.items.peek() ?? [];
  const known = new Set(before.map((incident) => incident.id));
  batch(() => {
    const more = result.data.incidents.filter((incident) => !known.has(incident.id));
    list.items.value = [...before, ...more];
    list.cursor.value = result.data.nextCursor;
  });
}

function tellNews(panel: Panel, before: IncidentListed[] | null, now: IncidentListed[]): void {
  if (!before) return;
  const { t } = panel.i18n.peek();
  const old = new Map(before.map((incident) => [incident.id, incident]));
  const news = now.filter((one) => one.isUnread && old.get(one.id)?.updatedAt !== one.updatedAt);
  const [first] = news;
  if (news.length === 1 && first) {
    const status = t(`status.${first.status}`);
    announce(panel, t('news.one', { title: first.shortDescription, status }));
  } else if (news.length > 1) announce(panel, t('news.many', { count: news.length }));
}

/** Opens an incident: with what is known of it at once, with the rest when it comes. */
export function openIncident(panel: Panel, id: string): void {
  batch(() => {
    panel.incidents.lastOpened = id;
    panel.incidents.reading.value = panel.incidents.known.get(id) ?? null;
    panel.incidents.readFailure.value = null;
    panel.route.value = { name: 'incident', id };
  });
  panel.refresher.hurry();
}
