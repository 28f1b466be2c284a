/** What the host page and the customer do with the panel as a whole: open, close, set up, suggest values. */
import { batch } from '@preact/signals';
import type { TicketNumber, ToPanel, View } from '../../../shared/bridge.ts';
import { createI18n } from '../i18n/index.ts';
import type { Panel, Route } from './panel.ts';

/** Obeys a message of the loader. */
export function obey(panel: Panel, message: ToPanel): void {
  switch (message.type) {
    case 'open':
      batch(() => {
        panel.isOpen.value = true;
        panel.focusTick.value += 1;
        if (message.view) follow(panel, message.view);
      });
      break;
    case 'close':
      putAway(panel);
      break;
    case 'update':
      panel.options.value = { ...panel.options.peek(), ...message.options };
      panel.i18n.value = createI18n(panel.options.peek().locale);
      break;
    case 'prefill':
      panel.prefill.value = { ...panel.prefill.peek(), ...message.values };
      break;
    case 'identify':
      void panel.files.account.load().then((account) => account?.identify(panel, message.token));
      break;
    case 'logout':
      // The host's own log-out: somebody else may sit there next, so there is no question to wait for.
      void panel.files.work.load().then((work) => work?.logOut(panel, false));
      break;
  }
}

/** Goes where the host page or a link leads. Whose incident it is, the server says when it is read. */
function follow(panel: Panel, view: View | TicketNumber): void {
  if (view.startsWith('INC-')) {
    panel.isLinked = panel.phase.peek() !== 'in';
    panel.incidents.peek().readFailure.value = null;
    panel.route.value = { name: 'incident', id: view };
    panel.refresher?.hurry();
  } else panel.route.value = { name: view === 'report' ? 'report' : 'home' };
}

/** Closes the panel from inside. */
export function closePanel(panel: Panel): void {
  if (!panel.deps.isFramed) return;
  putAway(panel);
  panel.deps.tell({ type: 'close' });
}

function putAway(panel: Panel): void {
  if (!panel.deps.isFramed) return;
  batch(() => {
    panel.wasOpened.value ||= panel.isOpen.peek();
    panel.isOpen.value = false;
  });
  panel.drafts?.saveAll();
}

/** Shows another screen. */
export function go(panel: Panel, route: Route): void {
  panel.route.value = route;
  if (route.name === 'home') panel.refresher?.hurry();
}
