/** The desk's entry: reads the address, draws, and asks the server who is here. */
import './styles/desk.css';
import { render } from 'preact';
import { createClient } from '../common/api/client.ts';
import { createKeeper } from '../common/state/keeper.ts';
import { createApi } from './api/desk.ts';
import { App } from './app.tsx';
import { attach, takeKey } from './environment.ts';
import { createDesk } from './state/desk.ts';
import { writeRoute } from './state/route.ts';
import { boot } from './state/session.ts';

const key = takeKey(window);
const client = createClient({
  fetch: (...request) => fetch(...request),
  base: '/api/v1',
  // The session is a cookie that no script can read.
  token: () => null,
});
const desk = createDesk({
  api: createApi(client),
  device: createKeeper(() => localStorage),
  now: () => Date.now(),
  goTo(route, isReplacing) {
    const address = writeRoute(route);
    if (address === location.hash) return;
    if (isReplacing) history.replaceState(null, '', address);
    else history.pushState(null, '', address);
  },
  saveFile(name, content) {
    const link = document.createElement('a');
    link.href = URL.createObjectURL(content);
    link.download = name;
    link.click();
    URL.revokeObjectURL(link.href);
  },
  locale: navigator.language,
});

attach(desk, window);
const container = document.getElementById('desk');
if (container) render(<App desk={desk} />, container);
void boot(desk, key);
