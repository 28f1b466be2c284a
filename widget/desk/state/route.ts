/** Where in the desk somebody is, as the address says it: `#waiting`, `#work/INC-20261122-0004`, `#webhooks/new`. Pure. */

/** What the queue shows, in the order of the navigation. */
export const VIEWS = ['waiting', 'work', 'mitigated', 'resolved', 'closed', 'all'] as const;
export type View = (typeof VIEWS)[number] | 'announcements' | 'customer';

export interface QueueRoute {
  page: 'queue';
  view: View;
  /** Whose incidents, in the view `customer`. */
  customerId: string | null;
  /** Ticket number or id of the incident on screen; `new` is an announcement that is being written. */
  open: string | null;
}

export type Route = QueueRoute | { page: 'webhooks'; open: string | null } | { page: 'audit' };

export const NEW = 'new';
export const HOME: QueueRoute = { page: 'queue', view: 'waiting', customerId: null, open: null };

/** A link of a mail, which has the id, or a ticket number that somebody typed. */
const IS_INCIDENT = /^(?:INC-|[0-9a-f]{8}-)/i;

const isView = (text: string): text is View =>
  text === 'announcements' || VIEWS.some((view) => view === text);

/** Reads an address; what it does not know leads home. */
export function readRoute(hash: string): Route {
  const [first = '', second, third] = partsOf(hash);
  if (IS_INCIDENT.test(first)) return { ...HOME, view: 'all', open: first };
  if (first === 'customer' && second) {
    return { page: 'queue', view: 'customer', customerId: second, open: third || null };
  }
  if (first === 'webhooks') return { page: 'webhooks', open: second || null };
  if (first === 'audit') return { page: 'audit' };
  return isView(first) ? { ...HOME, view: first, open: second || null } : HOME;
}

function partsOf(hash: string): string[] {
  try {
    return decodeURIComponent(hash.replace(/^#/, '')).split('/');
  } catch {
    return [];
  }
}

/** Writes an address. */
export function writeRoute(route: Route): string {
  const parts =
    route.page === 'queue'
      ? [route.view, route.customerId, route.open]
      : [route.page, route.page === 'webhooks' ? route.open : null];
  return `#${parts.filter(Boolean).join('/')}`;
}
