/** The keyboard shortcuts: what each key does, and when it rests. */
import type { Key } from '../i18n/index.ts';
import { move } from './case.ts';
import { type Desk, go, mayWrite, openBeside } from './desk.ts';

/** As the help lists them. */
export const SHORTCUTS: readonly { keys: readonly string[]; word: Key }[] = [
  { keys: ['j', 'k'], word: 'keys.next' },
  { keys: ['Enter'], word: 'keys.open' },
  { keys: ['r'], word: 'keys.reply' },
  { keys: ['n'], word: 'keys.note' },
  { keys: ['e'], word: 'keys.resolve' },
  { keys: ['/'], word: 'keys.search' },
  { keys: ['Ctrl', 'Enter'], word: 'keys.send' },
  { keys: ['?'], word: 'keys.help' },
  { keys: ['Esc'], word: 'keys.back' },
];

/** What a key reaches on the page; the application hands it in. */
export interface Reach {
  /** Moves the focus in the queue by so many rows. */
  step: (by: number) => void;
  search: () => void;
}

/** Does what a key stands for; whether it stood for anything. */
export function press(desk: Desk, key: string, reach: Reach): boolean {
  const incident = desk.case.incident.peek();
  switch (key) {
    case 'j':
    case 'ArrowDown':
      reach.step(1);
      return true;
    case 'k':
    case 'ArrowUp':
      reach.step(-1);
      return true;
    case '/':
      reach.search();
      return true;
    case '?':
      desk.isHelpOpen.value = true;
      return true;
    case 'Escape':
      return back(desk);
    case 'r':
    case 'n':
      if (!incident || !mayWrite(desk) || incident.status === 'CLOSED') return false;
      desk.case.pad.value = key === 'r' ? 'reply' : 'note';
      desk.case.writeTick.value += 1;
      return true;
    case 'e':
      if (!incident || !mayWrite(desk) || !incident.allowedMoves.includes('RESOLVED')) return false;
      void move(desk, incident, 'RESOLVED');
      return true;
    default:
      return false;
  }
}

function back(desk: Desk): boolean {
  const route = desk.route.peek();
  if (route.page === 'queue' && route.open !== null) openBeside(desk, null);
  else if (route.page === 'webhooks' && route.open !== null) go(desk, { ...route, open: null });
  else return false;
  return true;
}
