/** Mailed links and passwords on screen, as a customer meets them. */
import { cleanup, render, screen, waitFor } from '@testing-library/preact';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Api } from '../../../widget/panel/api/portal.ts';
import { App } from '../../../widget/panel/app.tsx';
import { attach } from '../../../widget/panel/environment.ts';
import { proofKey } from '../../../widget/panel/state/kept.ts';
import type { PanelDeps } from '../../../widget/panel/state/panel.ts';
import { boot, TOKEN_KEY } from '../../../widget/panel/state/session.ts';
import { bootIn, bootOut, company, customer, ok, refused, type Setup, setUp } from './support.ts';

const NEW = 'a sentence of my own';
const atDoor = { ...bootOut, isMailOn: true };
const mailSent = async () => ok({ isMailSent: true, proof: 'proof-1' } as const);
const missing = () =>
  refused<never>('invalid', {
    problems: [{ field: 'password', problem: 'missing', message: 'password is missing' }],
  });

const button = (name: string | RegExp) => screen.findByRole('button', { name });
const heading = (name: string) => screen.findByRole('heading', { name });

let shown: Setup[] = [];

async function open(overrides: Partial<Api> = {}, deps: Partial<PanelDeps> = {}, link?: string) {
  const setup = setUp({ boot: async () => ok(atDoor), ...overrides }, deps);
  shown.push(setup);
  setup.panel.isOpen.value = true;
  if (link) setup.panel.link.value = link;
  render(<App panel={setup.panel} />);
  await boot(setup.panel);
  return { ...setup, user: userEvent.setup() };
}

beforeEach(() => {
  shown = [];
  Element.prototype.scrollIntoView ??= () => {};
});
afterEach(() => {
  for (const { panel } of shown) panel.refresher?.dispose();
  cleanup();
  vi.useRealTimers();
});

async function signUp(user: ReturnType<typeof userEvent.setup>): Promise<void> {
  await user.type(await screen.findByLabelText('Name'), 'Jürgen Weiß');
  await user.type(screen.getByLabelText('E-mail'), 'ada@example.com');
  await user.type(screen.getByLabelText('Password'), NEW);
  await user.click(await button('Create account'));
}

describe('a sign-up that a mail finishes', () => {
  it('says to which address, keeps the proof, and takes the focus', async () => {
    const { user, device, panel } = await open({ register: mailSent });
    await signUp(user);
    const title = await heading('Check your mail');
    await waitFor(() => expect(document.activeElement).toBe(title));
    expect(screen.getByText(/on its way to ada@example.com/)).toBeTruthy();
    expect(device.get(proofKey(company.id))).toBe('proof-1');
    expect(panel.customer.value).toBeNull();
  });

  it('can be sent again after a while, with the same that was typed', async () => {
    const { user, api, panel } = await open({ register: vi.fn(mailSent) });
    await signUp(user);
    await user.click(await button(/^Wait \d+ sec$/));
    expect(api.register).toHaveBeenCalledOnce();
    const door = panel.door.value;
    if (door?.name !== 'mailed') return expect.unreachable();
    panel.door.value = { ...door, at: door.at - 60_000 };
    await user.click(await button('Send again'));
    expect(api.register).toHaveBeenCalledTimes(2);
    expect(api.register.mock.calls[1]).toEqual(api.register.mock.calls[0]);
    await waitFor(() => expect(panel.said.value).toBe('Another mail is on its way.'));
    await button(/^Wait \d+ sec$/);
  });

  it('says why it was not sent again', async () => {
    const { user, api, panel } = await open({ register: vi.fn(mailSent) });
    await signUp(user);
    await heading('Check your mail');
    const door = panel.door.value;
    if (door?.name !== 'mailed') return expect.unreachable();
    panel.door.value = { ...door, at: 0 };
    api.register.mockResolvedValueOnce(refused('network'));
    await user.click(await button('Send again'));
    expect((await screen.findByRole('alert')).textContent).toContain('cannot be reached');
  });

  it('goes back to the form with what was typed, but the password', async () => {
    const { user } = await open({ register: mailSent });
    await signUp(user);
    await user.click(await button('Use another address'));
    const email = await screen.findByLabelText('E-mail');
    expect((email as HTMLInputElement).value).toBe('ada@example.com');
    expect((screen.getByLabelText('Password') as HTMLInputElement).value).toBe('');
  });

  it('says that an address has to be confirmed, at the log-in', async () => {
    const { user, panel } = await open({ login: async () => refused('email_unverified') });
    panel.entryMode.value = 'login';
    await heading('Log in');
    await user.type(await screen.findByLabelText('E-mail'), 'ada@example.com');
    await user.type(screen.getByLabelText('Password'), NEW);
    await user.click(await button('Log in'));
    await heading('Check your mail');
    expect(screen.getByText(/has to be confirmed first/)).toBeTruthy();
  });
});

