/** What the company has announced: read again, and what the customer says to it. */
import { PRIORITIES } from '../../../shared/incident.ts';
import type { Announcement } from '../../../shared/types.ts';
import type { Failure, Result } from '../../common/api/result.ts';
import type { Due } from '../../common/live/refresh.ts';
import { announce } from '../../common/state/surroundings.ts';
import { takeNote } from './connection.ts';
import { isMailed, type Panel } from './panel.ts';

/** Whether it is over: then it stays only for those whom it affected. */
export const isOver = ({ status }: Announcement) => status === 'RESOLVED' || status === 'CLOSED';

/** In the order in which they are told: the urgent ones at once, or at least one; the others; and what is over. */
export function inOrder(all: readonly Announcement[]) {
  const sorted = [...all].sort(
    (one, other) =>
      PRIORITIES.indexOf(other.priority) - PRIORITIES.indexOf(one.priority) ||
      (one.updatedAt < other.updatedAt ? 1 : -1),
  );
  const open = sorted.filter((one) => !isOver(one));
  const urgent = open.filter(({ priority }) => priority === 'HIGH' || priority === 'CRITICAL');
  const count = Math.max(1, urgent.length);
  return { first: open.slice(0, count), others: open.slice(count), over: sorted.filter(isOver) };
}

/** Reads all of them again. */
export async function readAnnouncements(panel: Panel): Promise<Due> {
  const result = await panel.deps.api.announcements();
  takeNote(panel, result);
  if (!result.ok) return result.error.waitMs ?? 'same';
  const before = panel.announcements.peek();
  if (JSON.stringify(before) === JSON.stringify(result.data)) return 'same';
  tellNews(panel, before, result.data);
  panel.announcements.value = result.data;
  return 'changed';
}

/** Says what is new, one thing at a time: the newest. */
function tellNews(panel: Panel, before: Announcement[], now: Announcement[]): void {
  const old = new Map(before.map((one) => [one.id, one]));
  const [news] = now.flatMap((one) => newsOf(panel, old.get(one.id), one));
  if (news && panel.isActive.peek()) announce(panel, news);
}

function newsOf(panel: Panel, before: Announcement | undefined, now: Announcement): string[] {
  const { t } = panel.i18n.peek();
  const { shortDescription: title, updates } = now;
  if (!before) return [t('news.announced', { title })];
  if (isOver(now) && !isOver(before)) return [t('news.resolved', { title })];
  const latest = updates.at(-1);
  if (!latest || updates.length === before.updates.length) return [];
  return [t('news.updated', { title, text: latest.content })];
}

/** Says that it affects this customer, or takes that back. Returns what went wrong. */
export async function setAffected(
  panel: Panel,
  { id }: Announcement,
  isAffected: boolean,
): Promise<Failure | null> {
  const result = await panel.deps.api.setAffected(id, isAffected);
  takeNote(panel, result);
  if (!result.ok) return failureOf(result);
  panel.announcements.value = panel.announcements
    .peek()
    .map((one) => (one.id === id ? result.data : one));
  const { t } = panel.i18n.peek();
  announce(panel, t(isAffected ? affectedWord(panel) : 'news.notAffected'));
  return null;
}

/** How those who are affected hear of the end: by mail only where mail is sent and wanted. */
export function affectedWord(panel: Panel): 'news.told' | 'news.toldByMail' {
  return isMailed(panel) ? 'news.toldByMail' : 'news.told';
}

/** Puts one that is over aside. */
export async function dismiss(panel: Panel, { id }: Announcement): Promise<Failure | null> {
  const result = await panel.deps.api.dismissAnnouncement(id);
  takeNote(panel, result);
  if (!result.ok) return failureOf(result);
  panel.announcements.value = panel.announcements.peek().filter((one) => one.id !== id);
  return null;
}

/** A session that is over shows the door: nothing more is to be said. */
function failureOf(result: Result<unknown> & { ok: false }): Failure | null {
  return result.error.code === 'unauthorized' ? null : result.error;
}
