/** How the shared components reach the store and its words. */
import { createContext } from 'preact';
import { useContext, useEffect, useState } from 'preact/hooks';
import type { I18n } from '../i18n/words.ts';
import type { Surroundings } from '../state/surroundings.ts';

export const SurroundingsContext = createContext<Surroundings | null>(null);

/** The store that this component works in. */
export function useSurroundings(): Surroundings {
  const surroundings = useContext(SurroundingsContext);
  if (!surroundings) throw new Error('This component belongs inside a SurroundingsContext.');
  return surroundings;
}

/** The words that every application has, in the language of the moment. */
export function useCommonWords(): I18n {
  return useSurroundings().i18n.value;
}

/** Whole seconds until the server wants to be asked again; 0 when it may be asked now. */
export function usePause(): number {
  return useSecondsUntil(useSurroundings().pausedUntil.value);
}

/** Whole seconds until then, in milliseconds of the epoch; 0 afterwards. */
export function useSecondsUntil(until: number): number {
  const { deps } = useSurroundings();
  const [, setNow] = useState(0);
  const left = Math.max(0, Math.ceil((until - deps.now()) / 1000));
  useEffect(() => {
    if (left === 0) return;
    const timer = setInterval(() => setNow((count) => count + 1), 1000);
    return () => clearInterval(timer);
  }, [until, left === 0]);
  return left;
}
