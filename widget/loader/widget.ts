/** Launcher, dialog and frame put together: the API's methods and the widget's one state. */
import {
  LINK,
  type PanelOptions,
  type Prefill,
  type TicketNumber,
  type ToLoader,
  type ToPanel,
  type View,
} from '../../shared/bridge.ts';
import type { Identity, Options, Porthole } from './api.ts';
import { createEvents } from './events.ts';
import { createFrame } from './frame.ts';
import { keepOnPage } from './host.ts';
import { readMessage } from './messages.ts';
import type { ValidOptions } from './options.ts';
import { readOptions } from './options.ts';
import { read } from './read.ts';
import type { Phase } from './view.ts';
import { BRAND, createView } from './view.ts';

/** How long a panel may take to become ready before the customer is told. */
const PATIENCE_MS = 12_000;

/** A message with the fields that matter to the loader itself. */
type Heard = { type: ToLoader['type']; accent?: string; count?: number };

/** Puts the widget on the page. `base` is the script's own address, beside which the panel lives. */
export function createWidget(base: string, options: ValidOptions): Porthole {
  let isOpen = false;
  let phase: Phase = 'idle';
  let unread = 0;
  let brand = BRAND;
  /** Waits until the panel is ready, also through a failure. */
  const waiting: ToPanel[] = [];
  /** Whom the page has named. */
  let identity: Identity = '';
  /** Had the focus before the panel opened. */
  let before: Element | null;
  let frame: HTMLIFrameElement | undefined;
  let port: MessagePort | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const [on, emit] = createEvents();
  const [element, shadow, launcher, dialog, retry, draw] = createView();
  const focused = () => shadow.activeElement ?? document.activeElement;

  function redraw(): void {
    draw(isOpen, phase, unread, { accent: brand, ...options });
  }

  function unload(): void {
    clearTimeout(timer);
    port?.close();
    frame?.remove();
    phase = 'idle';
  }

  function load(): void {
    const address = new URL(`panel?${new URLSearchParams(options)}`, base);
    unload();
    frame = createFrame(address, connect);
    phase = 'loading';
    dialog.append(frame);
    redraw();
    if (isOpen) dialog.focus();
    timer = setTimeout(fail, PATIENCE_MS);
  }

  function connect(fresh: MessagePort): void {
    port?.close();
    port = fresh;
    port.onmessage = ({ data }) => hear(readMessage(data));
    if (phase !== 'ready') return;
    // The panel has reloaded itself: it has to be told again that it is seen.
    phase = 'loading';
    if (isOpen) open();
  }

  /** The frame stays: a slow panel that makes it after all is welcome. */
  function fail(): void {
    phase = 'failed';
    redraw();
    if (shadow.activeElement) retry.focus();
  }

  /** Loads the panel unless that has begun; what failed out of sight gets its next try. */
  function prepare(): void {
    if (/idle|failed/.test(phase)) load();
  }

  function send(message: ToPanel): void {
    if (phase === 'ready') port?.postMessage(message);
    else waiting.push(message);
  }

  function hear(message: ToLoader | undefined): void {
    if (!message) return;
    const { type, ...detail }: Heard = message;
    brand = detail.accent ?? brand;
    unread = detail.count ?? unread;
    if (type === 'ready') start();
    redraw();
    if (type === 'close') close();
    else emit(type, detail);
  }

  function start(): void {
    clearTimeout(timer);
    phase = 'ready';
    redraw();
    waiting.splice(0).forEach(send);
    void introduce();
    // Who has moved on to the page meanwhile keeps the focus there.
    if (isOpen && shadow.activeElement) frame?.focus();
  }

  function open(view?: View | TicketNumber): void {
    if (phase === 'gone') return;
    if (!isOpen) {
      before = focused();
      isOpen = true;
      emit('open');
    }
    prepare();
    redraw();
    (phase === 'ready' ? frame : dialog)?.focus();
    // A word: `addEventListener('click', Porthole.open)` hands over an event.
    send({ type: 'open', ...(read({ view }, ['view']) as { view?: View | TicketNumber }) });
  }

  function close(): void {
    if (!isOpen) return;
    const hadFocus = shadow.activeElement;
    isOpen = false;
    redraw();
    send({ type: 'close' });
    if (hadFocus) {
      (before as HTMLElement | null)?.focus({ preventScroll: true });
      // That is gone, or was nothing to begin with.
      if (focused() !== before) launcher.focus();
    }
    emit('close');
  }

  function toggle(): void {
    if (isOpen) close();
    else open();
  }

  function identify(given: Identity): void {
    identity = given;
    void introduce();
  }

  /** Tells a panel that is ready who is here, unless by the time that this is known the page has said otherwise. */
  async function introduce(): Promise<void> {
    const asked = identity;
    if (phase === 'ready') {
      try {
        const given = typeof asked === 'string' ? asked : await asked();
        const { token } = read({ token: given }, ['token']);
        if (asked === identity && token) {
          send({ type: 'identify', token });
          if (asked === token) identity = '';
        }
      } catch {}
    }
  }

  function prefill(values: Prefill): void {
    // Now, so that what cannot be posted throws at its caller and not in the middle of our queue.
    send({ type: 'prefill', values: structuredClone(values) });
  }

  function update(next: Options): void {
    const { company } = options;
    const changes = readOptions(next);
    options = { ...options, ...changes };
    if (options.company !== company) {
      // Another company is another panel, with no answers of the last one's.
      unread = 0;
      unload();
      if (isOpen) open();
    }
    send({ type: 'update', options: changes as PanelOptions });
    redraw();
  }

  function logout(): void {
    identity = '';
    prepare();
    send({ type: 'logout' });
  }

  /** A mail's link to this page says which incident it is about. It works once, and again when it is followed again. */
  function follow(): void {
    const [page, ticket] = location.href.split(LINK);
    if (!ticket) return;
    history.replaceState(history.state, '', page);
    open(ticket as TicketNumber);
  }

  function destroy(): void {
    // Once: by now the global may be another one's.
    if (phase === 'gone') return;
    unload();
    phase = 'gone';
    removeEventListener('hashchange', follow);
    leave();
    delete window.Porthole;
  }

  // A touch begins with `pointerenter` too.
  launcher.onpointerenter = launcher.onfocus = prepare;
  launcher.onclick = toggle;
  retry.onclick = load;
  element.onkeydown = ({ key }) => {
    if (key === 'Escape') close();
  };
  redraw();
  const leave = keepOnPage(element);
  addEventListener('hashchange', follow);
  follow();
  return { open, close, toggle, identify, prefill, update, logout, on, destroy };
}
