/** What runs while somebody is logged in: the panel looks for news, and the loader hears how much is unread. */
import { computed, effect, untracked } from '@preact/signals';
import { createRefresher, type Due } from '../../common/live/refresh.ts';
import { readList } from './listing.ts';
import type { Panel } from './panel.ts';

/** Starts it; the answer ends it. */
export function startInside(panel: Panel): () => void {
  const refresher = createRefresher({
    isActive: panel.isWatching,
    isTold: computed(() => panel.line.value === 'live'),
    onDue: () => lookForNews(panel),
  });
  panel.refresher = refresher;
  const stop = [
    effect(() => panel.deps.tell({ type: 'unread', count: panel.incidents.value.unread.value })),
    // Opened again: what is on screen may have been read before it was closed.
    effect(() => {
      if (panel.isActive.value) untracked(refresher.hurry);
    }),
    effect(() => {
      const work = panel.files.work.parts.value;
      return work ? untracked(() => work.startLine(panel)) : undefined;
    }),
  ];
  return () => {
    panel.refresher = null;
    refresher.dispose();
    for (const end of stop) end();
  };
}

/** Reads again what is on screen, and what else is due. */
async function lookForNews(panel: Panel): Promise<Due> {
  const { due, files } = panel;
  const route = panel.route.peek();
  const isReading = route.name === 'incident' && panel.isActive.peek();
  const isListDue = due.delete('list') || !isReading;
  const isAnnouncementDue = due.delete('announcements') || panel.line.peek() === 'down';
  const looks = await Promise.all([
    isListDue ? readList(panel) : 'same',
    isReading ? files.work.load().then((work) => work?.readIncident(panel, route.id)) : 'same',
    isAnnouncementDue ? files.news.load().then((news) => news?.readAnnouncements(panel)) : 'same',
  ]);
  const pauses = looks.filter((one) => typeof one === 'number');
  if (pauses.length > 0) return Math.max(...pauses);
  return looks.includes('changed') ? 'changed' : 'same';
}
