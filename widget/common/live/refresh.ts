/**
 * When to look for news: the one seam that server-sent events will replace.
 * Polls while it may, quicker after changes, slower when nothing happens, and at once when asked.
 */
import { effect, type ReadonlySignal, untracked } from '@preact/signals';

const QUICKEST_MS = 5_000;
const SLOWEST_MS = 60_000;
const GROWTH = 1.5;

/** What a look brought: news, none, or a wish of the server not to be asked for so many milliseconds. */
export type Due = 'changed' | 'same' | number;

export interface Refresher {
  /** Looks now, and stays quick for a while: something just happened here. */
  hurry(): void;
  dispose(): void;
}

export interface RefresherDeps {
  /** True while the panel is open, visible and logged in. */
  isActive: ReadonlySignal<boolean>;
  onDue: () => Promise<Due>;
}

/** Starts looking as soon as, and only while, `isActive`. */
export function createRefresher({ isActive, onDue }: RefresherDeps): Refresher {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let intervalMs = QUICKEST_MS;
  let isLooking = false;
  let isWantedAgain = false;

  async function look(): Promise<void> {
    clearTimeout(timer);
    if (isLooking) {
      isWantedAgain = true;
      return;
    }
    isLooking = true;
    const due = await onDue();
    isLooking = false;
    if (!isActive.peek()) return;
    if (isWantedAgain && typeof due !== 'number') {
      isWantedAgain = false;
      return look();
    }
    isWantedAgain = false;
    if (due === 'changed') intervalMs = QUICKEST_MS;
    timer = setTimeout(look, typeof due === 'number' ? Math.max(due, intervalMs) : intervalMs);
    intervalMs = Math.min(intervalMs * GROWTH, SLOWEST_MS);
  }

  function hurry(): void {
    intervalMs = QUICKEST_MS;
    if (isActive.peek()) void look();
  }

  const stop = effect(() => {
    if (isActive.value) untracked(hurry);
    else clearTimeout(timer);
  });

  return {
    hurry,
    dispose() {
      stop();
      clearTimeout(timer);
    },
  };
}
