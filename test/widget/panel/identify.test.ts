/** Whom the host page names, and who was here before. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SIGNED_TOKEN } from '../../../shared/bridge.ts';
import { LIMITS } from '../../../shared/limits.ts';
import type { Api } from '../../../widget/panel/api/portal.ts';
import { readMessage } from '../../../widget/panel/bridge-messages.ts';
import { draftsOf } from '../../../widget/panel/state/drafts.ts';
import { obey } from '../../../widget/panel/state/host.ts';
import { identify } from '../../../widget/panel/state/identify.ts';
import { reportKey } from '../../../widget/panel/state/kept.ts';
import { boot, COMPANY_KEY, TOKEN_KEY } from '../../../widget/panel/state/session.ts';
import {
  bootIn,
  bootNowhere,
  bootOut,
  buildAnnouncement,
  buildIncident,
  customer,
  NOW,
  ok,
  pageOf,
  refused,
  setUpInside,
} from './support.ts';

const TOKEN = 'eyJ.eyJ.sig-_';
const other = { ...customer, id: 'someone-else', email: 'grace@example.com' };
const opened = (whom = customer) => ok({ customer: whom, expiresAt: '' });
/** An unsigned token that names this address. */
const naming = (email: string) => `h.${btoa(JSON.stringify({ email })).replace(/=+$/, '')}.s`;

describe('the message', () => {
  it('holds what a JWT is made of, and no more than the server reads', () => {
    expect(readMessage({ type: 'identify', token: TOKEN })).toEqual({
      type: 'identify',
      token: TOKEN,
    });
    for (const token of ['', 'a b', '<b>', 7, null, ['a'], 'x'.repeat(LIMITS.identityToken + 1)]) {
      expect(readMessage({ type: 'identify', token })).toBeNull();
    }
    expect(SIGNED_TOKEN.test('x'.repeat(LIMITS.identityToken))).toBe(true);
  });
});

