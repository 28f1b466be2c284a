import { cleanup, fireEvent, render, screen, waitFor, within } from '@testing-library/preact';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Scope } from '../../../shared/scopes.ts';
import type { Api } from '../../../widget/desk/api/desk.ts';
import { App } from '../../../widget/desk/app.tsx';
import { attach } from '../../../widget/desk/environment.ts';
import { boot } from '../../../widget/desk/state/session.ts';
import { buildIncident, ok, refused, session, setUp } from './support.ts';

let detach = () => {};
const incident = buildIncident({ shortDescription: 'No meter reading' });
const NAME = incident.customer?.name ?? '';
const EMAIL = incident.customer?.email ?? '';

async function show(overrides: Partial<Api> = {}) {
  window.location.hash = `#waiting/${incident.ticketNumber}`;
  const setup = setUp([incident, buildIncident({ customerId: 'x', customer: null })], overrides);
  detach = attach(setup.desk, window);
  render(<App desk={setup.desk} />);
  await boot(setup.desk);
  await screen.findByRole('heading', { level: 1, name: 'No meter reading' });
  return setup;
}
const menuButton = () => screen.findByRole('button', { name: `Customer: ${NAME}` });
const choose = async (item: string) => {
  fireEvent.click(await menuButton());
  fireEvent.click(await screen.findByRole('menuitem', { name: item }));
};

beforeEach(() => {
  HTMLDialogElement.prototype.showModal ??= function showModal(this: HTMLDialogElement) {
    this.open = true;
  };
});
afterEach(() => {
  cleanup();
  detach();
  window.location.hash = '';
});

describe("the customer's menu", () => {
  it('is there for keys that may manage', async () => {
    const scopes: Scope[] = ['read', 'write'];
    await show({ session: vi.fn(async () => ok({ ...session, scopes })) });
    expect(screen.queryByRole('button', { name: `Customer: ${NAME}` })).toBeNull();
    expect(screen.getAllByText(NAME).length).toBeGreaterThan(0);
  });

  it('opens, is walked by arrow keys, and gives the focus back', async () => {
    await show();
    const button = await menuButton();
    button.focus();
    fireEvent.keyDown(button, { key: 'ArrowDown' });
    const items = await screen.findAllByRole('menuitem');
    expect(items.map(({ textContent }) => textContent)).toEqual([
      ...['Disable…', 'Download data', 'Erase…'],
    ]);
    await waitFor(() => expect(document.activeElement).toBe(items[0]));
    for (const [key, at] of [
      ['ArrowUp', 2],
      ['ArrowDown', 0],
      ['End', 2],
      ['Home', 0],
    ] as const) {
      fireEvent.keyDown(document.activeElement ?? button, { key });
      expect(document.activeElement, key).toBe(items[at]);
    }
    fireEvent.keyDown(document.activeElement ?? button, { key: 'Escape' });
    await waitFor(() => expect(screen.queryByRole('menu')).toBeNull());
    expect(document.activeElement).toBe(button);
  });

  it('disables after a question, which shows, and enables without one', async () => {
    const { desk, api } = await show();
    await choose('Disable…');
    await waitFor(() => expect(desk.question.value?.title).toBe(`Disable ${NAME}?`));
    desk.question.value?.answer(false);
    expect(api.setDisabled).not.toHaveBeenCalled();
    await choose('Disable…');
    await waitFor(() => expect(desk.question.value).not.toBeNull());
    desk.question.value?.answer(true);
    expect(await screen.findByText('Disabled')).toBeTruthy();
    expect(api.setDisabled).toHaveBeenCalledWith(incident.customerId, true);
    await choose('Enable');
    await waitFor(() => expect(screen.queryByText('Disabled')).toBeNull());
    expect(desk.said.value).toBe(`${NAME} can log in again.`);
  });

  it('says so where that was refused', async () => {
    const { desk } = await show({ setDisabled: async () => refused('forbidden') });
    await choose('Disable…');
    await waitFor(() => expect(desk.question.value).not.toBeNull());
    desk.question.value?.answer(true);
    expect(await screen.findByText(/This key may not do that/)).toBeTruthy();
  });

  it('hands their data to the browser, and half a file to nobody', async () => {
    const { desk, api } = await show();
    await choose('Download data');
    await waitFor(() => expect(desk.deps.saveFile).toHaveBeenCalledTimes(1));
    expect(vi.mocked(desk.deps.saveFile).mock.calls[0]?.[0]).toBe(
      `customer-${incident.customerId}.json`,
    );
    api.exportCustomer.mockResolvedValueOnce(new Response('', { status: 503 }));
    await choose('Download data');
    expect(await screen.findByText(/The server cannot be reached/)).toBeTruthy();
    expect(desk.deps.saveFile).toHaveBeenCalledTimes(1);
  });
});

describe('erasing a customer', () => {
  const open = async (overrides: Partial<Api> = {}) => {
    const setup = await show(overrides);
    await choose('Erase…');
    const dialog = await screen.findByRole('dialog', { name: `Erase ${NAME}?` });
    const field = within(dialog).getByLabelText(`Type ${EMAIL} to confirm`);
    const submit = () => fireEvent.submit(field.closest('form') as HTMLFormElement);
    const type = (value: string) => fireEvent.input(field, { target: { value } });
    return { ...setup, dialog, field, submit, type };
  };

  it('says what goes, and does nothing without their address', async () => {
    const { dialog, submit, type, field, api } = await open();
    expect(within(dialog).getByText(/their incident, with the whole conversation/)).toBeTruthy();
    submit();
    expect(await within(dialog).findByText('Type their address.')).toBeTruthy();
    type('somebody@else.example');
    submit();
    expect(await within(dialog).findByText('This is not their address.')).toBeTruthy();
    await waitFor(() => expect(document.activeElement).toBe(field));
    expect(api.eraseCustomer).not.toHaveBeenCalled();
    fireEvent.click(within(dialog).getByRole('button', { name: 'Cancel' }));
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  });

  it('says what went, and shows nothing of theirs any more', async () => {
    const { desk, api, submit, type } = await open();
    type(` ${EMAIL.toUpperCase()} `);
    submit();
    const done = await screen.findByRole('dialog', { name: `${NAME} is erased` });
    expect(api.eraseCustomer).toHaveBeenCalledWith(incident.customerId, EMAIL.toUpperCase());
    for (const text of ['1 incident', '12 comments', '3 messages', '1 session']) {
      expect(within(done).getByText(text)).toBeTruthy();
    }
    expect(within(done).queryByText(/note/)).toBeNull();
    expect(desk.route.value).toMatchObject({ open: null });
    expect(desk.case.known.size).toBe(0);
    fireEvent.click(within(done).getByRole('button', { name: 'Close' }));
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(document.activeElement?.tagName).toBe('H1');
    expect(screen.queryByText('No meter reading')).toBeNull();
  });

  it.each([
    ['unavailable', /is being sent just now/],
    ['timeout', /It may have been done all the same/],
    ['forbidden', /This key may not do that/],
  ] as const)('that did not come through says what to do: %s', async (code, words) => {
    const { dialog, submit, type, desk } = await open({ eraseCustomer: async () => refused(code) });
    type(EMAIL);
    submit();
    expect(await within(dialog).findByText(words)).toBeTruthy();
    expect(desk.case.incident.value?.id).toBe(incident.id);
    expect(desk.pausedUntil.value).toBe(0);
  });
});
