/** The queue: what is listed, read again as things happen, and read on as somebody scrolls. */
import { batch, type Signal, signal } from '@preact/signals';
import type { Priority, Status } from '../../../shared/incident.ts';
import type { TeamCounts, TeamIncidentListed, TeamIncidentPage } from '../../../shared/types.ts';
import type { Failure, Result } from '../../common/api/result.ts';
import type { Due } from '../../common/live/refresh.ts';
import { announce } from '../../common/state/surroundings.ts';
import type { IncidentsQuery } from '../api/desk.ts';
import { takeNote } from './connection.ts';
import { chosenCompany, type Desk } from './desk.ts';
import type { View } from './route.ts';

export const PAGE = 25;
const LARGEST_PAGE = 100;
/** As much as is read again at once; who scrolled further reads on from there. */
const MOST_PAGES = 3;

export interface Queue {
  /** Null until the first reading of what the route asks for. */
  items: Signal<TeamIncidentListed[] | null>;
  total: Signal<number>;
  counts: Signal<TeamCounts | null>;
  failure: Signal<Failure | null>;
  isReadingOn: Signal<boolean>;
  search: Signal<string>;
  priority: Signal<Priority | null>;
  status: Signal<Status | null>;
  /** Rows that came in while somebody looked, until they are opened. */
  fresh: Signal<ReadonlySet<string>>;
  /** What the items on screen were asked with: an answer to an older question is dropped. */
  asked: string;
  /** What was read of it last, page by page. */
  pages: readonly TeamIncidentPage[];
  scrollTop: number;
  /** Where in the list the incident on screen stands, or stood before it left; -1 for nowhere. */
  place: number;
}

export function createQueue(): Queue {
  return {
    items: signal(null),
    total: signal(0),
    counts: signal(null),
    failure: signal(null),
    isReadingOn: signal(false),
    search: signal(''),
    priority: signal(null),
    status: signal(null),
    fresh: signal(new Set()),
    asked: '',
    pages: [],
    scrollTop: 0,
    place: -1,
  };
}

/** Forgets what was listed, for another team or another company. */
export function emptyQueue(queue: Queue): void {
  batch(() => {
    queue.items.value = null;
    queue.counts.value = null;
    queue.failure.value = null;
    queue.search.value = '';
    queue.priority.value = null;
    queue.status.value = null;
    queue.fresh.value = new Set();
    queue.asked = '';
  });
}

const WITHIN: Record<View, Partial<IncidentsQuery>> = {
  waiting: { waiting: 'true' },
  // An answered report is in work, whether somebody has moved it or not.
  work: { status: 'OPEN,ACKNOWLEDGED,INVESTIGATION', announcements: 'false' },
  mitigated: { status: 'MITIGATED', announcements: 'false' },
  resolved: { status: 'RESOLVED', announcements: 'false' },
  closed: { status: 'CLOSED', announcements: 'false' },
  all: {},
  announcements: { announcements: 'true' },
  customer: {},
};

/** Views of several statuses, where one can be picked out. */
export const hasStatusFilter = (view: View) => WITHIN[view].status === undefined;

/** What the route and the filters ask the server for. */
export function askedOf(desk: Desk): Omit<IncidentsQuery, 'page' | 'limit'> {
  const { search, priority, status } = desk.queue;
  const route = desk.route.value;
  const { view, customerId } =
    route.page === 'queue' ? route : ({ view: 'waiting', customerId: null } as const);
  const within = WITHIN[view];
  return {
    ...within,
    status: within.status ?? status.value ?? undefined,
    priority: priority.value ?? undefined,
    search: search.value.trim() || undefined,
    customerId: customerId ?? undefined,
    companyId: chosenCompany(desk),
  };
}

/** Whether anything but the view narrows the list. */
export function isNarrowed({ search, priority, status }: Queue): boolean {
  return search.value.trim() !== '' || priority.value !== null || status.value !== null;
}

/** Takes all filters off. */
export function widen({ search, priority, status }: Queue): void {
  batch(() => {
    search.value = '';
    priority.value = null;
    status.value = null;
  });
}

/** Reads what the route asks for: anew when it asks for something else than before, else as far as it is on screen. */
export async function readQueue(desk: Desk): Promise<Due> {
  const { queue } = desk;
  const query = askedOf(desk);
  const asked = JSON.stringify(query);
  const isAnother = asked !== queue.asked;
  if (isAnother) {
    queue.asked = asked;
    queue.scrollTop = 0;
    queue.place = -1;
    batch(() => {
      queue.items.value = null;
      queue.failure.value = null;
      queue.fresh.value = new Set();
    });
  }
  const results = await readPages(desk, query, queue.items.peek()?.length ?? 0);
  if (queue.asked !== asked) return 'same';
  const wrong = results.find((result) => !result.ok);
  if (wrong && !wrong.ok) {
    if (wrong.error.code !== 'aborted') queue.failure.value = wrong.error;
    return wrong.error.waitMs ?? 'same';
  }
  queue.failure.value = null;
  const pages = results.flatMap((result) => (result.ok ? [result.data] : []));
  // Not whether the server says so: what it compares with may never have been shown, for want of another page.
  const isShown = pages.every((page, index) => page === queue.pages[index]);
  if (queue.items.peek() && isShown && pages.length === queue.pages.length) return 'same';
  queue.pages = pages;
  show(desk, pages, isAnother);
  return 'changed';
}

