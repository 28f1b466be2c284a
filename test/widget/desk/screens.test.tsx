import { cleanup, fireEvent, render, screen, waitFor, within } from '@testing-library/preact';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Api } from '../../../widget/desk/api/desk.ts';
import { App } from '../../../widget/desk/app.tsx';
import { attach } from '../../../widget/desk/environment.ts';
import { boot } from '../../../widget/desk/state/session.ts';
import {
  buildComment,
  buildIncident,
  ok,
  pageOf,
  refused,
  session,
  setUp,
  webhook,
} from './support.ts';

let detach = () => {};

/** The whole desk on a page, at an address. */
async function show(
  address: string,
  incidents: Parameters<typeof setUp>[0] = [],
  overrides: Partial<Api> = {},
) {
  window.location.hash = address;
  const setup = setUp(incidents, overrides);
  detach = attach(setup.desk, window);
  render(<App desk={setup.desk} />);
  await boot(setup.desk);
  return setup;
}

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

const type = (element: HTMLElement, value: string) =>
  fireEvent.input(element, { target: { value } });
const press = (key: string) => fireEvent.keyDown(document.activeElement ?? document.body, { key });

describe('the door', () => {
  it('takes a key, shows it on request, and says what is wrong with it', async () => {
    const { api } = await show('', [], {
      session: async () => refused('unauthorized'),
      logIn: async () => refused('unauthorized'),
    });
    const field = await screen.findByLabelText('API key');
    expect(field.getAttribute('type')).toBe('password');
    fireEvent.click(screen.getByRole('button', { name: 'Show key' }));
    expect(field.getAttribute('type')).toBe('text');
    fireEvent.click(screen.getByRole('button', { name: 'Log in' }));
    expect(await screen.findByText('Enter your API key.')).toBeTruthy();
    type(field, ' ph_wrong ');
    fireEvent.submit(field.closest('form') as HTMLFormElement);
    expect(await screen.findByText(/This key is not known/)).toBeTruthy();
    expect(api.logIn).toHaveBeenCalledWith('ph_wrong');
  });
});

describe('the queue on screen', () => {
  it('lists who waits, with status, priority, customer and number', async () => {
    const incident = buildIncident({ shortDescription: 'No meter reading', priority: 'CRITICAL' });
    await show('#waiting', [incident]);
    const row = await screen.findByRole('link', { name: /No meter reading/ });
    for (const text of ['Open', 'Critical', 'Jürgen Weiß', incident.ticketNumber]) {
      expect(within(row).getByText(text)).toBeTruthy();
    }
    expect(document.title).toBe('(1) Nordlicht desk');
    const nav = screen.getByRole('navigation');
    expect(within(nav).getByRole('link', { name: /To answer 1/ })).toBeTruthy();
  });

  it('says that everyone is answered', async () => {
    await show('#waiting', []);
    expect(await screen.findByText('Everyone is answered')).toBeTruthy();
    expect(document.title).toBe('Nordlicht desk');
  });

  it('says that nothing matches, and takes the filters off', async () => {
    const { desk } = await show('#all', []);
    type(await screen.findByRole('textbox', { name: /Search/ }), 'xyz');
    expect(await screen.findByText('Nothing matches')).toBeTruthy();
    fireEvent.click(screen.getByRole('button', { name: 'Clear filters' }));
    expect(desk.queue.search.value).toBe('');
  });

  it('says what went wrong and tries again', async () => {
    const incidents = vi
      .fn<Api['incidents']>()
      .mockResolvedValueOnce(refused('internal'))
      .mockResolvedValue(ok(pageOf([buildIncident({ shortDescription: 'Back again' })])));
    await show('#waiting', [], { incidents });
    expect(await screen.findByText('The queue could not be loaded.')).toBeTruthy();
    fireEvent.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await screen.findByText('Back again')).toBeTruthy();
  });

  it('hides what a key may not do', async () => {
    const incident = buildIncident();
    await show(`#waiting/${incident.ticketNumber}`, [incident], {
      session: async () => ok({ ...session, scopes: ['read'] }),
    });
    await screen.findByRole('heading', { name: incident.shortDescription });
    expect(screen.queryByRole('tab')).toBeNull();
    expect(screen.queryByRole('button', { name: 'Resolve…' })).toBeNull();
    expect(screen.queryByRole('link', { name: 'Webhooks' })).toBeNull();
  });
});