describe('a forgotten password', () => {
  it('is asked for only where mail is sent', async () => {
    const { panel } = await open({ boot: async () => ok(bootOut) });
    panel.entryMode.value = 'login';
    await heading('Log in');
    expect(screen.queryByRole('button', { name: 'Forgot your password?' })).toBeNull();
  });

  it('takes over the address, and answers the same for every one', async () => {
    const { user, api, panel } = await open();
    panel.entryMode.value = 'login';
    await heading('Log in');
    await user.type(await screen.findByLabelText('E-mail'), 'ada@example.com');
    await user.click(await button('Forgot your password?'));
    await heading('Forgot your password?');
    expect((screen.getByLabelText('E-mail') as HTMLInputElement).value).toBe('ada@example.com');
    await user.click(await button('Send the link'));
    await heading('Check your mail');
    expect(screen.getByText(/If there is an account with ada@example.com/)).toBeTruthy();
    expect(api.forgotPassword).toHaveBeenCalledExactlyOnceWith({
      email: 'ada@example.com',
      companyId: company.id,
    });
    await user.click(await button('Use another address'));
    await heading('Forgot your password?');
    await user.click(await button('Back'));
    await heading('Log in');
  });

  it.each([
    ['nothing was typed', null, 'Enter your e-mail address.'],
    ['the server finds fault with it', 'invalid', 'This address looks incomplete.'],
    ['mail is off by now', 'mail_off', 'mail is switched off here'],
    ['the server is away', 'unavailable', 'busy or restarting'],
  ] as const)('says what is wrong where %s', async (_case, code, words) => {
    const problems = [{ field: 'email', problem: 'invalid', message: '' }] as const;
    const { user, panel } = await open({
      forgotPassword: async () =>
        refused(code ?? 'internal', { problems: code === 'invalid' ? [...problems] : [] }),
    });
    panel.entryMode.value = 'login';
    panel.door.value = { name: 'forgot' };
    await heading('Forgot your password?');
    const email = await screen.findByLabelText('E-mail');
    if (code) await user.type(email, 'ada@example');
    await user.click(await button('Send the link'));
    await screen.findByText(new RegExp(words));
    if (!code || code === 'invalid')
      await waitFor(() => expect(document.activeElement).toBe(email));
  });
});

describe('a mailed link', () => {
  it('opens at once where the sign-up was made here, and says where else it works', async () => {
    const { user, api, device, panel } = await openWithProof();
    await heading('You are logged in');
    expect(api.redeemLink).toHaveBeenCalledExactlyOnceWith({
      token: 'token-1',
      proof: 'proof-1',
      session: 'cookie',
    });
    expect(device.get(proofKey(company.id))).toBeNull();
    expect(screen.getByText(/work on Nordlicht Energie’s site/)).toBeTruthy();
    await user.click(await button('Go on to your reports'));
    await heading('Nothing reported yet');
    expect(panel.link.value).toBeNull();
  });

  async function openWithProof() {
    const setup = setUp({ boot: async () => ok(atDoor) });
    setup.device.set(proofKey(company.id), 'proof-1');
    return open({}, { device: setup.device }, 'token-1');
  }

  it('asks for a password otherwise, and says which ones are too easy', async () => {
    const { user, api } = await open({ redeemLink: vi.fn(async () => missing()) }, {}, 'token-1');
    await heading('Choose your password');
    const field = screen.getByLabelText('New password');
    await user.click(await button('Save and log in'));
    await screen.findByText('Enter your password.');
    await user.type(field, 'short');
    await user.click(await button('Save and log in'));
    await screen.findByText(/too short/);
    expect(api.redeemLink).toHaveBeenCalledOnce();
    await user.type(field, ' but longer');
    for (const [problem, words] of [
      ['too_common', 'one of the commonest'],
      ['too_personal', 'made of your address'],
    ] as const) {
      api.redeemLink.mockResolvedValueOnce(
        refused('invalid', { problems: [{ field: 'password', problem, message: '' }] }),
      );
      await user.click(await button('Save and log in'));
      await screen.findByText(new RegExp(words));
      await waitFor(() => expect(document.activeElement).toBe(field));
    }
    api.redeemLink.mockResolvedValueOnce(ok({ customer, expiresAt: '' }));
    await user.click(await button('Save and log in'));
    await heading('You are logged in');
    expect(api.redeemLink).toHaveBeenLastCalledWith(
      expect.objectContaining({ token: 'token-1', password: 'short but longer' }),
    );
  });

  it('that has ended offers the log-in and a new one', async () => {
    const { user } = await open({ redeemLink: async () => refused('link_ended') }, {}, 'token-1');
    await heading('This link has ended');
    await user.click(await button('Send a new link'));
    await heading('Forgot your password?');
  });

  it('that cannot be opened now can be tried again', async () => {
    const redeemLink = vi.fn<Api['redeemLink']>(async () => refused('network'));
    const { user } = await open({ redeemLink }, {}, 'token-1');
    await screen.findByText('Your link could not be opened');
    redeemLink.mockResolvedValueOnce(ok({ customer, expiresAt: '' }));
    await user.click(await button('Try again'));
    await heading('You are logged in');
  });

  it('replaces whoever is logged in, whose menu is not shown meanwhile', async () => {
    const other = { ...customer, id: 'someone-else', name: 'Grace' };
    const { user, panel } = await open(
      {
        boot: async () => ok(bootIn),
        redeemLink: async () => ok({ customer: other, expiresAt: '' }),
      },
      {},
      'token-1',
    );
    await heading('You are logged in');
    expect(screen.queryByRole('button', { name: 'Account' })).toBeNull();
    await user.click(await button('Go on to your reports'));
    expect(panel.customer.value?.id).toBe('someone-else');
  });

  it('leaves the address at once, and lies nowhere on the device', async () => {
    const setup = setUp({}, { isFramed: false });
    const replaceState = vi.fn();
    const location = { href: 'https://support.example/portal?company=acme#link=token-1' };
    const page = Object.create(window, {
      location: { value: location },
      history: { value: { replaceState } },
    });
    const detach = attach(setup.panel, page);
    expect(replaceState).toHaveBeenCalledWith(
      null,
      '',
      'https://support.example/portal?company=acme',
    );
    expect(setup.panel.link.value).toBe('token-1');
    expect(setup.device.keys('')).toEqual([]);
    detach();
  });

  it('is none in a frame, where the host page could have put it', async () => {
    const setup = setUp({}, { isFramed: true });
    const location = { href: 'https://support.example/panel#link=token-1' };
    const detach = attach(setup.panel, Object.create(window, { location: { value: location } }));
    expect(setup.panel.link.value).toBeNull();
    detach();
  });
});

