/** Announcements on screen: what is told to whom, what can be said to them, and when one is offered in a report. */
import { cleanup, render, screen, waitFor, within } from '@testing-library/preact';
import userEvent from '@testing-library/user-event';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Announcement } from '../../../shared/types.ts';
import type { Api } from '../../../widget/panel/api/portal.ts';
import { App } from '../../../widget/panel/app.tsx';
import { boot } from '../../../widget/panel/state/session.ts';
import {
  bootIn,
  bootOut,
  buildAnnouncement,
  buildComment,
  ok,
  refused,
  type Setup,
  setUp,
} from './support.ts';

const meters = buildAnnouncement({
  updates: [
    buildComment({ content: 'We found the cause.' }),
    buildComment({ content: 'The import runs again at 14:30.' }),
  ],
});
const payments = buildAnnouncement({
  shortDescription: 'Payments by card may fail',
  updatedAt: '2026-11-22T09:00:00.000Z',
});

let panels: Setup['panel'][] = [];
afterEach(() => {
  for (const panel of panels) panel.refresher?.dispose();
  panels = [];
  cleanup();
});

/** The panel of somebody who is logged in, or stands at the door. */
async function open(announcements: Announcement[], overrides: Partial<Api> = {}, session = bootIn) {
  const setup = setUp({
    boot: async () => ok({ ...session, announcements }),
    announcements: async () => ok(announcements),
    ...overrides,
  });
  panels.push(setup.panel);
  setup.panel.isOpen.value = true;
  render(<App panel={setup.panel} />);
  await boot(setup.panel);
  return { ...setup, user: userEvent.setup() };
}

const card = (name: string) => screen.findByRole('article', { name });

describe('an announcement', () => {
  it('shows its status and its latest update, and all of them on demand', async () => {
    const { user } = await open([meters]);
    const shown = within(await card('Meter readings are delayed'));
    shown.getByText('Investigating');
    shown.getByText('The import runs again at 14:30.');
    expect(shown.queryByText('We found the cause.')).toBeNull();
    await user.click(shown.getByRole('button', { name: 'All 2 updates' }));
    const texts = within(shown.getByRole('list', { name: 'Updates' })).getAllByRole('listitem');
    expect(texts.map((one) => one.querySelector('p')?.textContent)).toEqual([
      'The import runs again at 14:30.',
      'We found the cause.',
      meters.description,
    ]);
    await user.click(shown.getByRole('button', { name: 'Show less' }));
    expect(shown.queryByRole('list')).toBeNull();
  });

  const titles = () =>
    screen.getAllByRole('article').map((one) => within(one).getByRole('heading').textContent);
  const named = (shortDescription: string, rest: Partial<Announcement>) =>
    buildAnnouncement({ shortDescription, ...rest });

  it('that is urgent always stands, before what is not and before what is over', async () => {
    const { user } = await open([
      named('Over', { status: 'RESOLVED', priority: 'CRITICAL', isAffected: true }),
      named('Small', { priority: 'LOW', updatedAt: '2026-11-22T11:59:00.000Z' }),
      named('Large, earlier', { priority: 'HIGH', updatedAt: '2026-11-22T09:00:00.000Z' }),
      named('Large, later', { priority: 'HIGH', updatedAt: '2026-11-22T10:00:00.000Z' }),
      named('Everything', { priority: 'CRITICAL', updatedAt: '2026-11-22T08:00:00.000Z' }),
    ]);
    await card('Everything');
    const urgent = ['Everything', 'Large, later', 'Large, earlier'];
    expect(titles()).toEqual([...urgent, 'Resolved: Over']);
    await user.click(screen.getByRole('button', { name: '1 more known problem' }));
    expect(titles()).toEqual([...urgent, 'Small', 'Resolved: Over']);
  });

  it('stands alone while none is urgent: the newest of the highest priority', async () => {
    await open([
      named('Small', { priority: 'LOW', updatedAt: '2026-11-22T11:59:00.000Z' }),
      named('Middling', { priority: 'MEDIUM', updatedAt: '2026-11-22T08:00:00.000Z' }),
    ]);
    await card('Middling');
    expect(titles()).toEqual(['Middling']);
    screen.getByRole('button', { name: '1 more known problem' });
  });

  it('can be read to its end where its text is cut', async () => {
    const cut = vi.spyOn(HTMLElement.prototype, 'scrollHeight', 'get').mockReturnValue(200);
    const { user } = await open([payments]);
    const shown = within(await card('Payments by card may fail'));
    await user.click(await shown.findByRole('button', { name: 'Show details' }));
    within(shown.getByRole('list', { name: 'Updates' })).getByText(payments.description);
    await user.click(shown.getByRole('button', { name: 'Show less' }));
    expect(shown.queryByRole('list')).toBeNull();
    cut.mockRestore();
  });

  it('that is open is called known, which says more than open', async () => {
    await open([{ ...payments, status: 'OPEN' }]);
    const shown = within(await card('Payments by card may fail'));
    shown.getByText('We know about it');
    expect(shown.queryByText('Open')).toBeNull();
  });

  it('takes that it affects me too, and takes it back', async () => {
    const { user, api, panel } = await open([payments]);
    api.setAffected.mockImplementation(async (_id, isAffected) => ok({ ...payments, isAffected }));
    const affects = await screen.findByRole('button', { name: 'This affects me too' });
    await user.click(affects);
    await waitFor(() => expect(affects.getAttribute('aria-pressed')).toBe('true'));
    within(screen.getByRole('article')).getByText('Noted. You are told here when it is resolved.');
    expect(panel.said.value).toBe('Noted. You are told here when it is resolved.');
    await user.click(affects);
    await waitFor(() => expect(affects.getAttribute('aria-pressed')).toBe('false'));
    expect(api.setAffected.mock.calls).toEqual([
      [payments.id, true],
      [payments.id, false],
    ]);
  });

  it('says what went wrong, and changes nothing then', async () => {
    const { user } = await open([payments], { setAffected: async () => refused('unavailable') });
    const affects = await screen.findByRole('button', { name: 'This affects me too' });
    await user.click(affects);
    await screen.findByRole('alert');
    expect(affects.getAttribute('aria-pressed')).toBe('false');
  });

  it('stands at the door too, where it says how to be told', async () => {
    await open([payments], {}, bootOut);
    const shown = within(await card('Payments by card may fail'));
    shown.getByText(/Log in to say that it affects you too/);
    expect(shown.queryByRole('button', { name: 'This affects me too' })).toBeNull();
  });

  it('that is resolved stays until it is put aside', async () => {
    const over = { ...payments, status: 'RESOLVED' as const, isAffected: true };
    const { user, api } = await open([over]);
    const line = within(await card('Resolved: Payments by card may fail'));
    expect(line.queryByText(payments.description)).toBeNull();
    await user.click(line.getByRole('button', { name: 'Resolved: Payments by card may fail' }));
    line.getByText(payments.description);
    await user.click(screen.getByRole('button', { name: 'Dismiss “Payments by card may fail”' }));
    await waitFor(() => expect(screen.queryByRole('article')).toBeNull());
    expect(api.dismissAnnouncement).toHaveBeenCalledExactlyOnceWith(over.id);
  });
});

