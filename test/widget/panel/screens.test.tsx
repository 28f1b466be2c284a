import { cleanup, render, screen, waitFor, within } from '@testing-library/preact';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Api } from '../../../widget/panel/api/portal.ts';
import { App } from '../../../widget/panel/app.tsx';
import { draftsOf } from '../../../widget/panel/state/drafts.ts';
import { reportKey } from '../../../widget/panel/state/kept.ts';
import type { PanelDeps } from '../../../widget/panel/state/panel.ts';
import { boot } from '../../../widget/panel/state/session.ts';
import {
  bootIn,
  bootOut,
  buildComment,
  buildIncident,
  customer,
  ok,
  pageOf,
  refused,
  type Setup,
  setUp,
} from './support.ts';

async function show(overrides: Partial<Api> = {}, deps: Partial<PanelDeps> = {}) {
  const setup = setUp(overrides, deps);
  setup.panel.isOpen.value = true;
  render(<App panel={setup.panel} />);
  await boot(setup.panel);
  return { ...setup, user: userEvent.setup() };
}

const button = (name: string | RegExp) => screen.findByRole('button', { name });

describe('the panel on screen', () => {
  let panels: Setup['panel'][] = [];
  beforeEach(() => {
    panels = [];
    // The document of happy-dom has no layout to scroll in.
    Element.prototype.scrollIntoView ??= () => {};
  });
  afterEach(() => {
    for (const panel of panels) panel.refresher?.dispose();
    cleanup();
    vi.restoreAllMocks();
  });
  const open = async (...args: Parameters<typeof show>) => {
    const setup = await show(...args);
    panels.push(setup.panel);
    return setup;
  };

  it('lets the keyboard choose a company', async () => {
    const others = Array.from({ length: 3 }, (_, at) => ({
      id: `id${at}`,
      name: `Firm ${at}`,
      slug: `firm-${at}`,
    }));
    const { api, user } = await open(
      {
        boot: vi.fn<Api['boot']>(async (slug) =>
          ok(slug ? bootOut : { ...bootOut, company: null }),
        ),
        companies: vi.fn<Api['companies']>(async () => ok(others, { total: 9812 })),
      },
      { linkedCompany: null },
    );
    const field = await screen.findByRole('combobox', { name: 'Company' });
    await screen.findByRole('option', { name: /Firm 1/ });
    await user.type(field, '{ArrowDown}');
    const active = screen.getByRole('option', { selected: true });
    expect(active.textContent).toContain('Firm 1');
    expect(field.getAttribute('aria-activedescendant')).toBe(active.id);
    expect(screen.getByText(/9,812 companies/)).toBeTruthy();
    await user.type(field, '{Enter}');
    await screen.findByRole('heading', { name: 'Create your account' });
    expect(api.boot).toHaveBeenLastCalledWith('firm-1');
  });

  it('puts what is wrong beside its field, keeps what was typed, moves the focus to the first', async () => {
    const { user, api } = await open({
      boot: async () => ok(bootOut),
      register: vi.fn(async () =>
        refused<never>('invalid', {
          problems: [
            { field: 'email', problem: 'invalid', message: 'email should…' },
            { field: 'name', problem: 'not_allowed', message: 'Their words about the name.' },
          ],
        }),
      ),
    });
    const name = await screen.findByLabelText('Name');
    const email = screen.getByLabelText('E-mail');
    const password = screen.getByLabelText('Password');
    await user.click(await button('Create account'));
    await waitFor(() => expect(document.activeElement).toBe(name));
    expect(api.register).not.toHaveBeenCalled();
    await user.type(name, 'Jürgen Weiß');
    await user.type(email, 'juergen@weiss');
    await user.type(password, 'correct horse');
    await user.click(await button('Create account'));
    await screen.findByText('This address looks incomplete. It should read like name@example.com.');
    expect(screen.getByText('Their words about the name.')).toBeTruthy();
    await waitFor(() => expect(document.activeElement).toBe(name));
    expect(email.getAttribute('aria-invalid')).toBe('true');
    const described = email.getAttribute('aria-describedby')?.split(' ')[0] ?? '';
    expect(document.getElementById(described)?.textContent).toContain('This address');
    expect([email, password].map((field) => (field as HTMLInputElement).value)).toEqual([
      'juergen@weiss',
      'correct horse',
    ]);
  });

  it('offers to log in when the address is known, and keeps the address', async () => {
    const { user } = await open({
      boot: async () => ok(bootOut),
      register: async () => refused('email_taken'),
    });
    await user.type(await screen.findByLabelText('Name'), 'Jürgen');
    await user.type(screen.getByLabelText('E-mail'), 'juergen@weiss.example');
    await user.type(screen.getByLabelText('Password'), 'correct horse');
    await user.click(await button('Create account'));
    await user.click(await button('Log in with it'));
    await screen.findByRole('heading', { name: 'Log in' });
    expect((screen.getByLabelText('E-mail') as HTMLInputElement).value).toBe(
      'juergen@weiss.example',
    );
    expect((screen.getByLabelText('Password') as HTMLInputElement).value).toBe('');
  });

  it('can show the password, and never keeps it', async () => {
    const { user, panel, device } = await open({ boot: async () => ok(bootOut) });
    const password = await screen.findByLabelText('Password');
    await user.type(password, 'correct horse');
    await user.click(await button('Show password'));
    expect(password.getAttribute('type')).toBe('text');
    draftsOf(panel).saveAll();
    expect(
      device
        .keys('')
        .map((key) => device.get(key))
        .join(),
    ).not.toContain('correct');
  });

  it('greets nobody before it is known what there is to show', async () => {
    let answer = (_page: Awaited<ReturnType<Api['incidents']>>) => {};
    await open({
      incidents: () =>
        new Promise((resolve) => {
          answer = resolve;
        }),
    });
    const waiting = await screen.findByRole('heading', { name: 'Loading' });
    await waitFor(() => expect(screen.getByRole('button', { name: 'Account' })).toBeTruthy());
    expect(screen.getAllByRole('heading')).toEqual([waiting]);
    answer(ok(pageOf([])));
    await screen.findByRole('heading', { name: 'Nothing reported yet' });
    expect(screen.getAllByRole('heading')).toHaveLength(1);
  });

  it('says when a screen cannot be fetched, and fetches it again', async () => {
    const files = setUp().panel.deps.imports;
    const enter = vi.fn(files.enter).mockRejectedValue(new TypeError('failed'));
    const { user } = await open(
      { boot: async () => ok(bootOut) },
      { imports: { ...files, enter } },
    );
    await screen.findByText(/The server cannot be reached/);
    enter.mockImplementation(files.enter);
    await user.click(await button('Try again'));
    await screen.findByRole('heading', { name: 'Create your account' });
  });

  it('counts characters as the server does: an emoji is one', async () => {
    const { user, panel } = await open();
    await user.click(await button('Report a problem'));
    const title = await screen.findByLabelText('What is going wrong?');
    expect(title.hasAttribute('maxlength')).toBe(false);
    draftsOf(panel).write(reportKey(customer), { shortDescription: '\u{1f6d2}'.repeat(99) });
    await screen.findByText('1 character left');
    draftsOf(panel).write(reportKey(customer), { shortDescription: '\u{1f6d2}'.repeat(101) });
    await screen.findByText('1 character too many');
    await user.click(await button('Send report'));
    await screen.findByText(/This is too long: at most 100 characters/);
  });

  it('says what to do when nothing was reported yet', async () => {
    await open();
    await screen.findByRole('heading', { name: 'Nothing reported yet' });
    expect(await button('Report a problem')).toBeTruthy();
  });

  it('lists reports with status, number and time, and marks news', async () => {
    const incident = buildIncident({
      shortDescription: 'Invoice is wrong',
      status: 'INVESTIGATION',
      isUnread: true,
    });
    await open({ incidents: async () => ok(pageOf([incident])) });
    const row = await screen.findByRole('button', { name: /Invoice is wrong/ });
    expect(row.textContent).toContain('Investigating');
    expect(row.textContent).toContain(incident.ticketNumber);
    expect(row.textContent).toContain('New');
    expect(row.querySelector('time')?.dateTime).toBe(incident.updatedAt);
  });

  it('shows what went wrong with the list, and tries again', async () => {
    const incidents = vi.fn<Api['incidents']>().mockResolvedValueOnce(refused('internal'));
    const { user } = await open({ incidents });
    const alert = await screen.findByRole('alert');
    expect(alert.textContent).toContain('Your reports could not be loaded.');
    incidents.mockResolvedValue(ok(pageOf([buildIncident({ shortDescription: 'Here it is' })])));
    await user.click(await button('Try again'));
    await screen.findByText('Here it is');
  });

  it('sends a report and says its number', async () => {
    const { user, api, panel } = await open();
    await user.click(await button('Report a problem'));
    await user.type(await screen.findByLabelText('What is going wrong?'), 'No meter reading');
    await user.type(screen.getByLabelText('Tell us more'), 'Since 6:00.');
    await user.click(screen.getByRole('radio', { name: 'High' }));
    await user.selectOptions(screen.getByLabelText('What is it about?'), 'System');
    await user.click(await button('Send report'));
    await screen.findByRole('heading', { name: 'Sent' });
    expect(api.createIncident.mock.lastCall?.[0]).toEqual({
      shortDescription: 'No meter reading',
      description: 'Since 6:00.',
      priority: 'HIGH',
      category: 'System',
    });
    expect(screen.getByText(/Your number is INC-/)).toBeTruthy();
    expect(draftsOf(panel).open(reportKey(customer)).values.value).toEqual({});
  });

  it('says what is wrong with a report beside its fields, and lets one go on typing elsewhere', async () => {
    const { user, panel } = await open({
      createIncident: vi.fn<Api['createIncident']>(async () =>
        refused('invalid', {
          problems: [{ field: 'description', problem: 'too_long', message: '…' }],
        }),
      ),
    });
    draftsOf(panel).write(reportKey(customer), {
      shortDescription: 'a',
      description: 'b',
      category: 'System',
    });
    await user.click(await button('Report a problem'));
    await user.click(await button('Send report'));
    await screen.findByText('This is too long: at most 10000 characters.');
    await waitFor(() => expect(document.activeElement).toBe(screen.getByLabelText('Tell us more')));
    await user.type(screen.getByLabelText('What is going wrong?'), 'bc');
    expect((screen.getByLabelText('What is going wrong?') as HTMLInputElement).value).toBe('abc');
    await user.type(screen.getByLabelText('Tell us more'), 'x');
    expect(screen.queryByText(/This is too long/)).toBeNull();
  });

  it('keeps a report that cannot be sent, shows it in the list, and lets it be discarded after asking', async () => {
    HTMLDialogElement.prototype.showModal ??= function showModal(this: HTMLDialogElement) {
      this.open = true;
    };
    const { user, panel } = await open({
      createIncident: vi.fn<Api['createIncident']>(async () => refused('network')),
    });
    draftsOf(panel).write(reportKey(customer), {
      shortDescription: 'Kept',
      description: 'x',
      category: 'System',
    });
    await user.click(await button('Report a problem'));
    await user.click(await button('Send report'));
    await screen.findByRole('heading', { name: 'Kept, not sent yet' });
    await user.click(await button('Back to your reports'));
    await screen.findByText('Waiting to send');
    await user.click(await button('Discard'));
    const dialog = await screen.findByRole('dialog');
    await user.click(within(dialog).getByRole('button', { name: 'Discard' }));
    await waitFor(() => expect(panel.outbox.parcels.value).toEqual([]));
  });

  it('shows an incident with its steps and its conversation, as text', async () => {
    const incident = buildIncident({
      status: 'INVESTIGATION',
      description: '<b>not bold</b>',
      comments: [buildComment({ content: '<img src=x onerror=alert(1)>' })],
    });
    const { user } = await open({
      incidents: async () => ok(pageOf([incident])),
      incident: async () => ok(incident),
    });
    await user.click(
      await screen.findByRole('button', { name: new RegExp(incident.shortDescription) }),
    );
    const steps = await screen.findByRole('list', { name: 'How far it is' });
    expect(
      within(steps).getByText('Investigating').closest('li')?.getAttribute('aria-current'),
    ).toBe('step');
    expect(await screen.findByText('<img src=x onerror=alert(1)>')).toBeTruthy();
    expect(screen.getByText('<b>not bold</b>')).toBeTruthy();
    expect(document.querySelector('img')).toBeNull();
  });

  it('sends a reply with Ctrl+Enter, and frees the field at once', async () => {
    const incident = buildIncident();
    const { user, api, panel } = await open({
      incidents: async () => ok(pageOf([incident])),
      incident: async () => ok(incident),
    });
    await user.click(
      await screen.findByRole('button', { name: new RegExp(incident.shortDescription) }),
    );
    const field = await screen.findByLabelText('Write to the team');
    await user.type(field, 'Any news?{Control>}{Enter}{/Control}');
    expect((field as HTMLTextAreaElement).value).toBe('');
    await waitFor(() =>
      expect(api.comment).toHaveBeenCalledWith(incident.id, 'Any news?', 'key-1'),
    );
    await screen.findByText('Your message was sent.');
    expect(panel.outbox.parcels.value).toEqual([]);
  });

  it('offers a new report instead of a reply when an incident is closed, and takes unsent words along', async () => {
    const incident = buildIncident({ status: 'CLOSED' });
    const { user, panel } = await open({
      incidents: async () => ok(pageOf([incident])),
      incident: async () => ok(incident),
    });
    draftsOf(panel).write(
      `porthole/${customer.companyId}/${customer.id}/draft/reply/${incident.id}`,
      {
        content: 'One more thing',
      },
    );
    await user.click(
      await screen.findByRole('button', { name: new RegExp(incident.shortDescription) }),
    );
    await user.click(await button('Report a new problem'));
    const description = await screen.findByLabelText('Tell us more');
    expect((description as HTMLTextAreaElement).value).toBe('One more thing');
  });

  it('comes back to where it was after the session ended', async () => {
    const incident = buildIncident();
    const { user, panel } = await open({
      incidents: async () => ok(pageOf([incident])),
      incident: vi
        .fn<Api['incident']>()
        .mockResolvedValueOnce(refused('unauthorized'))
        .mockResolvedValue(ok(incident)),
    });
    await user.click(
      await screen.findByRole('button', { name: new RegExp(incident.shortDescription) }),
    );
    await screen.findByText(/You were logged out/);
    expect((screen.getByLabelText('E-mail') as HTMLInputElement).value).toBe(customer.email);
    await user.type(screen.getByLabelText('Password'), 'correct horse');
    await user.click(await button('Log in'));
    await screen.findByRole('heading', { name: incident.shortDescription });
    expect(panel.route.value).toEqual({ name: 'incident', id: incident.id });
  });

  it('opens the account menu with the keyboard, and gives the focus back', async () => {
    const { user } = await open();
    await screen.findByRole('heading', { name: 'Nothing reported yet' });
    const account = await waitFor(() => {
      const found = screen.getByRole('button', { name: 'Account' }) as HTMLButtonElement;
      expect(found.disabled).toBe(false);
      return found;
    });
    // The screen takes the focus when it appears.
    await waitFor(() => expect(document.activeElement?.localName).toBe('h1'));
    account.focus();
    await user.keyboard('{ArrowDown}');
    const change = await screen.findByRole('menuitem', { name: 'Change password' });
    await waitFor(() => expect(document.activeElement).toBe(change));
    await user.keyboard('{ArrowDown}');
    expect(document.activeElement).toBe(screen.getByRole('menuitem', { name: 'Log out' }));
    await user.keyboard('{Escape}');
    expect(screen.queryByRole('menuitem')).toBeNull();
    expect(document.activeElement).toBe(screen.getByRole('button', { name: 'Account' }));
  });

  it('tells the loader when it is closed, and has no close button on a page of its own', async () => {
    const { user, told, panel } = await open();
    await user.click(await button('Close'));
    expect(told).toContainEqual({ type: 'close' });
    expect(panel.isOpen.value).toBe(false);
    cleanup();
    await open({}, { isFramed: false });
    await screen.findByRole('heading', { name: 'Nothing reported yet' });
    expect(screen.queryByRole('button', { name: 'Close' })).toBeNull();
  });

  it('turns mail on and off in the account menu, says so, and tells when that failed', async () => {
    const { user, api, panel } = await open({
      boot: async () => ok({ ...bootIn, isMailOn: true }),
    });
    await screen.findByText(/get an e-mail when there is news/);
    await user.click(await button('Account'));
    const mail = await screen.findByRole('menuitemcheckbox', { name: 'E-mail about my reports' });
    expect(mail.getAttribute('aria-checked')).toBe('true');
    await user.click(mail);
    await waitFor(() => expect(mail.getAttribute('aria-checked')).toBe('false'));
    expect(api.changeSettings).toHaveBeenLastCalledWith({ mailUpdates: false });
    expect(panel.said.value).toBe('You will get no more e-mail about your reports.');
    expect(screen.queryByText(/get an e-mail when there is news/)).toBeNull();
    api.changeSettings.mockResolvedValueOnce(refused('unavailable'));
    await user.click(mail);
    await screen.findByRole('alert');
    expect(mail.getAttribute('aria-checked')).toBe('false');
    await user.click(mail);
    await waitFor(() => expect(mail.getAttribute('aria-checked')).toBe('true'));
    expect(panel.said.value).toBe('You will get e-mail about your reports.');
  });

  it('offers no mail where none is sent', async () => {
    const { user } = await open();
    await screen.findByRole('heading', { name: 'Nothing reported yet' });
    await user.click(await button('Account'));
    await screen.findByRole('menuitem', { name: 'Log out' });
    expect(screen.queryByRole('menuitemcheckbox')).toBeNull();
  });

  it('says that it is offline', async () => {
    const { panel } = await open({ boot: async () => ok(bootIn) });
    panel.isOnline.value = false;
    await screen.findByText(/You are offline/);
  });
});
