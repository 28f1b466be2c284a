/** What runs while somebody is logged in: the panel looks for news, and the loader hears how much is unread. */
import { effect } from '@preact/signals';
import { createRefresher, type Due } from '../../common/live/refresh.ts';
import { readList } from './listing.ts';
import type { Panel } from './panel.ts';

/** Starts it; the answer ends it. */
export function startInside(panel: Panel): () => void {
  const refresher = createRefresher({
    isActive: panel.isActive,
    onDue: () => lookForNews(panel),
  });
  panel.refresher = refresher;
  const stopTelling = effect(() =>
    panel.deps.tell({ type: 'unread', count: panel.incidents.value.unread.value }),
  );
  return () => {
    panel.refresher = null;
    refresher.dispose();
    stopTelling();
  };
}

/** Reads again what is on screen. */
async function lookForNews(panel: Panel): Promise<Due> {
  const route = panel.route.peek();
  if (route.name !== 'incident') return readList(panel);
  const work = await panel.files.work.load();
  return work?.readIncident(panel, route.id) ?? 'same';
}
