/** Porthole.identify: whom the page names reaches each panel that becomes ready, and costs nothing before. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { frames, loadPanel, runTag, setUpPage } from './page.ts';

const TOKEN = 'eyJ.eyJ.sig-_';
const identities = (told: unknown[]) =>
  told.filter((one) => (one as { type: string }).type === 'identify');
const settle = () => new Promise((resolve) => setTimeout(resolve));

describe('identify', () => {
  beforeEach(setUpPage);
  afterEach(() => void vi.restoreAllMocks());

  test('loads nothing and asks nobody until there is a panel', async () => {
    const api = await runTag();
    const backend = vi.fn(() => TOKEN);
    api.identify(backend);
    await settle();
    expect([frames().length, backend.mock.calls.length]).toEqual([0, 0]);
    api.open();
    const { say, told } = loadPanel();
    expect(backend).not.toHaveBeenCalled();
    say({ type: 'ready' });
    await settle();
    expect(identities(told())).toEqual([{ type: 'identify', token: TOKEN }]);
  });

  test('tells a panel that is there already', async () => {
    const api = await runTag();
    api.open();
    const { say, told } = loadPanel();
    say({ type: 'ready' });
    api.identify(TOKEN);
    await settle();
    expect(identities(told())).toHaveLength(1);
  });

  test('asks a function again with each panel, and takes a text once', async () => {
    const api = await runTag();
    const backend = vi.fn(async () => TOKEN);
    api.identify(backend);
    api.open();
    loadPanel().say({ type: 'ready' });
    await settle();
    const again = loadPanel();
    again.say({ type: 'ready' });
    await settle();
    expect(backend).toHaveBeenCalledTimes(2);
    expect(identities(again.told())).toHaveLength(1);
    api.identify(TOKEN);
    await settle();
    const third = loadPanel();
    third.say({ type: 'ready' });
    await settle();
    expect(identities(third.told())).toEqual([]);
  });

  test.each<[string, () => string | null | undefined | Promise<string>]>([
    ['throws', () => expect.unreachable()],
    ['is refused', () => Promise.reject(new Error('away'))],
    ['gives nothing', () => undefined],
    ['gives null', () => null],
    ['gives what is no token', () => '<script>' as string],
    ['gives too much', () => 'x'.repeat(4_001)],
  ])('changes nothing where the function %s', async (_case, backend) => {
    const unhandled = vi.fn();
    process.on('unhandledRejection', unhandled);
    const api = await runTag();
    api.identify(backend);
    api.open();
    const { say, told } = loadPanel();
    say({ type: 'ready' });
    await settle();
    await settle();
    process.off('unhandledRejection', unhandled);
    expect(identities(told())).toEqual([]);
    expect(unhandled).not.toHaveBeenCalled();
  });

  test('forgets at a log-out, also what is still being asked for', async () => {
    const api = await runTag();
    let answer = (_token: string) => {};
    api.identify(
      () =>
        new Promise((resolve) => {
          answer = resolve;
        }),
    );
    api.open();
    const { say, told } = loadPanel();
    say({ type: 'ready' });
    api.logout();
    answer(TOKEN);
    await settle();
    expect(identities(told())).toEqual([]);
    const again = loadPanel();
    again.say({ type: 'ready' });
    await settle();
    expect(identities(again.told())).toEqual([]);
  });
});
