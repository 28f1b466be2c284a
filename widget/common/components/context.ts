/** How the shared components reach the store and its words. */
import { type Context, createContext } from 'preact';
import { useContext, useEffect, useState } from 'preact/hooks';
import type { I18n } from '../i18n/words.ts';
import type { Surroundings } from '../state/surroundings.ts';

export const SurroundingsContext = createContext<Surroundings | null>(null);

/** What a context that has no default holds. Throws outside of its provider. */
export function useInside<T>(context: Context<T | null>): T {
  const value = useContext(context);
  if (value === null) throw new Error('A component stands outside of its context.');
  return value;
}

/** The store that this component works in. */
export function useSurroundings(): Surroundings {
  return useInside(SurroundingsContext);
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
