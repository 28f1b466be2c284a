/** The incident being read: fetched, followed, marked as seen; and what the customer just added to it. */
import { batch } from '@preact/signals';
import type { Comment, Incident, IncidentListed } from '../../../shared/types.ts';
import type { Due } from '../../common/live/refresh.ts';
import { announce } from '../../common/state/surroundings.ts';
import { takeNote } from './connection.ts';
import { LINK_KEY } from './kept.ts';
import type { Panel } from './panel.ts';

/** Reads the incident on screen again. */
export async function readIncident(panel: Panel, id: string): Promise<Due> {
  const state = panel.incidents.peek();
  const result = await panel.deps.api.incident(id);
  takeNote(panel, result);
  // Also where nobody looks any more: the next answer may be that nothing has changed since.
  if (result.ok) state.known.set(result.data.id, result.data);
  const route = panel.route.peek();
  if (route.name !== 'incident' || route.id !== id) return 'same';
  // A link has been followed to its end, also where that is nothing of theirs.
  if (result.ok || result.error.code === 'not_found') panel.deps.tab.remove(LINK_KEY);
  if (!result.ok) {
    if (result.error.code !== 'aborted') state.readFailure.value = result.error;
    return result.error.waitMs ?? 'same';
  }
  if (result.data.id !== id) {
    // A link names an incident by its number: from here on it is known by its id, like those of the list.
    state.lastOpened = result.data.id;
    panel.route.value = { name: 'incident', id: result.data.id };
    return readIncident(panel, result.data.id);
  }
  const isNews = !result.isUnchanged || state.reading.peek()?.id !== id;
  state.readFailure.value = null;
  if (isNews) {
    tellWhatChanged(panel, state.reading.peek(), result.data);
    showIncident(panel, result.data);
  }
  seeEnd(panel);
  return isNews ? 'changed' : 'same';
}

function showIncident(panel: Panel, incident: Incident): void {
  const { known, reading } = panel.incidents.peek();
  known.set(incident.id, incident);
  reading.value = incident;
}

function tellWhatChanged(panel: Panel, before: Incident | null, now: Incident): void {
  if (before?.id !== now.id) return;
  const { t } = panel.i18n.peek();
  const known = new Set(before.comments.map((comment) => comment.id));
  const written = now.comments.find((one) => one.authorType === 'USER' && !known.has(one.id));
  if (written)
    announce(panel, t('news.answer', { name: written.authorName, text: written.content }));
  else if (before.status !== now.status) {
    announce(panel, t('news.status', { status: t(`status.${now.status}`) }));
  }
}

/** The end of what is being read is in view, unless the customer is further up: what is new there is seen. */
export function seeEnd(panel: Panel): void {
  const { reading, isAboveEnd } = panel.incidents.peek();
  const incident = reading.peek();
  if (incident?.isUnread && !isAboveEnd) void markSeen(panel, incident);
}

/** Tells the server that the customer saw the team's news: only what is really on screen counts. */
async function markSeen(panel: Panel, { id, updatedAt }: Incident): Promise<void> {
  const incidents = panel.incidents.peek();
  const seen = `${id} ${updatedAt}`;
  if (!panel.isActive.peek() || incidents.seen === seen) return;
  incidents.seen = seen;
  const result = await panel.deps.api.markSeen(id, updatedAt);
  takeNote(panel, result);
  if (!result.ok) {
    // To be told once more.
    incidents.seen = null;
    return;
  }
  const { reading, lists } = incidents;
  const now = reading.peek();
  const isThere = now?.id === id;
  // How many are left the list says: others may have become unread while this one was on screen.
  panel.due.add('list');
  panel.refresher?.hurry();
  // More has come meanwhile, which has to be seen for itself.
  if (isThere && now.updatedAt !== updatedAt) return;
  batch(() => {
    if (isThere) showIncident(panel, { ...now, isUnread: false });
    for (const { items } of Object.values(lists)) {
      items.value =
        items.peek()?.map((one) => (one.id === id ? { ...one, isUnread: false } : one)) ?? null;
    }
  });
}

/** Shows a report that was just sent, before the next reading brings it. */
export function addReported(panel: Panel, incident: Incident): void {
  const { comments, history: _history, attachments: _attachments, ...rest } = incident;
  const listed: IncidentListed = { ...rest, commentCount: comments.length };
  const { lists, counts, known } = panel.incidents.peek();
  known.set(incident.id, incident);
  batch(() => {
    const before = counts.peek();
    counts.value = before && { ...before, OPEN: (before.OPEN ?? 0) + 1 };
    for (const { items } of [lists.open, lists.all]) {
      const others = items.peek()?.filter((one) => one.id !== incident.id);
      items.value = others ? [listed, ...others] : null;
    }
  });
}

/** Shows a reply that was just sent, before the next reading brings it. */
export function addReply(panel: Panel, incidentId: string, comment: Comment): void {
  const reading = panel.incidents.peek().reading.peek();
  if (reading?.id !== incidentId || reading.comments.some((one) => one.id === comment.id)) return;
  showIncident(panel, { ...reading, comments: [...reading.comments, comment] });
}