describe('the incident on screen', () => {
  it('tells who said what and who did what, and marks what stays inside', async () => {
    const incident = buildIncident({
      status: 'INVESTIGATION',
      comments: [
        buildComment({ content: 'Tax key', isInternal: true, createdAt: '2026-11-22T11:58:00Z' }),
        buildComment({ content: 'On it', createdAt: '2026-11-22T11:59:00Z' }),
      ],
      history: [
        { status: 'OPEN', at: '2026-11-22T11:00:00Z', by: null },
        { status: 'INVESTIGATION', at: '2026-11-22T11:57:00Z', by: 'Billing team' },
      ],
    });
    await show(`#waiting/${incident.ticketNumber}`, [incident]);
    const talk = await screen.findByRole('list', { name: 'Conversation' });
    const entries = within(talk)
      .getAllByRole('listitem')
      .map((one) => one.textContent ?? '');
    expect(entries.at(-3)).toContain('by Billing team');
    expect(entries.at(-2)).toContain('Internal note, the customer never sees it');
    expect(entries.at(-1)).not.toContain('Internal');
  });

  it('shows only the moves that are allowed', async () => {
    const incident = buildIncident({ status: 'RESOLVED' });
    await show(`#resolved/${incident.ticketNumber}`, [incident]);
    const moves = await screen.findByRole('group', { name: 'Status' });
    const names = within(moves)
      .getAllByRole('button')
      .map((one) => one.textContent);
    expect(names).toEqual(['Investigating', 'Close…']);
  });

  it('leaves no doubt where a text goes', async () => {
    const incident = buildIncident();
    const { api } = await show(`#waiting/${incident.ticketNumber}`, [incident]);
    const reply = await screen.findByRole('tab', { name: 'Reply to Jürgen' });
    expect(reply.getAttribute('aria-selected')).toBe('true');
    expect(screen.getByRole('button', { name: 'Send to customer' })).toBeTruthy();
    fireEvent.click(screen.getByRole('tab', { name: 'Internal note' }));
    expect(screen.queryByRole('button', { name: 'Send to customer' })).toBeNull();
    expect(screen.queryByRole('button', { name: 'Send and resolve' })).toBeNull();
    const note = screen.getByRole('textbox', { name: 'Internal note' });
    type(note, 'Only for us');
    fireEvent.keyDown(note, { key: 'Enter', ctrlKey: true });
    await waitFor(() => expect(api.comment).toHaveBeenCalledWith(incident.id, 'Only for us', true));
  });

  it('takes no more words once it is closed', async () => {
    const incident = buildIncident({ status: 'CLOSED' });
    await show(`#closed/${incident.ticketNumber}`, [incident]);
    expect(await screen.findByText(/Nothing more can be written/)).toBeTruthy();
    expect(screen.queryByRole('tab')).toBeNull();
  });

  it('has its details changed, and keeps what was typed', async () => {
    const incident = buildIncident();
    const { api } = await show(`#waiting/${incident.ticketNumber}`, [incident]);
    const details = (await screen.findByText('Details for the team')).closest('details');
    if (details) details.open = true;
    fireEvent(details as Element, new Event('toggle'));
    type(await screen.findByLabelText('Region'), 'eu-central');
    fireEvent.click(screen.getByRole('button', { name: 'Save details' }));
    await waitFor(() =>
      expect(api.update).toHaveBeenCalledWith(incident.id, { region: 'eu-central' }),
    );
    await waitFor(() => expect(screen.queryByRole('button', { name: 'Save details' })).toBeNull());
  });

  it('shows what else the customer has reported', async () => {
    const incident = buildIncident();
    if (incident.customer) incident.customer.incidentCount = 3;
    const { desk } = await show(`#waiting/${incident.ticketNumber}`, [incident]);
    fireEvent.click(await screen.findByRole('button', { name: '2 other incidents' }));
    expect(desk.route.value).toMatchObject({ view: 'customer', customerId: incident.customerId });
  });
});

describe('announcements', () => {
  it('are written for everyone, after a question', async () => {
    const { api, desk } = await show('#announcements/new');
    fireEvent.click(await screen.findByRole('button', { name: 'Publish' }));
    expect(await screen.findByText('Say in one sentence what is the matter.')).toBeTruthy();
    type(screen.getByLabelText('What is the matter?'), 'Payments fail');
    fireEvent.click(screen.getByRole('button', { name: 'Publish' }));
    await waitFor(() => expect(desk.question.value?.text).toContain('Payments fail'));
    desk.question.value?.answer(true);
    expect(await screen.findByRole('tab', { name: 'Update for everyone' })).toBeTruthy();
    expect(api.announce).toHaveBeenCalledWith(
      expect.objectContaining({ summary: 'Payments fail', priority: 'HIGH' }),
    );
  });
});