describe('while a report is typed', () => {
  const typing = async (...args: Parameters<typeof open>) => {
    const setup = await open(...args);
    await setup.user.click(await screen.findByRole('button', { name: 'Report a problem' }));
    const title = await screen.findByLabelText('What is going wrong?');
    await setup.user.type(title, 'No meter reading');
    return { ...setup, offer: await screen.findByRole('region', { name: 'Is it this?' }) };
  };

  it('a known problem of the same words is offered, and taken; the words stay a draft', async () => {
    const { user, api, offer, panel } = await typing([meters]);
    expect(panel.said.value).toBe('Is it this? Meter readings are delayed');
    // What stood above the form stays there, so that the form does not jump.
    await card('Meter readings are delayed');
    within(offer).getByText('The import runs again at 14:30.');
    api.setAffected.mockResolvedValue(ok({ ...meters, isAffected: true }));
    await user.click(within(offer).getByRole('button', { name: 'Yes, this affects me too' }));
    await screen.findByText(/What you wrote is kept/);
    expect(api.setAffected).toHaveBeenCalledExactlyOnceWith(meters.id, true);
    expect(api.createIncident).not.toHaveBeenCalled();
    await user.click(screen.getByRole('button', { name: 'Report a problem' }));
    const title = await screen.findByLabelText<HTMLInputElement>('What is going wrong?');
    expect(title.value).toBe('No meter reading');
  });

  it('it is not offered again to somebody whose problem is another one', async () => {
    const { user, offer } = await typing([meters]);
    await user.click(within(offer).getByRole('button', { name: 'No, mine is different' }));
    await user.type(screen.getByLabelText('What is going wrong?'), ' at all');
    expect(screen.queryByRole('region', { name: 'Is it this?' })).toBeNull();
  });
});
