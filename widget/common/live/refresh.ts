/**
 * When to look for news: at once when asked, and from time to time (quicker after changes, slower when nothing happens)
 * while no live line tells when there are any.
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
  /** True while news are wanted: somebody is logged in, and sees the page. */
  isActive: ReadonlySignal<boolean>;
  /** True while a live line tells when there are news: it looks when asked only. */
  isTold?: ReadonlySignal<boolean>;
  onDue: () => Promise<Due>;
}

/** Starts looking as soon as, and only while, `isActive`. */
export function createRefresher({ isActive, isTold, onDue }: RefresherDeps): Refresher {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let intervalMs = QUICKEST_MS;
  let isLooking = false;
  let isWantedAgain = false;
  let isAsked = false;

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
    if (isTold?.peek() && typeof due !== 'number') return;
    if (due === 'changed') intervalMs = QUICKEST_MS;
    timer = setTimeout(look, typeof due === 'number' ? Math.max(due, intervalMs) : intervalMs);
    intervalMs = Math.min(intervalMs * GROWTH, SLOWEST_MS);
  }

  function hurry(): void {
    intervalMs = QUICKEST_MS;
    if (isAsked) return;
    isAsked = true;
    // Whoever asks in the same breath gets the same look.
    queueMicrotask(() => {
      isAsked = false;
      if (isActive.peek()) void look();
    });
  }

  const stop = effect(() => {
    const isSilent = isTold?.value;
    if (!isActive.value || isSilent) clearTimeout(timer);
    if (isActive.value && !isSilent) untracked(hurry);
  });

  return {
    hurry,
    dispose() {
      stop();
      clearTimeout(timer);
    },
  };
}
