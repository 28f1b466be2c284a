/** How components reach the store and the words. */
import { createContext } from 'preact';
import { useContext, useEffect, useState } from 'preact/hooks';
import type { I18n } from '../i18n/index.ts';
import type { Panel } from '../state/panel.ts';

export const PanelContext = createContext<Panel | null>(null);

/** The store of the panel that this component belongs to. */
export function usePanel(): Panel {
  const panel = useContext(PanelContext);
  if (!panel) throw new Error('This component belongs inside a PanelContext.');
  return panel;
}

/** The words, in the language of the moment. */
export function useWords(): I18n {
  return usePanel().i18n.value;
}

/** Whole seconds until the server wants to be asked again; 0 when it may be asked now. */
export function usePause(): number {
  const { pausedUntil, deps } = usePanel();
  const until = pausedUntil.value;
  const [, setNow] = useState(0);
  const left = Math.max(0, Math.ceil((until - deps.now()) / 1000));
  useEffect(() => {
    if (left === 0) return;
    const timer = setInterval(() => setNow((count) => count + 1), 1000);
    return () => clearInterval(timer);
  }, [until, left === 0]);
  return left;
}
