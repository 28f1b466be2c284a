/** Loader and panel: the handshake, what each believes of the other, and what happens when the panel does not come. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { readMessage } from '../../../widget/loader/messages.ts';
import { LOADER_END, spoiltMessage } from '../../support/bridge-fuzz.ts';
import { createRandom } from '../../support/random.ts';
import { everyTestShows, shows } from '../../support/shows.ts';
import { frames, hosts, inside, loadPanel, runTag, setUpPage } from './page.ts';

beforeEach(() => {
  setUpPage();
  vi.useFakeTimers();
});
afterEach(() => vi.useRealTimers());

describe('the handshake', () => {
  everyTestShows(18);

  test('names the exact origin of the panel and hands over one port', async () => {
    (await runTag()).open();
    const { post, channel } = loadPanel();
    expect(post.mock.calls).toEqual([
      [{ type: 'porthole:connect' }, 'https://support.example', [channel.port2]],
    ]);
  });

  test('messages wait until the panel is ready, in order', async () => {
    const api = await runTag();
    api.prefill({ email: 'a@b.example' });
    api.open('report');
    const { say, told } = loadPanel();
    expect(told()).toEqual([]);
    say({ type: 'ready' });
    api.close();
    expect(told()).toEqual([
      { type: 'prefill', values: { email: 'a@b.example' } },
      { type: 'open', view: 'report' },
      { type: 'close' },
    ]);
  });

  test('a panel that reloads itself is greeted again and told that it is open', async () => {
    (await runTag()).open();
    loadPanel().say({ type: 'ready' });
    const again = loadPanel();
    again.say({ type: 'ready' });
    expect(again.told()).toEqual([{ type: 'open' }]);
  });

  test('open as a click listener opens without a view', async () => {
    const api = await runTag();
    api.open(new MouseEvent('click') as never);
    const { say, told } = loadPanel();
    say({ type: 'ready' });
    expect(told()).toEqual([{ type: 'open' }]);
  });

  test('another company starts another panel, other options are told to this one', async () => {
    const api = await runTag({ 'data-company': 'acme' });
    api.open();
    const first = loadPanel();
    first.say({ type: 'ready' });
    api.update({ theme: 'dark', accent: 'not a colour' });
    expect(first.told().at(-1)).toEqual({ type: 'update', options: { theme: 'dark' } });
    expect(frames()).toEqual([first.frame]);
    api.update({ company: 'other' });
    expect(frames()).toHaveLength(1);
    expect(frames()[0]?.src).toBe('https://support.example/panel?company=other&theme=dark');
  });

  test('logout reaches the session even when the panel was never opened', async () => {
    const api = await runTag();
    api.logout();
    const { say, told } = loadPanel();
    say({ type: 'ready' });
    expect(told()).toEqual([{ type: 'logout' }]);
    expect(inside('.panel').inert).toBe(true);
  });
});

describe('a link to an incident', () => {
  const link = (place: string) => {
    window.history.replaceState({ of: 'the page' }, '', place);
  };
  afterEach(() => link('/'));

  test('opens the panel there when the page loads, and leaves the address as it was before', async () => {
    link('/help?from=mail#porthole=INC-20261122-0004');
    await runTag();
    const { say, told } = loadPanel();
    say({ type: 'ready' });
    expect(told()).toEqual([{ type: 'open', view: 'INC-20261122-0004' }]);
    expect(inside('.panel').inert).toBe(false);
    expect(location.pathname + location.search + location.hash).toBe('/help?from=mail');
    expect(window.history.state).toEqual({ of: 'the page' });
  });

  test('opens it on a page that is open already, each time it is followed', async () => {
    await runTag();
    for (const ticket of ['INC-20261122-0004', 'INC-20261122-10007', 'INC-20261122-10007']) {
      link(`/#porthole=${ticket}`);
      window.dispatchEvent(new Event('hashchange'));
    }
    const { say, told } = loadPanel();
    say({ type: 'ready' });
    expect(told().map((message) => (message as { view: string }).view)).toEqual([
      'INC-20261122-0004',
      'INC-20261122-10007',
      'INC-20261122-10007',
    ]);
  });

  test('that names none but odd things opens no incident', async () => {
    link('/#porthole=%22%3E%3Cb%3E');
    await runTag();
    const { say, told } = loadPanel();
    say({ type: 'ready' });
    expect(told()).toEqual([{ type: 'open' }]);
  });

  test('is nobody’s concern when it is the page’s own, or when the widget is gone', async () => {
    link('/#chapter-2');
    const api = await runTag();
    expect(frames()).toEqual([]);
    expect(location.hash).toBe('#chapter-2');
    api.destroy();
    link('/#porthole=INC-20261122-0004');
    window.dispatchEvent(new Event('hashchange'));
    expect(location.hash).toBe('#porthole=INC-20261122-0004');
  });

  test('can be followed by the page itself, with open()', async () => {
    const api = await runTag();
    api.open('INC-20261122-0004');
    const { say, told } = loadPanel();
    say({ type: 'ready' });
    expect(told()).toEqual([{ type: 'open', view: 'INC-20261122-0004' }]);
  });
});

describe('messages of the panel', () => {
  test('show in the launcher and come out as events', async () => {
    const api = await runTag();
    const heard: unknown[] = [];
    for (const name of [
      'ready',
      'open',
      'close',
      'login',
      'logout',
      'incident',
      'unread',
    ] as const) {
      api.on(name, (detail) => heard.push([name, detail]));
    }
    api.open();
    const { say } = loadPanel();
    say({ type: 'ready' });
    say({ type: 'login', customerId: 'c1', token: 'of no concern' });
    say({ type: 'incident', id: 'i1', ticketNumber: 'INC-20261122-0001' });
    say({ type: 'brand', accent: '#0b7285' });
    say({ type: 'unread', count: 12 });
    say({ type: 'close' });
    expect(heard).toContainEqual(['ready', {}]);
    expect(heard).toContainEqual(['incident', { id: 'i1', ticketNumber: 'INC-20261122-0001' }]);
    expect(heard).toContainEqual(['unread', { count: 12 }]);
    expect(heard).toContainEqual(['close', {}]);
    expect(JSON.stringify(heard)).not.toContain('of no concern');
    expect(inside('.root').style.getPropertyValue('--fill')).toBe('#0b7285');
    expect(inside('.launcher').dataset.unread).toBe('9+');
    expect(inside('.launcher').getAttribute('aria-label')).toBe('Open support, 12 unread');
  });

  test('the colour in the tag outlives the one the panel tells', async () => {
    (await runTag({ 'data-accent': '#123456' })).open();
    loadPanel().say({ type: 'brand', accent: '#0b7285' });
    expect(inside('.root').style.getPropertyValue('--fill')).toBe('#123456');
  });

  test('10,000 things that are none change nothing and throw nothing', async () => {
    const random = createRandom();
    const api = await runTag();
    const heard: unknown[] = [];
    for (const name of EVENTS) api.on(name, (detail) => heard.push([name, detail]));
    api.open();
    const panel = loadPanel();
    const bombard = (rounds: number) => {
      const before = pageSnapshot(panel.told(), heard);
      for (let round = 0; round < rounds; round += 1) {
        const data = spoiltMessage(random, LOADER_END);
        panel.say(data);
        // The loader listens on its port alone: whatever is posted to the page's window is not for it.
        window.dispatchEvent(new MessageEvent('message', { data, origin: random.pick(ORIGINS) }));
      }
      expect(pageSnapshot(panel.told(), heard), `SEED=${random.seed}`).toEqual(before);
    };
    bombard(5_000);
    panel.say({ type: 'ready' });
    panel.say({ type: 'unread', count: 3 });
    bombard(5_000);
    expect(heard).toEqual([
      ['open', {}],
      ['ready', {}],
      ['unread', { count: 3 }],
    ]);
    shows(18, { 'fuzzed messages to the loader': 10_000 });
  });

  test('that are messages of the bridge are all understood', async () => {
    await runTag();
    for (const sample of Object.values(LOADER_END.samples)) {
      expect(readMessage(structuredClone(sample))).toMatchObject({ type: sample.type });
    }
  });
});

const ORIGINS = ['https://support.example', 'https://evil.example', 'null', ''];
const EVENTS = ['ready', 'open', 'close', 'login', 'logout', 'incident', 'unread'] as const;

/** All that a message could have changed. */
const pageSnapshot = (told: unknown[], heard: unknown[]) => ({
  page: document.documentElement.outerHTML,
  widget: hosts().map((host) => host.shadowRoot?.innerHTML),
  frames: frames().map(({ src }) => src),
  address: [location.href, window.history.length],
  focus: document.activeElement?.localName,
  kept: JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie]),
  globals: Object.keys(window).sort(),
  prototype: Object.getOwnPropertyNames(Object.prototype).sort(),
  told: [...told],
  heard: [...heard],
});

describe('a panel that does not come', () => {
  test('is told after 12 seconds, with a way to try again', async () => {
    (await runTag()).open();
    expect(inside('[role=status]').textContent).toBe('Loading');
    vi.advanceTimersByTime(11_999);
    expect(inside('.panel').className).toContain('loading');
    vi.advanceTimersByTime(1);
    expect(inside('[role=status]').textContent).toBe('Support did not load');
    const [failed] = frames();
    inside('.main').click();
    expect(frames()).toHaveLength(1);
    expect(frames()[0]).not.toBe(failed);
    expect(inside('.panel').className).toContain('loading');
  });

  test('is welcome when it comes late', async () => {
    (await runTag()).open();
    const { say } = loadPanel();
    vi.advanceTimersByTime(20_000);
    say({ type: 'ready' });
    expect(inside('.panel').className).toContain('ready');
  });

  test('that failed out of sight is tried again at the next intent', async () => {
    const api = await runTag();
    inside('.launcher').dispatchEvent(new Event('pointerenter'));
    vi.advanceTimersByTime(12_000);
    const [failed] = frames();
    api.open();
    expect(frames()[0]).not.toBe(failed);
  });
});
