/** The live line of a customer: what its events ask the panel to read again. */
import { computed, effect, untracked } from '@preact/signals';
import type { LiveEvent } from '../../../shared/events.ts';
import { createEventStream } from '../../common/live/event-stream.ts';
import type { Panel } from './panel.ts';
import { expire } from './session.ts';

/** Events that come together are read together. */
const TOGETHER_MS = 80;

/** Holds the line while news are wanted; the answer lets go of it. */
export function startLine(panel: Panel): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;

  function readSoon(): void {
    timer ??= setTimeout(() => {
      timer = undefined;
      panel.refresher?.hurry();
    }, TOGETHER_MS);
  }

  function take(data: unknown): void {
    const { incidentId, isAnnouncement } = (data ?? {}) as Partial<LiveEvent>;
    const route = panel.route.peek();
    const isOnScreen =
      panel.isActive.peek() && route.name === 'incident' && route.id === incidentId;
    // What is on screen is read with every look.
    if (isAnnouncement) panel.due.add('announcements');
    else if (!isOnScreen) panel.due.add('list');
    readSoon();
  }

  const line = createEventStream({
    isActive: computed(() => panel.isWatching.value && panel.isOnline.value),
    open: (after, signal) => panel.deps.api.events(after, signal),
    onEvent: ({ data }) => take(data),
    onGap() {
      panel.due.add('list').add('announcements');
      readSoon();
    },
    onUnauthorized: () => expire(panel),
  });
  const stopTelling = effect(() => {
    const state = line.state.value;
    untracked(() => {
      panel.line.value = state;
    });
  });
  return () => {
    clearTimeout(timer);
    line.dispose();
    stopTelling();
    panel.line.value = 'off';
  };
}
