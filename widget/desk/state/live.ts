/** What runs while somebody is at work: the live line, what its events refresh, and looking for oneself where there is none. */
import { computed, effect, untracked } from '@preact/signals';
import type { TeamLiveEvent } from '../../../shared/events.ts';
import { createEventStream, type EventStream } from '../../common/live/event-stream.ts';
import { createRefresher, type Due } from '../../common/live/refresh.ts';
import { openCase, openRef, readCase } from './case.ts';
import { type Desk, scopeOf } from './desk.ts';
import { askedOf, readQueue } from './queue.ts';
import { expire } from './session.ts';

/** Events that come together are read together. */
const TOGETHER_MS = 120;
/** What comes while others are read is read so long after them. */
const AGAIN_MS = 500;
const SEARCH_PAUSE_MS = 250;

export interface Live {
  /** Tries the line again at once, and reads what is on screen. */
  hurry(): void;
  dispose(): void;
}

/** Starts it; the answer ends it. */
export function startLive(desk: Desk): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isCaseDue = false;
  let isReading = false;
  let isWanted = false;

  async function read(): Promise<void> {
    timer = undefined;
    isReading = true;
    const isCaseToo = isCaseDue;
    isCaseDue = false;
    const dues = await Promise.all([readQueue(desk), isCaseToo ? readCase(desk) : 'same']);
    isReading = false;
    if (!isWanted || desk.live === null) return;
    isWanted = false;
    timer = setTimeout(read, Math.max(AGAIN_MS, ...dues.filter((due) => typeof due === 'number')));
  }

  function take(data: unknown): void {
    const { incidentId } = (data ?? {}) as Partial<TeamLiveEvent>;
    if (incidentId === desk.case.incident.peek()?.id) isCaseDue = true;
    // Events that never pause are read all the same, and no faster than they can be.
    if (isReading) isWanted = true;
    else timer ??= setTimeout(read, TOGETHER_MS);
  }

  function readAll(): void {
    isCaseDue = true;
    clearTimeout(timer);
    timer = setTimeout(read, 0);
  }

  let stream: EventStream | null = null;
  const stopStream = effect(() => {
    // Each company has a line of its own: a place in one says nothing of another.
    const companyId = scopeOf(desk);
    stream = untracked(() =>
      createEventStream({
        isActive: computed(() => desk.isActive.value && desk.isOnline.value),
        open: (after, signal) => desk.deps.api.events(companyId, after, signal),
        onEvent: ({ data }) => take(data),
        onGap: readAll,
        onUnauthorized: () => expire(desk),
      }),
    );
    const line = stream;
    const stopTelling = effect(() => {
      desk.stream.value = line.state.value;
      if (line.state.value === 'live') desk.isReached.value = true;
    });
    return () => {
      stopTelling();
      line.dispose();
    };
  });

  const refresher = createRefresher({
    isActive: computed(
      () => desk.isActive.value && (desk.stream.value === 'down' || !desk.isReached.value),
    ),
    onDue: () => lookForNews(desk),
  });
  const stopAsking = readWhenAsked(desk);
  const stopOpening = effect(() => {
    const ref = openRef(desk);
    untracked(() => openCase(desk, ref));
  });
  desk.live = {
    hurry() {
      stream?.hurry();
      readAll();
    },
    dispose() {},
  };
  return () => {
    desk.live = null;
    clearTimeout(timer);
    stopStream();
    refresher.dispose();
    stopAsking();
    stopOpening();
  };
}

/** Reads the queue whenever view or filter ask for something else; a search waits until the typing pauses. */
function readWhenAsked(desk: Desk): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let search = desk.queue.search.peek();
  const stop = effect(() => {
    askedOf(desk);
    const isTyping = search !== desk.queue.search.peek();
    search = desk.queue.search.peek();
    clearTimeout(timer);
    timer = setTimeout(() => void readQueue(desk), isTyping ? SEARCH_PAUSE_MS : 0);
  });
  return () => {
    clearTimeout(timer);
    stop();
  };
}

async function lookForNews(desk: Desk): Promise<Due> {
  const [queue, incident] = await Promise.all([readQueue(desk), readCase(desk)]);
  const waits = [queue, incident].filter((due) => typeof due === 'number');
  if (waits.length > 0) return Math.max(...waits);
  return queue === 'changed' || incident === 'changed' ? 'changed' : 'same';
}