describe('a customer whom the page names', () => {
  beforeEach(() => void vi.useFakeTimers({ now: NOW }));
  afterEach(() => void vi.useRealTimers());

  async function at(answer: Partial<Api> = {}, deps = {}) {
    const setup = setUpInside(answer, deps);
    await boot(setup.panel);
    return setup;
  }

  it('comes in without the door', async () => {
    const { panel, api, told } = await at({ boot: async () => ok(bootOut) });
    obey(panel, { type: 'identify', token: TOKEN });
    await vi.waitFor(() => expect(panel.phase.value).toBe('in'), 4_000);
    expect(api.identify).toHaveBeenCalledExactlyOnceWith({ token: TOKEN, session: 'cookie' });
    expect(told).toContainEqual({ type: 'login', customerId: customer.id });
  });

  it('who is here already notices nothing', async () => {
    const { panel, api, told } = await at();
    panel.route.value = { name: 'report' };
    const before = panel.incidents.value;
    api.startGeneration.mockClear();
    await identify(panel, TOKEN);
    expect([panel.phase.value, panel.route.value.name]).toEqual(['in', 'report']);
    expect(panel.incidents.value).toBe(before);
    expect(api.startGeneration).not.toHaveBeenCalled();
    expect(told).not.toContainEqual(expect.objectContaining({ type: 'login' }));
  });

  it('who is another one finds nothing of the last one, whose live line ends', async () => {
    const signals: AbortSignal[] = [];
    const { panel, api } = await at({
      boot: async () => ok({ ...bootIn, announcements: [buildAnnouncement({ isAffected: true })] }),
      identify: async () => opened(other),
      incidents: async () => ok(pageOf([buildIncident()])),
      events: (_after, signal) => {
        signals.push(signal);
        return new Promise(() => {});
      },
    });
    panel.isOpen.value = true;
    await vi.waitFor(
      () => expect(panel.incidents.value.lists.open.items.value).toHaveLength(1),
      4_000,
    );
    draftsOf(panel).write(reportKey(customer), { description: 'half a report' });
    panel.route.value = { name: 'report' };
    api.incidents.mockResolvedValue(ok(pageOf([])));
    await identify(panel, TOKEN);
    expect(panel.customer.value).toEqual(other);
    expect(panel.route.value).toEqual({ name: 'home' });
    expect(panel.incidents.value.lists.open.items.value ?? []).toEqual([]);
    expect(panel.announcements.value).toEqual([]);
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, false]);
    await vi.waitFor(() => expect(api.announcements).toHaveBeenCalled(), 4_000);
    expect(draftsOf(panel).open(reportKey(other)).values.value).toEqual({});
  });

  it('keeps the new token where no cookies are kept', async () => {
    const { panel } = await at({
      boot: async () => ok({ ...bootOut, areCookiesKept: false }),
      identify: async () => ok({ customer, expiresAt: '', token: 'secret' }),
    });
    await identify(panel, TOKEN);
    expect(panel.deps.tab.get(TOKEN_KEY)).toBe('secret');
  });

  it('brings their company along where none was chosen', async () => {
    const { panel, api } = await at(
      { boot: async (slug) => ok(slug ? bootIn : bootNowhere) },
      { linkedCompany: null },
    );
    expect(panel.phase.value).toBe('select');
    await identify(panel, TOKEN);
    expect(api.boot).toHaveBeenLastCalledWith('nordlicht');
    expect(panel.deps.device.get(COMPANY_KEY)).toBe('nordlicht');
    expect(panel.phase.value).toBe('in');
  });

  it('stands at the door where their company is not this one', async () => {
    const elsewhere = { ...other, companyId: 'another' };
    const { panel, api } = await at({ identify: async () => opened(elsewhere) });
    api.boot.mockResolvedValue(ok(bootOut));
    await identify(panel, TOKEN);
    expect([panel.phase.value, panel.customer.value]).toEqual(['enter', null]);
  });

  it('stands at the door where the token is refused', async () => {
    const { panel } = await at({
      boot: async () => ok(bootOut),
      identify: async () => refused('identity_refused'),
    });
    await identify(panel, TOKEN);
    expect([panel.phase.value, panel.isNaming.value]).toEqual(['enter', false]);
  });

  it.each([
    ['another address', 'grace@example.com', 'enter'],
    ['the same address', customer.email.toUpperCase(), 'in'],
  ])('with a refused token that names %s', async (_case, email, phase) => {
    const { panel, api } = await at({ identify: async () => refused('identity_refused') });
    await identify(panel, naming(email));
    await vi.waitFor(() => expect(panel.phase.value).toBe(phase), 4_000);
    expect(api.logout).toHaveBeenCalledTimes(phase === 'enter' ? 1 : 0);
  });

  it('changes nothing where the server cannot be reached', async () => {
    const { panel } = await at({ identify: async () => refused('network') });
    await identify(panel, naming('grace@example.com'));
    expect([panel.phase.value, panel.customer.value]).toEqual(['in', customer]);
  });

  it('is looked for again once the server is reached', async () => {
    const { panel, api } = setUpInside({ boot: async () => refused('network') });
    await boot(panel);
    const named = identify(panel, TOKEN);
    await vi.advanceTimersByTimeAsync(100);
    expect(api.identify).not.toHaveBeenCalled();
    api.boot.mockResolvedValue(ok(bootOut));
    await vi.advanceTimersByTimeAsync(2_000);
    await named;
    expect(panel.phase.value).toBe('in');
  });

  it('leaves again when the page logs out meanwhile', async () => {
    let answer = (_result: Awaited<ReturnType<Api['identify']>>) => {};
    const { panel, api } = await at({
      boot: async () => ok(bootOut),
      identify: () =>
        new Promise((resolve) => {
          answer = resolve;
        }),
    });
    obey(panel, { type: 'identify', token: TOKEN });
    await vi.advanceTimersByTimeAsync(10);
    obey(panel, { type: 'logout' });
    await vi.advanceTimersByTimeAsync(10);
    answer(opened());
    await vi.waitFor(() => expect(api.logout).toHaveBeenCalledOnce(), 4_000);
    await vi.waitFor(() => expect(panel.customer.value).toBeNull(), 4_000);
  });

  it('is waited for at the door after a moment, and not for long', async () => {
    const { panel } = await at({
      boot: async () => ok(bootOut),
      identify: () => new Promise(() => {}),
    });
    void identify(panel, TOKEN);
    await vi.advanceTimersByTimeAsync(140);
    expect(panel.isNaming.value).toBe(false);
    await vi.advanceTimersByTimeAsync(20);
    expect(panel.isNaming.value).toBe(true);
    await vi.advanceTimersByTimeAsync(4_000);
    expect(panel.isNaming.value).toBe(false);
  });
});
