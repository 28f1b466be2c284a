/** How the desk's components reach its store and all of its words. */
import { createContext } from 'preact';
import { useInside } from '../../common/components/context.ts';
import type { I18n } from '../i18n/index.ts';
import type { Desk } from '../state/desk.ts';

export const DeskContext = createContext<Desk | null>(null);

/** The store of the desk that this component belongs to. */
export function useDesk(): Desk {
  return useInside(DeskContext);
}

/** The words, in the language of the moment. */
export function useWords(): I18n {
  return useDesk().i18n.value;
}
