/** The files that screens come in, fetched when wanted or shortly before. */
import { type ReadonlySignal, signal } from '@preact/signals';

/** The parts of a file: none yet, there, or not to be had right now. */
export interface Parts<T> {
  loaded: ReadonlySignal<T | 'failed' | null>;
  load: () => void;
}

/** Fetches a file of parts when first asked; asking again after a failure tries again. */
export function partsOf<T extends object>(fetchParts: () => Promise<T>): Parts<T> {
  const loaded = signal<T | 'failed' | null>(null);
  let isLoading = false;
  function load(): void {
    if (isLoading || (loaded.peek() && loaded.peek() !== 'failed')) return;
    isLoading = true;
    fetchParts()
      .then(
        (parts) => {
          loaded.value = parts;
        },
        () => {
          loaded.value = 'failed';
        },
      )
      .finally(() => {
        isLoading = false;
      });
  }
  return { loaded, load };
}

/** The files of one panel. */
export function createParts() {
  return {
    select: partsOf(() => import('../screens/select.ts')),
    enter: partsOf(() => import('../screens/enter.ts')),
    home: partsOf(() => import('../screens/home.tsx')),
    work: partsOf(() => import('../screens/work.ts')),
  };
}

export type PanelParts = ReturnType<typeof createParts>;
