/** The JS API: the stub before the script, listeners, focus. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Porthole } from '../../../widget/loader/api.ts';
import { STUB } from '../../../widget/loader/stub.ts';
import { frames, hosts, inside, loadPanel, runTag, setUpPage } from './page.ts';

beforeEach(setUpPage);
afterEach(() => vi.useRealTimers());

/** Puts the stub on the page as the README's inline script does. */
function runStub(): Porthole {
  new Function(STUB)();
  return window.Porthole as Porthole;
}

describe('the stub', () => {
  test('calls made before the script run after it, in order', async () => {
    const stub = runStub();
    stub.prefill({ name: 'Jürgen' });
    stub.open('report');
    const api = await runTag();
    expect(api).not.toBe(stub);
    const { say, told } = loadPanel();
    say({ type: 'ready' });
    expect(told()).toEqual([
      { type: 'prefill', values: { name: 'Jürgen' } },
      { type: 'open', view: 'report' },
    ]);
  });

  test('has every method of the API', async () => {
    const stub = runStub();
    const methods = Object.keys(stub).filter((name) => name !== 'q');
    expect(methods.sort()).toEqual(Object.keys(await runTag()).sort());
  });

  test('functions taken from it go on working after the script has come', async () => {
    const { open } = runStub();
    await runTag();
    open();
    expect(inside('.panel').inert).toBe(false);
  });

  test('its on() returns an undo that works before and after', async () => {
    const stub = runStub();
    const [early, late, kept] = [vi.fn(), vi.fn(), vi.fn()];
    stub.on('open', early)();
    const stopLate = stub.on('open', late);
    stub.on('open', kept);
    const api = await runTag();
    stopLate();
    api.open();
    expect([early, late, kept].map((listener) => listener.mock.calls.length)).toEqual([0, 0, 1]);
  });

  test('a stub after the script changes nothing', async () => {
    const api = await runTag();
    expect(runStub()).toBe(api);
  });
});

describe('listeners', () => {
  test('one that throws is reported to the page and stops neither us nor the next', async () => {
    const api = await runTag();
    const reported = vi.fn((event: Event) => event.preventDefault());
    window.addEventListener('error', reported);
    const next = vi.fn();
    api.on('open', () => {
      throw new Error('the page is broken');
    });
    api.on('open', next);
    api.open();
    window.removeEventListener('error', reported);
    expect(reported).toHaveBeenCalledOnce();
    expect(next).toHaveBeenCalledExactlyOnceWith({});
    expect(frames()).toHaveLength(1);
  });

  test('one that calls back into the API does not go round in circles', async () => {
    const api = await runTag();
    api.on('open', () => api.open());
    api.on('close', () => api.close());
    api.open();
    api.close();
    expect(inside('.panel').inert).toBe(true);
  });
});

describe('the launcher', () => {
  test('says what it does and whether the panel is open', async () => {
    await runTag();
    const state = () =>
      ['aria-label', 'aria-expanded'].map((name) => inside('.launcher').getAttribute(name));
    expect(state()).toEqual(['Open support', 'false']);
    inside('.launcher').click();
    expect(state()).toEqual(['Close support', 'true']);
    inside('.launcher').click();
    expect(state()).toEqual(['Open support', 'false']);
    expect(inside('.launcher').getAttribute('aria-haspopup')).toBe('dialog');
  });

  test('Escape inside the widget closes the panel, elsewhere it does not', async () => {
    const api = await runTag();
    api.open();
    document.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true }));
    expect(inside('.panel').inert).toBe(false);
    inside('.launcher').dispatchEvent(
      new KeyboardEvent('keydown', { key: 'Escape', bubbles: true, composed: true }),
    );
    expect(inside('.panel').inert).toBe(true);
  });

  test('prefill refuses at its caller what cannot be posted', async () => {
    const api = await runTag();
    expect(() => api.prefill({ name: (() => 'x') as never })).toThrow();
    expect(hosts()).toHaveLength(1);
  });

  test('the focus goes back to the button of the page that opened the panel', async () => {
    const api = await runTag();
    const own = document.createElement('button');
    document.body.append(own);
    own.focus();
    api.open();
    expect(document.activeElement).toBe(hosts()[0]);
    api.close();
    expect(document.activeElement).toBe(own);
  });
});
