/** A host page for the loader's tests: tags on it, and the panel's side of the handshake without a network. */
import { vi } from 'vitest';
import type { Porthole } from '../../../widget/loader/api.ts';

/** A channel whose messages arrive at once, so that no test waits. */
export class Channel {
  static all: Channel[] = [];
  port1 = { onmessage: (_event: { data: unknown }) => {}, postMessage: vi.fn(), close: vi.fn() };
  port2 = {};
  constructor() {
    Channel.all.push(this);
  }
}

/** Forgets the last test's page. */
export function setUpPage(): void {
  window.Porthole?.destroy();
  document.head.replaceChildren();
  document.body.replaceChildren();
  Channel.all = [];
  vi.stubGlobal('MessageChannel', Channel);
  const { settings } = (window as unknown as { happyDOM: { settings: Record<string, unknown> } })
    .happyDOM;
  // Frames stay empty, and listeners that throw are reported as in a browser.
  Object.assign(settings, {
    disableIframePageLoading: true,
    disableErrorCapturing: false,
    errorCapture: 'tryAndCatch',
  });
  // happy-dom prints each of these, past every console that a test can reach.
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
}

/** Runs the loader as a script element with `attributes` would. */
export async function runTag(attributes: Record<string, string> = {}): Promise<Porthole> {
  const tag = document.createElement('script');
  tag.setAttribute('src', 'https://support.example/widget.js');
  for (const [name, value] of Object.entries(attributes)) tag.setAttribute(name, value);
  const current = vi.spyOn(document, 'currentScript', 'get').mockReturnValue(tag);
  vi.resetModules();
  await import('../../../widget/loader/main.ts');
  current.mockRestore();
  if (!window.Porthole) throw new Error('The loader has not set window.Porthole.');
  return window.Porthole;
}

export const hosts = () => [...document.querySelectorAll('porthole-widget')];

/** The first element in the widget that matches `selector`. */
export function inside<Kind extends HTMLElement = HTMLElement>(selector: string): Kind {
  const found = hosts()[0]?.shadowRoot?.querySelector<Kind>(selector);
  if (!found) throw new Error(`There is no ${selector} in the widget.`);
  return found;
}

export const frames = () => [
  ...(hosts()[0]?.shadowRoot?.querySelectorAll<HTMLIFrameElement>('iframe') ?? []),
];

/** Lets the frame's document load. `say` is the panel's voice; `told` is what it has been sent. */
export function loadPanel() {
  const frame = inside<HTMLIFrameElement>('iframe');
  const post = vi.fn();
  Object.defineProperty(frame, 'contentWindow', {
    value: { postMessage: post },
    configurable: true,
  });
  const before = Channel.all.length;
  frame.dispatchEvent(new Event('load'));
  const channel = Channel.all[before];
  if (!channel) throw new Error('The loader has not opened a channel.');
  return {
    frame,
    post,
    channel,
    say: (data: unknown) => channel.port1.onmessage({ data }),
    told: () => channel.port1.postMessage.mock.calls.map(([message]) => message as unknown),
  };
}
