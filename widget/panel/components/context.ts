/** How the panel's components reach its store and all of its words. */
import { createContext } from 'preact';
import { useInside } from '../../common/components/context.ts';
import type { I18n } from '../i18n/index.ts';
import type { Panel } from '../state/panel.ts';

export const PanelContext = createContext<Panel | null>(null);

/** The store of the panel that this component belongs to. */
export function usePanel(): Panel {
  return useInside(PanelContext);
}

/** The words, in the language of the moment. */
export function useWords(): I18n {
  return usePanel().i18n.value;
}
