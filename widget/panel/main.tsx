/** The panel's entry: reads the document, listens for the loader before anything else, asks the server, and draws. */
import './styles/panel.css';
import { effect } from '@preact/signals';
import { render } from 'preact';
import type { ToLoader } from '../../shared/bridge.ts';
import { createClient } from '../common/api/client.ts';
import { createKeeper } from '../common/state/keeper.ts';
import { withLock } from '../common/state/lock.ts';
import { createApi } from './api/portal.ts';
import { App } from './app.tsx';
import { createBridge } from './bridge.ts';
import { readOptions } from './bridge-messages.ts';
import { attach } from './environment.ts';
import { obey } from './state/host.ts';
import { createPanel } from './state/panel.ts';
import { boot, TOKEN_KEY } from './state/session.ts';

const query = new URLSearchParams(location.search);
const tab = createKeeper(() => sessionStorage);
const client = createClient({
  fetch: (...request) => fetch(...request),
  base: '/api/v1',
  token: () => tab.get(TOKEN_KEY),
});
const panel = createPanel({
  api: createApi(client),
  device: createKeeper(() => localStorage),
  tab,
  now: () => Date.now(),
  // `randomUUID` is missing on plain http outside localhost.
  newKey: () => crypto.getRandomValues(new Uint32Array(4)).join('-'),
  withLock,
  tell: (message: ToLoader) => bridge.tell(message),
  linkedCompany: query.get('company') || null,
  imports: {
    select: () => import('./screens/select.ts'),
    enter: () => import('./screens/enter.ts'),
    home: () => import('./screens/home.ts'),
    work: () => import('./screens/work.ts'),
    news: () => import('./screens/news.ts'),
    account: () => import('./screens/account.ts'),
    challenge: () => import('./screens/challenge.ts'),
  },
  isFramed: window.parent !== window,
  options: readOptions({ locale: navigator.language, ...Object.fromEntries(query) }),
});
const bridge = createBridge({
  window,
  allowedOrigins: (document.body.getAttribute('data-ancestors') ?? '').split(/\s+/).filter(Boolean),
  onMessage: (message) => obey(panel, message),
});

attach(panel, window);
// Before anything is drawn: the first screen waits for the answer.
void boot(panel);
document.body.classList.toggle('alone', !panel.deps.isFramed);
const container = document.getElementById('panel');
if (container) render(<App panel={panel} />, container);

const stopWaiting = effect(() => {
  if (panel.phase.value === 'booting') return;
  // When the first screen stands there. Not at the next animation frame: until the loader hears this the frame is hidden, and
  // Chrome draws no hidden frame of another site.
  setTimeout(() => panel.deps.tell({ type: 'ready' }));
  queueMicrotask(() => stopWaiting());
});
