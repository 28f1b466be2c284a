/** Reading the beginning of the customer's lists, and going to one of the incidents. What is known of them: incidents.ts. */
import { batch } from '@preact/signals';
import type { IncidentListed, IncidentPage } from '../../../shared/types.ts';
import type { Due } from '../../common/live/refresh.ts';
import { takeNote } from './connection.ts';
import type { Filter, IncidentList } from './incidents.ts';
import type { Panel } from './panel.ts';

export const PAGE = 20;
const LARGEST_PAGE = 100;

/** What each filter asks the server for. */
export const FILTERS: Record<Filter, string | undefined> = {
  open: 'OPEN,IN_PROGRESS',
  resolved: 'RESOLVED,CLOSED',
  all: undefined,
};

/** Shows another part of the list. */
export function setFilter(panel: Panel, filter: Filter): void {
  const incidents = panel.incidents.peek();
  incidents.filter.value = filter;
  incidents.scrollTop = 0;
  panel.refresher?.hurry();
}

/** Opens an incident: with what is known of it at once, with the rest when it comes. */
export function openIncident(panel: Panel, id: string): void {
  const incidents = panel.incidents.peek();
  batch(() => {
    incidents.lastOpened = id;
    incidents.reading.value = incidents.known.get(id) ?? null;
    incidents.readFailure.value = null;
    panel.route.value = { name: 'incident', id };
  });
  panel.refresher?.hurry();
}

/** Reads the list's beginning, as far as it is on screen (the server gives 100 at most). */
export async function readList(panel: Panel): Promise<Due> {
  const { filter, lists } = panel.incidents.peek();
  const status = FILTERS[filter.peek()];
  const list = lists[filter.peek()];
  const shown = list.items.peek()?.length ?? 0;
  const limit = Math.min(Math.max(Math.ceil(shown / PAGE) * PAGE, PAGE), LARGEST_PAGE);
  const result = await panel.deps.api.incidents({ limit, status });
  takeNote(panel, result);
  if (!result.ok) {
    if (result.error.code !== 'aborted') list.failure.value = result.error;
    return result.error.waitMs ?? 'same';
  }
  list.failure.value = null;
  if (result.isUnchanged && list.items.peek()) return 'same';
  panel.files.work.parts.peek()?.tellNews(panel, list.items.peek(), result.data.incidents);
  showPage(panel, list, result.data);
  return 'changed';
}

function showPage(panel: Panel, list: IncidentList, page: IncidentPage): void {
  const { counts, unread } = panel.incidents.peek();
  const fresh = page.incidents;
  const last = fresh.at(-1);
  // What was scrolled into view below the part just read stays there.
  const below = without(fresh, list.items.peek()).filter(
    (old) => last && page.nextCursor && old.createdAt < last.createdAt,
  );
  batch(() => {
    list.items.value = [...fresh, ...below];
    if (below.length === 0) list.cursor.value = page.nextCursor;
    counts.value = page.counts;
    unread.value = page.unread;
  });
}

/** Those that are not known yet. */
export function without(known: IncidentListed[], all: IncidentListed[] | null): IncidentListed[] {
  const ids = new Set(known.map(({ id }) => id));
  return (all ?? []).filter(({ id }) => !ids.has(id));
}