describe('a change of password', () => {
  async function openForm(overrides: Partial<Api> = {}) {
    const setup = await open({ boot: async () => ok(bootIn), ...overrides });
    await heading('Nothing reported yet');
    await setup.user.click(await button('Account'));
    await setup.user.click(await screen.findByRole('menuitem', { name: 'Change password' }));
    await heading('Change password');
    return setup;
  }
  const fill = async (user: ReturnType<typeof userEvent.setup>) => {
    await user.type(screen.getByLabelText('Current password'), 'correct horse');
    await user.type(screen.getByLabelText('New password'), NEW);
    await user.click(await button('Change password'));
  };

  it('is offered to who has a password, and to nobody else', async () => {
    const me = { customer: { ...customer, hasPassword: false }, expiresAt: '' };
    const { user } = await open({ boot: async () => ok({ ...bootIn, me }) });
    await heading('Nothing reported yet');
    await user.click(await button('Account'));
    await screen.findByRole('menuitem', { name: 'Log out' });
    expect(screen.queryByRole('menuitem', { name: 'Change password' })).toBeNull();
  });

  it('goes on here, with a new token where no cookies are kept', async () => {
    const { user, api, panel } = await openForm({
      changePassword: vi.fn(async () => ok({ customer, expiresAt: '', token: 'new' })),
    });
    await fill(user);
    await heading('Your password is changed');
    expect(screen.getByText(/Everywhere else you have been logged out/)).toBeTruthy();
    expect(api.changePassword).toHaveBeenCalledExactlyOnceWith({
      currentPassword: 'correct horse',
      password: NEW,
      session: 'cookie',
    });
    expect(panel.deps.tab.get(TOKEN_KEY)).toBe('new');
    await user.click(await button('Back to your reports'));
    await heading('Nothing reported yet');
  });

  it('says beside its field that the current one is another', async () => {
    const { user } = await openForm({ changePassword: async () => refused('wrong_credentials') });
    await fill(user);
    await screen.findByText(/This is not your current password/);
    const current = screen.getByLabelText('Current password');
    await waitFor(() => expect(document.activeElement).toBe(current));
    expect(current.getAttribute('aria-invalid')).toBe('true');
    expect((current as HTMLInputElement).value).toBe('correct horse');
  });

  it('counts down after too many tries', async () => {
    const { user } = await openForm({
      changePassword: async () => refused('rate_limited', { waitMs: 30_000 }),
    });
    await fill(user);
    await button(/^Wait \d+ sec$/);
    expect((await screen.findByRole('alert')).textContent).toContain('a lot at once');
  });
});

describe('the door', () => {
  it('makes way while it is found out whom the page names, but not for who types', async () => {
    const { user, panel } = await open();
    await heading('Create your account');
    panel.isNaming.value = true;
    await heading('Loading');
    panel.isNaming.value = false;
    await user.type(await screen.findByLabelText('Password'), 'c');
    panel.isNaming.value = true;
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect((screen.getByLabelText('Password') as HTMLInputElement).value).toBe('c');
  });
});
