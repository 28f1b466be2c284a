import { describe, expect, it, vi } from 'vitest';
import { CONNECT, type ToPanel } from '../../../shared/bridge.ts';
import { createBridge } from '../../../widget/panel/bridge.ts';
import { readMessage } from '../../../widget/panel/bridge-messages.ts';
import { obey } from '../../../widget/panel/state/host.ts';
import { setUp } from './support.ts';

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

  it('change nothing when they are not messages: 10,000 of them', () => {
    const { panel } = setUp();
    const before = JSON.stringify(panel.options.value) + panel.phase.value + panel.route.value.name;
    let seed = 42;
    const random = (below: number) => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      return seed % below;
    };
    const words = [
      'open',
      'update',
      'prefill',
      'ready',
      CONNECT,
      '__proto__',
      'constructor',
      '',
      'OPEN',
      'close ',
    ];
    const atoms = [
      null,
      undefined,
      0,
      -1,
      Number.NaN,
      true,
      '',
      'x'.repeat(5000),
      [],
      [[]],
      new Date(0),
      /x/,
    ];
    const oddViews = [
      'nowhere',
      'INC-',
      'INC-20261122-',
      'inc-20261122-0004',
      'INC-20261122-0004/../x',
      ' INC-20261122-0004',
      `INC-20261122-${'0'.repeat(40)}`,
      ['INC-20261122-0004'],
    ];
    const thing = (depth: number): unknown => {
      if (depth === 0 || random(3) === 0) return atoms[random(atoms.length)];
      return Object.fromEntries(
        Array.from({ length: random(4) }, () => [
          words[random(words.length)] ?? '',
          thing(depth - 1),
        ]),
      );
    };
    for (let round = 0; round < 10_000; round += 1) {
      const type = random(2) ? words[random(words.length)] : thing(2);
      const data = random(4)
        ? {
            type,
            view: random(2) ? oddViews[random(oddViews.length)] : thing(1),
            options: thing(2),
            values: thing(2),
          }
        : thing(3);
      const message = readMessage(data);
      if (message && message.type !== 'update' && message.type !== 'prefill') expect.unreachable();
      if (message) obey(panel, message);
    }
    expect(JSON.stringify(panel.options.value) + panel.phase.value + panel.route.value.name).toBe(
      before,
    );
    expect(panel.prefill.value).toEqual({});
  });
});
