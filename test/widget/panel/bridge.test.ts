import { Signal } from '@preact/signals';
import { describe, expect, it, type Mock, vi } from 'vitest';
import { CONNECT, type ToPanel } from '../../../shared/bridge.ts';
import { createBridge } from '../../../widget/panel/bridge.ts';
import { readMessage } from '../../../widget/panel/bridge-messages.ts';
import { draftsOf } from '../../../widget/panel/state/drafts.ts';
import { obey } from '../../../widget/panel/state/host.ts';
import { boot } from '../../../widget/panel/state/session.ts';
import { PANEL_END, spoiltMessage } from '../../support/bridge-fuzz.ts';
import { createRandom } from '../../support/random.ts';
import { everyTestShows, shows } from '../../support/shows.ts';
import { setUp, setUpInside } from './support.ts';

const HOST = 'https://www.nordlicht.example';

function start(allowedOrigins: string[] = [HOST]) {
  const parent = {};
  const listeners = new Set<(event: unknown) => void>();
  const window = {
    parent,
    addEventListener: (_type: string, listener: (event: unknown) => void) =>
      listeners.add(listener),
    removeEventListener: (_type: string, listener: (event: unknown) => void) =>
      listeners.delete(listener),
  };
  const onMessage = vi.fn<(message: ToPanel) => void>();
  const bridge = createBridge({ window: window as unknown as Window, allowedOrigins, onMessage });
  const port = () => ({
    postMessage: vi.fn(),
    onmessage: null as ((event: unknown) => void) | null,
  });
  const post = (event: object) => {
    for (const listener of listeners)
      listener({ source: parent, origin: HOST, data: { type: CONNECT }, ports: [], ...event });
  };
  return { bridge, onMessage, port, post, window };
}

describe('the handshake', () => {
  everyTestShows(18);

  it('takes the port of the embedding page, and keeps for it what was said before', () => {
    const { bridge, post, port, onMessage } = start();
    const offered = port();
    bridge.tell({ type: 'ready' });
    post({ ports: [offered] });
    expect(offered.postMessage).toHaveBeenCalledExactlyOnceWith({ type: 'ready' });
    offered.onmessage?.({ data: { type: 'open', view: 'report', extra: 1 } });
    expect(onMessage).toHaveBeenCalledExactlyOnceWith({ type: 'open', view: 'report' });
  });

  it.each<[string, object]>([
    ['another window', { source: {} }],
    ['no window', { source: null }],
    ['an origin that the company has not listed', { origin: 'https://evil.example' }],
    ['an origin that only begins alike', { origin: `${HOST}.evil.example` }],
    ['another message', { data: { type: 'open' } }],
    ['no message', { data: null }],
    ['two ports', { ports: [{}, {}] }],
    ['no port', { ports: [] }],
  ])('refuses %s', (_name, event) => {
    const { bridge, post, port } = start();
    const offered = port();
    post({ ports: [offered], ...event });
    bridge.tell({ type: 'ready' });
    expect(offered.postMessage).not.toHaveBeenCalled();
    expect(offered.onmessage).toBeNull();
  });

  it('lets any origin in when the company has listed none', () => {
    const { post, port } = start([]);
    const offered = port();
    post({ ports: [offered], origin: 'https://anywhere.example' });
    expect(offered.onmessage).not.toBeNull();
  });

  it('is done once: whoever comes second is not heard', () => {
    const { post, port } = start();
    post({ ports: [port()] });
    const second = port();
    post({ ports: [second] });
    expect(second.onmessage).toBeNull();
  });
});

