/** Ties the store to the browser: address, visibility, network, keys, leaving the page, theme, the tab's title. */
import { effect } from '@preact/signals';
import { applyTheme } from '../common/theme.ts';
import { SEARCH_ID } from './components/queue-bar.tsx';
import type { Desk } from './state/desk.ts';
import { followPlace, rowAt } from './state/queue.ts';
import { readRoute } from './state/route.ts';
import { bootAgain } from './state/session.ts';
import { press } from './state/shortcuts.ts';

const CLOCK_MS = 30_000;

/** Attaches everything; the answer detaches it again. */
export function attach(desk: Desk, window: Window): () => void {
  const undo = [
    on(window, 'hashchange', () => {
      desk.route.value = readRoute(window.location.hash);
    }),
    ...watchNetwork(desk, window),
    ...watchPage(desk, window),
    on(window, 'keydown', (event) => onKey(desk, window, event as KeyboardEvent)),
    ...dress(desk, window),
    effect(() => {
      void desk.queue.items.value;
      followPlace(desk.queue, desk.case.incident.value?.id);
    }),
  ];
  desk.route.value = readRoute(window.location.hash);
  return () => {
    for (const detach of undo) detach();
  };
}

/** The key that a link brings along; it leaves the address at once. */
export function takeKey(window: Window): string | null {
  const key = /^#key=(.+)$/.exec(window.location.hash)?.[1];
  if (key === undefined) return null;
  window.history.replaceState(null, '', window.location.pathname + window.location.search);
  try {
    return decodeURIComponent(key);
  } catch {
    return key;
  }
}

function watchNetwork(desk: Desk, window: Window): (() => void)[] {
  const read = () => {
    desk.isOnline.value = window.navigator.onLine;
    if (!window.navigator.onLine) return;
    desk.live?.hurry();
    bootAgain(desk);
  };
  desk.isOnline.value = window.navigator.onLine;
  return [on(window, 'online', read), on(window, 'offline', read)];
}

function watchPage(desk: Desk, window: Window): (() => void)[] {
  const { document } = window;
  const read = () => {
    const isVisible = document.visibilityState === 'visible';
    if (isVisible && !desk.isVisible.peek()) desk.live?.hurry();
    desk.isVisible.value = isVisible;
    desk.clock.value = desk.deps.now();
  };
  read();
  const timer = setInterval(() => {
    if (desk.isActive.peek()) desk.clock.value = desk.deps.now();
  }, CLOCK_MS);
  return [
    on(document, 'visibilitychange', read),
    on(window, 'pagehide', () => desk.drafts.saveAll()),
    () => clearInterval(timer),
  ];
}

/** Shortcuts rest while somebody types, in dialogs, and where the browser's own keys are meant. */
function onKey(desk: Desk, window: Window, event: KeyboardEvent): void {
  const { document } = window;
  const target = event.target as HTMLElement;
  if (desk.phase.peek() !== 'in' || event.defaultPrevented) return;
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (target.closest?.('input, textarea, select, [contenteditable], dialog')) return;
  if (document.querySelector('dialog[open]')) return;
  // Arrows scroll what is being read, and turn tabs.
  if (event.key.startsWith('Arrow') && target.closest?.('.body, [role=tablist]')) return;
  const isTaken = press(desk, event.key, {
    step: (by) => step(desk, document, by),
    search: () => document.getElementById(SEARCH_ID)?.focus(),
  });
  if (isTaken) event.preventDefault();
}

/** Moves the focus among the rows: from the one that has it, else from the one that is or was open, else to the first. */
function step(desk: Desk, document: Document, by: number): void {
  const rows = [...document.querySelectorAll<HTMLElement>('.queue .item')];
  const focused = rows.indexOf(document.activeElement as HTMLElement);
  const open = rows.findIndex((row) => row.getAttribute('aria-current') === 'true');
  const from = focused >= 0 ? focused : open;
  rows[rowAt(desk.queue, from, by, rows.length)]?.focus();
}

/** Theme, accent, language and title of the document. */
function dress(desk: Desk, window: Window): (() => void)[] {
  const root = window.document.documentElement;
  const wear = () => {
    const chosen = desk.companies.value?.find((one) => one.id === desk.companyId.value);
    const company = desk.session.value?.company ?? chosen;
    applyTheme(root, {}, company?.accent ?? null);
    const { t, language } = desk.i18n.value;
    root.lang = language;
    const name = company ? t('desk.name', { company: company.name }) : t('desk.title');
    const count = desk.phase.value === 'in' ? (desk.queue.counts.value?.waiting ?? 0) : 0;
    window.document.title = count > 0 ? t('desk.titleCount', { count, name }) : name;
  };
  const scheme = window.matchMedia('(prefers-color-scheme: dark)');
  return [effect(wear), on(scheme, 'change', wear)];
}

function on(target: EventTarget, type: string, listener: (event: Event) => void): () => void {
  target.addEventListener(type, listener);
  return () => target.removeEventListener(type, listener);
}
