/** What is seen of the loader: the round button in the corner, and the dialog that the panel's frame comes into. */
import { make } from './dom.ts';
import type { ValidOptions } from './options.ts';
import { SHEET } from './styles.ts';
import { CLOSE, FAILED, LOADING, OPEN, RETRY, TITLE, UNREAD } from './texts.ts';

/** How far the panel's frame has come. */
export type Phase = 'idle' | 'loading' | 'failed' | 'ready' | 'gone';

/** The company's colour until its own is known. */
export const BRAND = '#4353d6';

/**
 * The element for the host page, not on it yet, with launcher and dialog inside. A list, as its names cost the visitor
 * nothing: those of an object would stay in the built file.
 */
export function createView() {
  const launcher = make('button', { class: 'launcher', 'aria-haspopup': 'dialog' });
  // A live region, so it stands before its text changes.
  const note = make('div', { role: 'status' });
  const retry = make('button', { class: 'main' }, RETRY);
  const names = { role: 'dialog', 'aria-label': TITLE, tabindex: '-1' };
  const dialog = make('div', names, note, retry);
  const root = make('div', {}, dialog, launcher);
  const element = make('porthole-widget' as 'div', {});
  const shadow = element.attachShadow({ mode: 'open' });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(SHEET);
  shadow.adoptedStyleSheets = [sheet];
  shadow.append(root);

  function draw(isOpen: boolean, phase: Phase, unread: number, options: ValidOptions): void {
    const { accent, launcher: kind, position, theme, zIndex } = options;
    // Both turn into text by themselves.
    launcher.dataset.unread = (unread > 9 ? '9+' : unread || '') as string;
    launcher.setAttribute('aria-expanded', isOpen as unknown as string);
    launcher.setAttribute(
      'aria-label',
      isOpen ? CLOSE : unread ? `${OPEN}, ${unread} ${UNREAD}` : OPEN,
    );
    dialog.className = `panel ${phase}`;
    dialog.inert = !isOpen;
    note.textContent = phase === 'failed' ? FAILED : LOADING;
    root.className = `root ${position} ${kind}`;
    // Through the CSSOM, which no policy forbids. What is no z-index or scheme leaves the sheet's in force.
    root.style.cssText = `--fill:${accent};z-index:${zIndex};color-scheme:${theme}`;
  }

  return [element, shadow, launcher, dialog, retry, draw] as const;
}
