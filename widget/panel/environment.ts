/** Ties the store to the browser: visibility, network, leaving the page, other tabs, keys, theme. */
import { effect } from '@preact/signals';
import { ACCOUNT_LINK, LINK } from '../../shared/bridge.ts';
import { applyTheme } from '../common/theme.ts';
import { readMessage } from './bridge-messages.ts';
import { closePanel, obey } from './state/host.ts';
import { FIRST_RETRY_MS, flush } from './state/outbox.ts';
import type { Panel } from './state/panel.ts';
import { bootAgain } from './state/session.ts';

const CLOCK_MS = 30_000;

/** Attaches everything; the answer detaches it again. */
export function attach(panel: Panel, window: Window): () => void {
  const undo = [
    ...watchNetwork(panel, window),
    ...watchPage(panel, window),
    on(window, 'keydown', (event) => {
      if ((event as KeyboardEvent).key === 'Escape' && !event.defaultPrevented) closePanel(panel);
    }),
    ...dress(panel, window),
    ...watchAddress(panel, window),
  ];
  return () => {
    for (const detach of undo) detach();
  };
}

function watchNetwork(panel: Panel, window: Window): (() => void)[] {
  const read = () => {
    panel.isOnline.value = window.navigator.onLine;
    if (!window.navigator.onLine) return;
    panel.outbox.retryMs = FIRST_RETRY_MS;
    panel.refresher?.hurry();
    bootAgain(panel);
    void flush(panel);
  };
  panel.isOnline.value = window.navigator.onLine;
  return [on(window, 'online', read), on(window, 'offline', read)];
}

function watchPage(panel: Panel, window: Window): (() => void)[] {
  const { document } = window;
  const readVisibility = () => {
    panel.isVisible.value = document.visibilityState === 'visible';
    panel.clock.value = panel.deps.now();
  };
  readVisibility();
  const timer = setInterval(() => {
    if (panel.isActive.peek()) panel.clock.value = panel.deps.now();
  }, CLOCK_MS);
  return [
    () => clearInterval(timer),
    on(document, 'visibilitychange', readVisibility),
    on(window, 'pagehide', () => panel.drafts?.saveAll()),
    // Another tab sent or added something.
    on(window, 'storage', () => panel.files.work.parts.peek()?.loadOutbox(panel)),
  ];
}

/** Follows the links of mails, on a page of its own; in a frame the loader does. The address keeps nothing of them. */
function watchAddress(panel: Panel, window: Window): (() => void)[] {
  const { location, history } = window;
  const read = () => {
    const { href } = location;
    const [page, view] = href.split(LINK);
    const [before, token] = href.split(ACCOUNT_LINK);
    if (view ?? token) history.replaceState(null, '', token ? before : page);
    if (token) panel.link.value = token;
    const message = readMessage({ type: 'open', view });
    if (message && view) obey(panel, message);
  };
  if (panel.deps.isFramed) return [];
  read();
  return [on(window, 'hashchange', read)];
}

/** Theme, accent, language of the document; the launcher hears the colours. */
function dress(panel: Panel, window: Window): (() => void)[] {
  const root = window.document.documentElement;
  const wear = () => {
    const accent = applyTheme(root, panel.options.value, panel.company.value?.accent ?? null);
    root.lang = panel.i18n.value.language;
    if (accent) panel.deps.tell({ type: 'brand', accent: accent.fill });
  };
  return [effect(wear), on(window.matchMedia('(prefers-color-scheme: dark)'), 'change', wear)];
}

function on(target: EventTarget, type: string, listener: (event: Event) => void): () => void {
  target.addEventListener(type, listener);
  return () => target.removeEventListener(type, listener);
}
