/** The script tag: its attributes, its one widget, its life on the page. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { frames, hosts, inside, loadPanel, runTag, setUpPage } from './page.ts';

beforeEach(setUpPage);
afterEach(() => vi.useRealTimers());

const address = () => new URL(inside<HTMLIFrameElement>('iframe').src);

describe('attributes', () => {
  test.each([
    ['data-company', 'acme', 'company'],
    ['data-company', '0199c4a2-7b1e-7cc3-8a50-3f0f0a1b2c3d', 'company'],
    ['data-locale', 'pt-BR', 'locale'],
    ['data-theme', 'dark', 'theme'],
    ['data-accent', '#0b7285', 'accent'],
    ['data-accent', '#FFF', 'accent'],
  ])('%s="%s" reaches the panel', async (attribute, value, name) => {
    const api = await runTag({ [attribute]: value });
    api.open();
    expect(address().searchParams.get(name)).toBe(value);
  });

  test.each([
    ['data-accent', 'red;background:url(https://evil.example)'],
    ['data-accent', '#12'],
    ['data-accent', '#0b7285}*{display:none'],
    ['data-company', 'acme&admin=1'],
    ['data-company', ''],
    ['data-theme', 'dark light;}'],
    ['data-locale', '../../etc'],
    ['data-position', 'right" onclick="x'],
    ['data-z-index', '1;position:static'],
  ])('%s="%s" is left out', async (attribute, value) => {
    const api = await runTag({ [attribute]: value });
    api.open();
    expect(address().search).toBe('');
    expect(inside('.root').style.getPropertyValue('--fill')).toBe('#4353d6');
    expect(inside('.root').getAttribute('style')).not.toContain('position');
  });

  test('the panel is loaded from the origin of the script, whatever the page says', async () => {
    document.head.innerHTML = '<base href="https://evil.example/">';
    const api = await runTag();
    api.open();
    expect(address().href).toBe('https://support.example/panel?');
  });

  test('data-z-index and data-position place the widget', async () => {
    await runTag({ 'data-z-index': '7', 'data-position': 'left' });
    expect(inside('.root').style.zIndex).toBe('7');
    expect(inside('.root').classList.contains('left')).toBe(true);
  });

  test('data-launcher="none" leaves the button out, and open() works without it', async () => {
    const api = await runTag({ 'data-launcher': 'none' });
    expect(inside('.root').classList.contains('none')).toBe(true);
    api.open();
    expect(inside('.panel').inert).toBe(false);
  });
});

describe('on the page', () => {
  test('two tags make one launcher, and the first one wins', async () => {
    const first = await runTag({ 'data-company': 'first' });
    const second = await runTag({ 'data-company': 'second' });
    expect(second).toBe(first);
    expect(hosts()).toHaveLength(1);
    first.open();
    expect(address().searchParams.get('company')).toBe('first');
  });

  test('an element named currentScript does not stand in for the tag', async () => {
    document.body.innerHTML = '<script src="https://support.example/widget.js"></script>';
    const image = Object.assign(document.createElement('img'), {
      src: 'https://evil.example/widget.js',
    });
    const current = vi.spyOn(document, 'currentScript', 'get').mockReturnValue(image as never);
    vi.resetModules();
    await import('../../../widget/loader/main.ts');
    current.mockRestore();
    window.Porthole?.open();
    expect(address().origin).toBe('https://support.example');
  });

  test('before the first intent there is no frame and no request', async () => {
    await runTag();
    expect(frames()).toHaveLength(0);
    expect(document.head.childElementCount).toBe(0);
    expect(document.body.childElementCount).toBe(0);
  });

  test.each(['pointerenter', 'focus'])(
    '%s on the launcher prefetches the panel once',
    async (intent) => {
      await runTag();
      inside('.launcher').dispatchEvent(new Event(intent));
      inside('.launcher').dispatchEvent(new Event(intent));
      expect(frames()).toHaveLength(1);
      expect(inside('.panel').inert).toBe(true);
    },
  );

  test('a swapped body takes nothing away', async () => {
    const api = await runTag();
    api.open();
    const [frame] = frames();
    document.body.replaceWith(document.createElement('body'));
    expect(frames()).toEqual([frame]);
  });

  test('an element that somebody removes comes back, but not for ever', async () => {
    await runTag();
    let removals = 0;
    const remover = new MutationObserver(() => {
      for (const host of hosts()) {
        removals += 1;
        host.remove();
      }
    });
    hosts()[0]?.remove();
    await vi.waitFor(() => expect(hosts()).toHaveLength(1), 4_000);
    remover.observe(document.documentElement, { childList: true });
    hosts()[0]?.remove();
    await vi.waitFor(() => expect(removals).toBeGreaterThan(90), 4_000);
    remover.disconnect();
    expect(removals).toBeLessThan(120);
  });

  test('destroy() undoes everything, and the tag works again afterwards', async () => {
    vi.useFakeTimers();
    const api = await runTag();
    api.open();
    const { channel } = loadPanel();
    api.destroy();
    expect(hosts()).toHaveLength(0);
    expect('Porthole' in window).toBe(false);
    expect(channel.port1.close).toHaveBeenCalled();
    expect(vi.getTimerCount()).toBe(0);
    api.open();
    api.logout();
    expect(hosts()).toHaveLength(0);
    const next = await runTag();
    api.destroy();
    expect(window.Porthole).toBe(next);
    expect(hosts()).toHaveLength(1);
  });
});