async function readPages(
  desk: Desk,
  query: Omit<IncidentsQuery, 'page' | 'limit'>,
  shown: number,
): Promise<Result<TeamIncidentPage>[]> {
  const limit = Math.min(Math.max(Math.ceil(shown / PAGE) * PAGE, PAGE), LARGEST_PAGE);
  const pages = Math.min(Math.max(Math.ceil(shown / LARGEST_PAGE), 1), MOST_PAGES);
  const results = await Promise.all(
    Array.from({ length: pages }, (_, index) =>
      desk.deps.api.incidents({ ...query, page: index + 1, limit }),
    ),
  );
  for (const result of results) takeNote(desk, result);
  return results;
}

function show(desk: Desk, pages: TeamIncidentPage[], isAnother: boolean): void {
  const { items, total, counts, fresh } = desk.queue;
  const before = items.peek();
  const now = unique(pages.flatMap((page) => page.incidents));
  const known = new Set(before?.map((one) => one.id));
  const came = before && !isAnother ? now.filter((one) => !known.has(one.id)) : [];
  batch(() => {
    items.value = now;
    total.value = pages[0]?.total ?? 0;
    counts.value = pages[0]?.counts ?? null;
    if (came.length > 0) fresh.value = new Set([...fresh.peek(), ...came.map(({ id }) => id)]);
  });
  const [first] = came;
  if (!first) return;
  const { t } = desk.i18n.peek();
  announce(
    desk,
    came.length === 1
      ? t('queue.cameOne', { title: first.shortDescription })
      : t('queue.cameMany', { count: came.length }),
  );
}

function unique(incidents: TeamIncidentListed[]): TeamIncidentListed[] {
  return [...new Map(incidents.map((one) => [one.id, one])).values()];
}

/** Reads the next part of the list, when its end comes into view. */
export async function readOn(desk: Desk): Promise<void> {
  const { items, total, isReadingOn, failure, asked } = desk.queue;
  const shown = items.peek();
  if (!shown || isReadingOn.peek() || shown.length >= total.peek()) return;
  isReadingOn.value = true;
  const page = Math.floor(shown.length / PAGE) + 1;
  const result = await desk.deps.api.incidents({ ...askedOf(desk), page, limit: PAGE });
  takeNote(desk, result);
  isReadingOn.value = false;
  if (desk.queue.asked !== asked) return;
  if (!result.ok) {
    if (result.error.code !== 'aborted') failure.value = result.error;
    return;
  }
  batch(() => {
    failure.value = null;
    const longer = unique([...(items.peek() ?? []), ...result.data.incidents]);
    // Nothing new although more was promised: the list has shrunk meanwhile.
    total.value = longer.length === shown.length ? shown.length : result.data.total;
    items.value = longer;
  });
}

/** Where the keys go from: the place of what is open, also after it was answered and left the list. */
export function followPlace(queue: Queue, openId: string | undefined): void {
  const place = queue.items.peek()?.findIndex((one) => one.id === openId) ?? -1;
  if (place >= 0) queue.place = place;
  else if (openId === undefined) queue.place = -1;
}

/** The row that the keys lead to, so many away from row `from`; without one, from where the answered one stood. */
export function rowAt({ place }: Pick<Queue, 'place'>, from: number, by: number, count: number) {
  // The next one has moved up into the place of the one that left.
  const to = from >= 0 ? from + by : place < 0 ? 0 : by > 0 ? place + by - 1 : place + by;
  return Math.min(Math.max(to, 0), count - 1);
}

/** A row was looked at: it is no longer new. */
export function seen({ fresh }: Queue, id: string): void {
  if (!fresh.peek().has(id)) return;
  fresh.value = new Set([...fresh.peek()].filter((one) => one !== id));
}

/** What stands beside an entry of the navigation. */
export function countOf(counts: TeamCounts | null, view: View): number | null {
  if (!counts) return null;
  switch (view) {
    case 'waiting':
      return counts.waiting;
    case 'work':
      return counts.OPEN + counts.ACKNOWLEDGED + counts.INVESTIGATION;
    case 'mitigated':
      return counts.MITIGATED;
    case 'resolved':
      return counts.RESOLVED;
    case 'closed':
      return counts.CLOSED;
    case 'announcements':
      return counts.announcements;
    default:
      return null;
  }
}