describe('webhooks', () => {
  it('show their secret once', async () => {
    const { desk } = await show('#webhooks/new');
    type(await screen.findByLabelText('Address'), 'https://example.com/hook');
    fireEvent.click(screen.getByRole('button', { name: 'Create webhook' }));
    const secret = await screen.findByRole('textbox', { name: 'Copy the secret now' });
    expect((secret as HTMLInputElement).value).toBe('whsec_secret');
    fireEvent.click(screen.getByRole('button', { name: 'I have it' }));
    await waitFor(() =>
      expect(screen.queryByRole('textbox', { name: 'Copy the secret now' })).toBeNull(),
    );
    expect(desk.setUp.secret.value).toBeNull();
  });

  it('say why an address was refused', async () => {
    const problem = { field: 'url', problem: 'invalid', message: 'url must be public.' } as const;
    await show('#webhooks/new', [], {
      createWebhook: async () => refused('invalid', { problems: [problem] }),
    });
    type(await screen.findByLabelText('Address'), 'https://10.0.0.1/');
    fireEvent.click(screen.getByRole('button', { name: 'Create webhook' }));
    expect(await screen.findByText('Must be public.')).toBeTruthy();
  });

  it('are paused, and deleted after a question', async () => {
    const { api, desk } = await show(`#webhooks/${webhook.id}`);
    fireEvent.click(await screen.findByRole('button', { name: 'Pause' }));
    expect(await screen.findByRole('button', { name: 'Resume' })).toBeTruthy();
    fireEvent.click(screen.getByRole('button', { name: 'Delete' }));
    await waitFor(() => expect(desk.question.value?.text).toContain(webhook.url));
    desk.question.value?.answer(true);
    await waitFor(() => expect(api.deleteWebhook).toHaveBeenCalledWith(webhook.id));
    expect(await screen.findByText('No webhooks yet')).toBeTruthy();
  });
});

describe('the audit log', () => {
  it('says who did what, reads on, and is handed out as a file', async () => {
    const entry = {
      id: 'e1',
      at: '2026-11-22T11:00:00.000Z',
      companyId: null,
      actor: { type: 'key', id: null, name: 'Billing team' },
      ip: '192.0.2.7',
      action: 'incident.updated',
      subject: { type: 'incident', id: '0199d0c5-0000-7000-9000-000000000001' },
      before: { priority: 'LOW' },
      after: { priority: 'HIGH' },
    } as const;
    const audit = vi
      .fn<Api['audit']>()
      .mockResolvedValueOnce(ok({ entries: [entry], nextCursor: 'c1' }))
      .mockResolvedValue(ok({ entries: [{ ...entry, id: 'e2' }], nextCursor: null }));
    const { desk, api } = await show('#audit', [], { audit });
    expect(await screen.findByText('priority: LOW → HIGH')).toBeTruthy();
    fireEvent.click(screen.getByRole('button', { name: 'Show older entries' }));
    await waitFor(() => expect(screen.getAllByRole('row')).toHaveLength(3));
    expect(audit).toHaveBeenLastCalledWith(expect.objectContaining({ before: 'c1' }));
    fireEvent.click(screen.getByRole('button', { name: 'Export CSV' }));
    await waitFor(() => expect(desk.deps.saveFile).toHaveBeenCalled());
    expect(api.exportAudit).toHaveBeenCalledWith('csv', undefined);
  });
});

describe('the keyboard', () => {
  it('walks the queue, opens, writes, and goes back', async () => {
    const incidents = [buildIncident(), buildIncident()];
    const { desk } = await show(`#waiting`, incidents);
    await screen.findAllByRole('link', { name: /Problem/ });
    press('j');
    press('j');
    expect(document.activeElement?.getAttribute('data-id')).toBe(incidents[1]?.id);
    press('k');
    expect(document.activeElement?.getAttribute('data-id')).toBe(incidents[0]?.id);
    window.location.hash = `#waiting/${incidents[0]?.ticketNumber}`;
    await screen.findByRole('heading', { level: 1, name: incidents[0]?.shortDescription ?? '' });
    press('n');
    await waitFor(() => expect(document.activeElement?.tagName).toBe('TEXTAREA'));
    expect(screen.getByRole('tab', { selected: true }).textContent).toBe('Internal note');
    // While somebody types, a letter is a letter.
    press('r');
    expect(screen.getByRole('tab', { selected: true }).textContent).toBe('Internal note');
    press('Escape');
    press('Escape');
    await waitFor(() => expect(desk.route.value).toMatchObject({ open: null }));
  });

  it('shows the list of shortcuts', async () => {
    await show('#waiting');
    await screen.findByText('Everyone is answered');
    press('?');
    const help = await screen.findByRole('dialog', { name: 'Keyboard shortcuts' });
    expect(within(help).getByText('Write an internal note')).toBeTruthy();
  });
});