describe('messages of the loader', () => {
  it('may ask for an incident by its ticket number', () => {
    const message = { type: 'open', view: 'INC-20261122-10007' } as const;
    expect(readMessage(message)).toEqual(message);
    const { panel } = setUp();
    obey(panel, message);
    expect(panel.route.value).toEqual({ name: 'incident', id: 'INC-20261122-10007' });
  });

  it('lose what nobody knows and what makes no sense', () => {
    expect(readMessage({ type: 'open', view: 'admin' })).toBeNull();
    expect(
      readMessage({ type: 'update', options: { theme: 'pink', accent: 'red', locale: 'de' } }),
    ).toEqual({
      type: 'update',
      options: { locale: 'de' },
    });
    const values = {
      email: 'a@b.example',
      name: 7,
      password: 'x',
      __proto__: { description: 'x' },
    };
    expect(readMessage({ type: 'prefill', values })).toMatchObject({
      values: { email: 'a@b.example' },
    });
  });

  it('are all understood', () => {
    for (const sample of Object.values(PANEL_END.samples)) {
      expect(readMessage(structuredClone(sample))).toEqual(sample);
    }
  });

  it('change nothing when they are none: 10,000 of them, over the port', async () => {
    const random = createRandom();
    const { panel, api, device, told } = setUpInside();
    await boot(panel);
    obey(panel, { type: 'open', view: 'report' });
    draftsOf(panel).write('report', { shortDescription: 'Half a sentence' });
    const { post, port, onMessage } = start();
    const line = port();
    post({ ports: [line] });
    onMessage.mockImplementation((message) => obey(panel, message));
    await vi.waitFor(() => expect(panel.files.work.parts.peek()).toBeDefined(), 4_000);
    const look = () => snapshot({ panel, told, device: device.keys(''), calls: callsOf(api) });
    const before = look();
    for (let round = 0; round < 10_000; round += 1) {
      line.onmessage?.({ data: spoiltMessage(random, PANEL_END) });
    }
    expect(look(), `SEED=${random.seed}`).toEqual(before);
    line.onmessage?.({ data: { type: 'close' } });
    expect(look()).not.toEqual(before);
    shows(18, { 'fuzzed messages to the panel': 10_000 });
  });
});

describe('10,000 handshakes that are wrong in something', () => {
  it('take no port and change nothing; the right one after them is taken', () => {
    const random = createRandom();
    const { bridge, post, port, onMessage, window } = start();
    bridge.tell({ type: 'ready' });
    const offered = port();
    const wrong: Record<string, () => unknown> = {
      source: () => random.pick([null, {}, window, undefined]),
      origin: () =>
        random.pick([
          '',
          'null',
          'https://evil.example',
          `${HOST}.evil.example`,
          `${HOST}:8443`,
          HOST.replace('https', 'http'),
          HOST.toUpperCase(),
        ]),
      ports: () => random.pick([[], [offered, port()]]),
      data: () =>
        random.pick([
          { type: CONNECT.toUpperCase() },
          [{ type: CONNECT }],
          CONNECT,
          { type: [CONNECT] },
          { data: { type: CONNECT } },
          JSON.parse(`{"__proto__":{"type":"${CONNECT}"}}`),
          [spoiltMessage(random, PANEL_END)],
        ]),
    };
    const names = Object.keys(wrong);
    for (let round = 0; round < 10_000; round += 1) {
      const spoilt = names.filter((_name, index) => random.below(3) === 0 || index === round % 4);
      const event = Object.fromEntries(spoilt.map((name) => [name, wrong[name]?.()]));
      post({ ports: [offered], ...event });
    }
    expect([offered.onmessage, offered.postMessage.mock.calls], `SEED=${random.seed}`).toEqual([
      null,
      [],
    ]);
    expect(onMessage).not.toHaveBeenCalled();
    post({ ports: [offered] });
    expect(offered.postMessage.mock.calls).toEqual([[{ type: 'ready' }]]);
    shows(18, { 'fuzzed handshakes': 10_000 });
  });
});

const callsOf = (api: object) =>
  Object.entries(api).map(([name, one]) => [name, (one as Mock).mock.calls.length]);

/** A store with everything in it as plain text: signals read, sets and maps opened, functions left out. */
function snapshot(store: unknown): string {
  const plain = (value: unknown, above: readonly unknown[]): unknown => {
    if (typeof value !== 'object' || value === null) return value;
    if (above.includes(value)) return '(above)';
    const inside = (one: unknown) => plain(one, [...above, value]);
    if (value instanceof Signal) return { signal: inside(value.peek()) };
    if (Array.isArray(value) || value instanceof Set || value instanceof Map)
      return [...value].map(inside);
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, inside(one)]));
  };
  return JSON.stringify(plain(store, []));
}
