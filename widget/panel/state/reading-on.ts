/** What only a list that is on screen already needs: its continuation, and words for what is new in it. */
import { batch } from '@preact/signals';
import type { IncidentListed } from '../../../shared/types.ts';
import { announce } from '../../common/state/surroundings.ts';
import { takeNote } from './connection.ts';
import { FILTERS, PAGE, without } from './listing.ts';
import type { Panel } from './panel.ts';

/** Reads on where the list ends. */
export async function readOn(panel: Panel): Promise<void> {
  const { filter, lists } = panel.incidents.peek();
  const status = FILTERS[filter.peek()];
  const list = lists[filter.peek()];
  const cursor = list.cursor.peek();
  if (cursor === null || list.isReadingOn) return;
  list.isReadingOn = true;
  const result = await panel.deps.api.incidents({ limit: PAGE, status, cursor });
  list.isReadingOn = false;
  takeNote(panel, result);
  if (!result.ok) return;
  const before = list.items.peek() ?? [];
  batch(() => {
    list.items.value = [...before, ...without(before, result.data.incidents)];
    list.cursor.value = result.data.nextCursor;
  });
}

/** Says what is new since the list was last read. */
export function tellNews(
  panel: Panel,
  before: IncidentListed[] | null,
  now: IncidentListed[],
): void {
  if (!before) return;
  const { t } = panel.i18n.peek();
  const old = new Map(before.map((incident) => [incident.id, incident.updatedAt]));
  const news = now.filter((one) => one.isUnread && old.get(one.id) !== one.updatedAt);
  const [first] = news;
  if (news.length === 1 && first) {
    const status = t(`status.${first.status}`);
    announce(panel, t('news.one', { title: first.shortDescription, status }));
  } else if (first) announce(panel, t('news.many', { count: news.length }));
}
