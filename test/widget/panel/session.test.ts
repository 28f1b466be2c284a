import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openSession, prefillEntry } from '../../../widget/panel/state/doors.ts';
import { draftsOf } from '../../../widget/panel/state/drafts.ts';
import { obey } from '../../../widget/panel/state/host.ts';
import { entryKey, reportKey } from '../../../widget/panel/state/kept.ts';
import { logOut } from '../../../widget/panel/state/leaving.ts';
import { openIncident } from '../../../widget/panel/state/listing.ts';
import { prefillReport } from '../../../widget/panel/state/report-form.ts';
import { boot, expire, TOKEN_KEY } from '../../../widget/panel/state/session.ts';
import {
  bootIn,
  bootNowhere,
  bootOut,
  company,
  customer,
  NOW,
  ok,
  refused,
  setUpInside,
} from './support.ts';

const values = { email: 'juergen@weiss.example', password: 'correct horse', name: 'Jürgen Weiß' };

describe('the session', () => {
  beforeEach(() => void vi.useFakeTimers({ now: NOW }));
  afterEach(() => void vi.useRealTimers());

  it('opens on the list for somebody who is logged in, at the door for others', async () => {
    const { panel, api } = setUpInside();
    await boot(panel);
    expect(panel.phase.value).toBe('in');
    api.boot.mockResolvedValueOnce(ok(bootOut));
    const other = setUpInside({ boot: async () => ok(bootOut) });
    await boot(other.panel);
    expect(other.panel.phase.value).toBe('enter');
  });

  it('asks which company it is about when no page says so', async () => {
    const { panel } = setUpInside({ boot: async () => ok(bootNowhere) }, { linkedCompany: null });
    await boot(panel);
    expect(panel.phase.value).toBe('select');
    expect(panel.notice.value).toBeNull();
  });

  it('says that the company of a link is unknown, and lets choose another', async () => {
    const { panel } = setUpInside({
      boot: async (slug) => (slug ? refused('company_not_found') : ok(bootNowhere)),
    });
    await boot(panel);
    expect([panel.phase.value, panel.notice.value]).toEqual(['select', 'company_unknown']);
  });

  it('goes on trying while the server cannot be reached', async () => {
    const { panel, api } = setUpInside();
    api.boot.mockResolvedValueOnce(refused('network'));
    await boot(panel);
    expect(panel.phase.value).toBe('failed');
    await vi.advanceTimersByTimeAsync(2_000);
    expect(panel.phase.value).toBe('in');
  });

  it('shows the door when the session belongs to another company', async () => {
    const { panel } = setUpInside({
      boot: async () =>
        ok({ ...bootIn, me: { customer: { ...customer, companyId: 'another' }, expiresAt: '' } }),
    });
    await boot(panel);
    expect(panel.phase.value).toBe('enter');
  });

  it('asks for a cookie where cookies are kept, else keeps the token and says so once', async () => {
    const cookie = setUpInside({ boot: async () => ok(bootOut) });
    await boot(cookie.panel);
    await openSession(cookie.panel, values);
    expect(cookie.api.register.mock.lastCall?.[0].session).toBe('cookie');
    expect(cookie.panel.notice.value).toBeNull();

    const bearer = setUpInside({
      boot: async () => ok({ ...bootOut, areCookiesKept: false }),
      login: async () => ok({ customer, expiresAt: '', token: 'secret' }),
    });
    await boot(bearer.panel);
    bearer.panel.entryMode.value = 'login';
    await openSession(bearer.panel, values);
    expect(bearer.panel.deps.tab.get(TOKEN_KEY)).toBe('secret');
    expect(bearer.panel.notice.value).toBe('tab_only');
  });

  it('returns to where the customer was after the session ended elsewhere, drafts included', async () => {
    const { panel, api, told } = setUpInside();
    await boot(panel);
    openIncident(panel, 'some-incident');
    draftsOf(panel).write(reportKey(customer), { description: 'half a report' });
    expire(panel);
    expect([panel.phase.value, panel.notice.value]).toEqual(['enter', 'expired']);
    prefillEntry(panel);
    expect(draftsOf(panel).open(entryKey(company.id)).values.value.email).toBe(customer.email);
    expect(told).toContainEqual({ type: 'logout' });
    await openSession(panel, values);
    expect(api.login).toHaveBeenCalledOnce();
    expect(panel.route.value).toEqual({ name: 'incident', id: 'some-incident' });
    expect(draftsOf(panel).open(reportKey(customer)).values.value.description).toBe(
      'half a report',
    );
  });

  it('shows somebody else nothing of who was here before', async () => {
    const { panel, api } = setUpInside();
    await boot(panel);
    openIncident(panel, 'some-incident');
    expire(panel);
    api.login.mockResolvedValueOnce(
      ok({ customer: { ...customer, id: 'someone-else' }, expiresAt: '' }),
    );
    await openSession(panel, values);
    expect(panel.route.value).toEqual({ name: 'home' });
    expect(panel.incidents.value.reading.value).toBeNull();
  });

  it('leaves nothing on the device after an explicit log-out', async () => {
    const { panel, device, told } = setUpInside();
    await boot(panel);
    await logOut(panel);
    expect(panel.question.value).toBeNull();
    expect([panel.phase.value, panel.customer.value]).toEqual(['enter', null]);
    expect(device.keys('porthole')).toEqual([]);
    expect(told).toContainEqual({ type: 'logout' });
  });

  it('asks before a log-out loses a draft, and names it', async () => {
    const { panel, device, api } = setUpInside();
    await boot(panel);
    draftsOf(panel).write(reportKey(customer), { description: 'half a report' });
    const first = logOut(panel);
    expect(panel.question.value?.text).toContain('1 draft');
    panel.question.value?.answer(false);
    await first;
    expect(api.logout).not.toHaveBeenCalled();
    expect(panel.phase.value).toBe('in');
    const second = logOut(panel);
    panel.question.value?.answer(true);
    await second;
    expect(device.keys('porthole')).toEqual([]);
  });

  it('stays logged in, and says so, when the log-out does not reach the server', async () => {
    const { panel } = setUpInside({ logout: async () => refused('network') });
    await boot(panel);
    await logOut(panel);
    expect([panel.phase.value, panel.notice.value]).toEqual(['in', 'logout_failed']);
  });

  it('obeys the host page: open at a view, close, suggest values into empty fields', async () => {
    const { panel } = setUpInside();
    await boot(panel);
    obey(panel, { type: 'open', view: 'report' });
    expect([panel.isOpen.value, panel.route.value.name]).toEqual([true, 'report']);
    draftsOf(panel).write(reportKey(customer), { shortDescription: 'mine' });
    obey(panel, {
      type: 'prefill',
      values: {
        shortDescription: 'theirs',
        description: 'theirs',
        category: 'Not ours',
        priority: 'high',
      },
    });
    prefillReport(panel);
    expect(draftsOf(panel).open(reportKey(customer)).values.value).toEqual({
      shortDescription: 'mine',
      description: 'theirs',
      priority: 'HIGH',
    });
    obey(panel, { type: 'close' });
    expect(panel.isOpen.value).toBe(false);
  });
});
