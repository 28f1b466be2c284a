/**
 * A day at the desk, in a real browser against the real server: log in, answer, note, resolve, announce, by mouse and by
 * keyboard alone, on a laptop and on a tablet. Both sides of one incident: side-by-side.test.ts.
 */
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AxeResults } from 'axe-core';
import type { BrowserContext, Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Incident } from '../../shared/types.ts';
import { expectData, PASSWORD } from '../support/factories.ts';
import { ADMIN_KEY } from '../support/server-process.ts';
import { shows } from '../support/shows.ts';
import { setStage } from '../support/stage.ts';
import {
  answer,
  conversation,
  keepNote,
  moveTo,
  openCase,
  queueRows,
} from '../support/team-at-browser.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const PICTURES = fileURLToPath(new URL('../output/', import.meta.url));

const stage = setStage(() => ({}));
const admin = { apiKey: ADMIN_KEY };

/** A company of its own for each group of tests: its key, and a customer who reports. */
interface Team {
  key: string;
  companyId: string;
  customer: string;
}

let made = 0;

async function buildTeam(name = 'Nordlicht'): Promise<Team> {
  made += 1;
  const { api } = stage;
  const body = { name, slug: `desk-${made}`, accent: '#4353d6' };
  const { id } = expectData(await api.post('/companies', { ...admin, body }), 201);
  const asked = { ...admin, body: { name: 'billing-team', companyId: id } };
  const { secret } = expectData(await api.post('/api-keys', asked), 201);
  return { key: secret, companyId: id, customer: await buildCustomer(id, 'Jürgen Weiß') };
}

async function buildCustomer(companyId: string, name: string): Promise<string> {
  made += 1;
  const body = { email: `person-${made}@example.com`, password: PASSWORD, name, companyId };
  return expectData(await stage.api.post('/customer/register', { body }), 201).token;
}

async function report(token: string, shortDescription: string, rest = {}): Promise<Incident> {
  const body = {
    shortDescription,
    description: 'Auf der Rechnung stehen 19 % statt 7 % MwSt.',
    priority: 'MEDIUM',
    category: 'Others',
    ...rest,
  };
  return expectData(await stage.api.post('/customer/create-incident', { token, body }), 201);
}

const read = async (id: string) =>
  expectData(await stage.api.get(`/incident-ticket/${id}`, admin), 200);

type Looks = Parameters<typeof stage.browser.newContext>[0];

async function openDesk(key: string, looks: Looks = {}): Promise<Page> {
  const context = await stage.browser.newContext({
    viewport: { width: 1280, height: 760 },
    reducedMotion: 'reduce',
    ...looks,
  });
  const page = await context.newPage();
  await page.goto(`${stage.server.url}/desk#key=${key}`);
  await page.getByRole('navigation', { name: 'Queues' }).waitFor();
  return page;
}

/** The tag and the words of what has the focus. */
const focused = (desk: Page) =>
  desk.evaluate(() => {
    const { tagName, textContent } = document.activeElement as HTMLElement;
    return `${tagName} ${tagName === 'BODY' ? '' : textContent}`;
  });

const chooseOfCustomer = async (desk: Page, item: string) => {
  await desk.getByRole('button', { name: /^Customer: / }).click();
  await desk.getByRole('menuitem', { name: item }).click();
};

const view = (desk: Page, name: string) =>
  desk.getByRole('navigation', { name: 'Queues' }).getByRole('link', { name }).click();

async function picture(page: Page, name: string): Promise<void> {
  mkdirSync(PICTURES, { recursive: true });
  await page.screenshot({ path: join(PICTURES, `desk-${name}.png`), animations: 'disabled' });
}

/** Rule and elements of every finding. */
async function findings(page: Page): Promise<string[]> {
  // Past the page's policy, which lets no script in.
  await page.evaluate(AXE);
  const { violations } = await page.evaluate(
    (rules): Promise<AxeResults> =>
      (window as unknown as { axe: typeof import('axe-core') }).axe.run(document, {
        runOnly: rules,
      }),
    RULES,
  );
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`);
}

describe('the door', () => {
  let context: BrowserContext;
  let desk: Page;
  let team: Team;
  beforeAll(async () => {
    team = await buildTeam();
    context = await stage.browser.newContext();
    desk = await context.newPage();
    await desk.goto(`${stage.server.url}/desk#work`);
  });

  it('opens with a key, which no script can read afterwards', async () => {
    await desk.getByLabel('API key').fill('ph_wrong');
    await desk.getByRole('button', { name: 'Log in' }).click();
    await desk.getByText('This key is not known').waitFor();
    await picture(desk, 'door');
    await desk.getByLabel('API key').fill(team.key);
    await desk.getByRole('button', { name: 'Log in' }).click();
    await desk.getByText('Nothing in work').waitFor();
    const kept = await desk.evaluate(() => [
      document.cookie,
      JSON.stringify({ ...localStorage, ...sessionStorage }),
    ]);
    expect(kept).toEqual(['', '{}']);
    const [cookie] = await context.cookies();
    expect(cookie).toMatchObject({ httpOnly: true, secure: true, sameSite: 'Strict' });
  });

  it('stays open over a reload, and asks again once the key is revoked, at the same place', async () => {
    await desk.reload();
    await desk.getByText('Nothing in work').waitFor();
    const keys = expectData(
      await stage.api.get(`/api-keys?companyId=${team.companyId}`, admin),
      200,
    );
    expectData(await stage.api.delete(`/api-keys/${keys[0].id}`, admin), 200);
    // Not by its link: the stream may have told first, and the door be there instead.
    await desk.evaluate(() => {
      location.hash = 'mitigated';
    });
    await desk.getByText('Your session has ended').waitFor();
    const asked = { ...admin, body: { name: 'billing-team', companyId: team.companyId } };
    const { secret } = expectData(await stage.api.post('/api-keys', asked), 201);
    await desk.getByLabel('API key').fill(secret);
    await desk.getByRole('button', { name: 'Log in' }).click();
    await desk.getByText('Nothing mitigated').waitFor();
  });

  it('closes for good', async () => {
    await desk.getByRole('button', { name: 'Log out' }).click();
    await desk.getByLabel('API key').waitFor();
    await desk.reload();
    await desk.getByLabel('API key').waitFor();
    expect(await context.cookies()).toEqual([]);
  });
});

describe('an incident at the desk', () => {
  const TITLE = 'Rechnung enthält falsche Umsatzsteuer';
  let desk: Page;
  let team: Team;
  let incident: Incident;
  beforeAll(async () => {
    team = await buildTeam();
    desk = await openDesk(team.key);
    await desk.getByText('Everyone is answered').waitFor();
    await report(team.customer, 'Zählerstand fehlt', { priority: 'HIGH' });
    incident = await report(team.customer, TITLE);
  });

  it('comes in by itself, and is counted in the tab', async () => {
    await queueRows(desk).filter({ hasText: TITLE }).waitFor();
    await expect.poll(() => desk.title()).toBe('(2) Nordlicht desk');
    expect(desk.url()).not.toContain('key=');
  });

  it('is moved, noted and answered, each where it belongs', async () => {
    await openCase(desk, TITLE);
    await moveTo(desk, 'Investigating');
    await conversation(desk).getByText('by billing-team').waitFor();
    await keepNote(desk, 'Tax key of article 88-1203-B was changed on 1 Nov.');
    await conversation(desk).getByText('Internal note, the customer never sees it').waitFor();
    await answer(desk, 'Jürgen', 'Danke! Wir korrigieren gerade alle Rechnungen.');
    await conversation(desk).getByText('Wir korrigieren').waitFor();
    const { comments } = await read(incident.id);
    expect(comments.map(({ isInternal }: { isInternal: boolean }) => isInternal)).toEqual([
      true,
      false,
    ]);
    await picture(desk, 'incident');
    // Answered: nobody waits for it any more.
    await queueRows(desk).filter({ hasText: TITLE }).waitFor({ state: 'detached' });
    await expect.poll(() => desk.title()).toBe('(1) Nordlicht desk');
  });

  it('shows what the customer writes, and keeps what is being typed', async () => {
    const field = desk.getByRole('textbox', { name: 'Reply to Jürgen' });
    await desk.getByRole('tab', { name: 'Reply to Jürgen' }).click();
    await field.fill('Die korrigierte Rechnung ist');
    const call = { token: team.customer, body: { content: 'Kommt sie per E-Mail?' } };
    expectData(await stage.api.post(`/customer/${incident.id}/comments`, call), 201);
    await conversation(desk).getByText('Kommt sie per E-Mail?').waitFor();
    expect(await field.inputValue()).toBe('Die korrigierte Rechnung ist');
    await desk.getByText('Draft kept on this device').waitFor();
    await desk.reload();
    await conversation(desk).getByText('Kommt sie per E-Mail?').waitFor();
    expect(await field.inputValue()).toBe('Die korrigierte Rechnung ist');
  });

  it('keeps a reply that cannot be sent, and sends it once there is a way through', async () => {
    const field = desk.getByRole('textbox', { name: 'Reply to Jürgen' });
    await field.fill('Ja, heute noch.');
    await desk.context().setOffline(true);
    await desk.getByText('You are offline').waitFor();
    await desk.getByRole('button', { name: 'Send to customer' }).click();
    await desk.getByText('Not sent:').waitFor();
    expect(await field.inputValue()).toBe('Ja, heute noch.');
    await picture(desk, 'offline');
    await desk.context().setOffline(false);
    await desk.getByRole('button', { name: 'Try again' }).click();
    await conversation(desk).getByText('Ja, heute noch.').waitFor();
    expect(await field.inputValue()).toBe('');
  });

  it('shows the moves anew when somebody else was faster', async () => {
    const url = `/incident-ticket/${incident.id}`;
    // Faster by so little that the desk cannot have heard of it: while its own move is on the way.
    const move = (address: URL) => address.pathname.endsWith(url);
    await desk.route(move, async (route) => {
      expectData(await stage.api.put(url, { ...admin, body: { status: 'RESOLVED' } }), 200);
      await route.continue();
    });
    await moveTo(desk, 'Mitigated');
    await desk.getByText('somebody else was faster').waitFor();
    await desk.unroute(move);
    const moves = desk.getByRole('group', { name: 'Status' });
    await moves.getByRole('button', { name: 'Move to Mitigated' }).waitFor({ state: 'detached' });
    await moveTo(desk, 'Investigating');
    await moves.getByRole('button', { name: 'Resolve…' }).waitFor();
  });

  it('is resolved with the last word, and closed after a question', async () => {
    await desk.getByRole('button', { name: 'Resolve…' }).click();
    const form = desk.getByRole('dialog', { name: /^Resolve INC-/ });
    await form.getByRole('textbox').fill('Die korrigierte Rechnung ist unterwegs.');
    await picture(desk, 'resolve');
    await form.getByRole('button', { name: 'Resolve' }).click();
    await form.waitFor({ state: 'detached' });
    await conversation(desk).getByText('ist unterwegs').waitFor();
    await desk.getByRole('button', { name: 'Close…' }).click();
    const question = desk.getByRole('dialog', { name: /^Close INC-/ });
    await question.getByRole('button', { name: 'Cancel' }).click();
    expect((await read(incident.id)).status).toBe('RESOLVED');
    await desk.getByRole('button', { name: 'Close…' }).click();
    await question.getByRole('button', { name: 'Close it' }).click();
    await desk.getByText('Nothing more can be written or moved').waitFor();
    expect((await read(incident.id)).status).toBe('CLOSED');
  });

  it('leads to the others of its customer', async () => {
    await desk.getByRole('button', { name: '1 other incident' }).click();
    await desk.getByRole('heading', { name: 'All of Jürgen Weiß' }).waitFor();
    await expect.poll(() => queueRows(desk).count()).toBe(2);
  });
});

describe('the keyboard alone', () => {
  it('is enough from the queue to the answer', async () => {
    const team = await buildTeam();
    const first = await report(team.customer, 'First matter');
    await report(team.customer, 'Second matter');
    const desk = await openDesk(team.key);
    await queueRows(desk).filter({ hasText: 'Second matter' }).waitFor();
    const press = (key: string) => desk.keyboard.press(key);
    expect(await focused(desk)).toBe('H1 To answer');
    await press('j');
    await press('j');
    await press('k');
    await press('Enter');
    await desk.getByRole('heading', { level: 1, name: 'First matter' }).waitFor();
    await expect.poll(() => focused(desk)).toBe('H1 First matter');
    await press('r');
    await desk.keyboard.type('Answered without a mouse');
    await press('Control+Enter');
    await conversation(desk).getByText('Answered without a mouse').waitFor();
    await press('Escape');
    expect(await focused(desk)).toBe('H1 First matter');
    await press('n');
    await desk.keyboard.type('And noted');
    await press('Control+Enter');
    await conversation(desk).getByText('And noted').waitFor();
    await press('Escape');
    await press('e');
    await desk.getByRole('dialog', { name: /^Resolve/ }).waitFor();
    await desk.keyboard.type('Done.');
    await press('Control+Enter');
    await conversation(desk).getByText('Done.').waitFor();
    expect(await read(first.id)).toMatchObject({ status: 'RESOLVED' });
    await press('Escape');
    await desk.getByText('Choose an incident').waitFor();
    await press('/');
    await desk.keyboard.type('second');
    await expect.poll(() => queueRows(desk).count()).toBe(1);
    await press('Escape');
    await press('Escape');
    await press('?');
    await desk.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
    await press('Escape');
    await desk.getByRole('dialog').waitFor({ state: 'detached' });
    await desk.close();
  });
});

describe('a full queue', () => {
  let desk: Page;
  let team: Team;
  beforeAll(async () => {
    team = await buildTeam('Nordlicht Energie');
    for (let count = 1; count <= 12; count += 1) await report(team.customer, `Matter ${count}`);
    desk = await openDesk(team.key);
    await queueRows(desk).nth(11).waitFor();
  });

  it('tells of what comes in below what is on screen, and leads there', async () => {
    const title = 'Nobody can log in';
    await report(team.customer, title, { priority: 'CRITICAL' });
    const bar = desk.getByRole('button', { name: `1 new below: ${title} (Critical)` });
    await bar.waitFor();
    await picture(desk, 'new-below');
    await bar.click();
    await bar.waitFor({ state: 'detached' });
    await expect.poll(() => focused(desk)).toContain(title);
  });

  it('keeps the focus at the moves, which stand in one row', async () => {
    await openCase(desk, 'Matter 3');
    const moves = desk.getByRole('group', { name: 'Status' });
    const tops = await moves
      .getByRole('button')
      .evaluateAll((all) => all.map((one) => one.getBoundingClientRect().top));
    expect(tops).toHaveLength(5);
    expect(new Set(tops).size).toBe(1);
    await moveTo(desk, 'Acknowledged');
    await expect.poll(() => moves.evaluate((group) => group === document.activeElement)).toBe(true);
  });

  it('finds what stands in another one', async () => {
    await view(desk, 'Closed');
    await desk.getByRole('textbox', { name: 'Search' }).fill('0003');
    await desk.getByText('Nothing matches').waitFor();
    await desk.getByRole('button', { name: 'Search in All' }).click();
    await queueRows(desk).filter({ hasText: 'Matter 3' }).waitFor();
    expect(await queueRows(desk).count()).toBe(1);
    await desk.close();
  });
});

describe('announcements, webhooks and the audit log', () => {
  let desk: Page;
  let team: Team;
  beforeAll(async () => {
    team = await buildTeam();
    desk = await openDesk(team.key);
  });

  it('tell every customer, and show who is affected', async () => {
    await view(desk, 'Announcements');
    await desk.getByRole('button', { name: 'New announcement' }).click();
    await desk.getByLabel('What is the matter?').fill('Card payments fail at checkout');
    await desk.getByLabel('What should customers know?').fill('Cards are refused since 9:40.');
    await desk.getByRole('button', { name: 'Publish' }).click();
    await desk.getByRole('dialog').getByRole('button', { name: 'Publish' }).click();
    await desk.getByText('Nobody has said yet').waitFor();
    const ticket =
      (await desk
        .getByText(/^INC-\d{8}-\d{4}$/)
        .first()
        .textContent()) ?? '';
    const { id } = await read((await listed(ticket)).id);
    const call = { token: team.customer };
    expectData(await stage.api.put(`/customer/announcements/${id}/affected`, call), 200);
    await desk.getByText('1 customer is affected').click();
    await desk.getByRole('listitem').filter({ hasText: 'Jürgen Weiß' }).waitFor();
    await desk.getByRole('textbox', { name: 'Update for everyone' }).fill('Cards work again.');
    await desk.getByRole('button', { name: 'Send to everyone' }).click();
    await conversation(desk).getByText('Cards work again.').waitFor();
    await picture(desk, 'announcement');
  });

  const listed = async (ticket: string) => {
    const path = `/incident-ticket?companyId=${team.companyId}&search=${ticket}`;
    return expectData(await stage.api.get(path, admin), 200).incidents[0];
  };

  it('say why an address is refused', async () => {
    await view(desk, 'Webhooks');
    await desk.getByRole('button', { name: 'New webhook' }).click();
    await desk.getByLabel('Address').fill('http://10.0.0.1/hook');
    await desk.getByRole('button', { name: 'Create webhook' }).click();
    await desk.getByText('Must start with https').waitFor();
    await picture(desk, 'webhook');
  });

  it('hand the log out as a file', async () => {
    await view(desk, 'Audit log');
    await desk.getByRole('row').filter({ hasText: 'announcement.created' }).waitFor();
    const coming = desk.waitForEvent('download');
    await desk.getByRole('button', { name: 'Export CSV' }).click();
    const file = readFileSync(await (await coming).path(), 'utf8');
    expect(file).toContain('announcement.created');
    await picture(desk, 'audit');
  });
});

describe('a customer at the desk', () => {
  let team: Team;
  let desk: Page;
  beforeAll(async () => {
    team = await buildTeam();
    await report(team.customer, 'My own data');
    desk = await openDesk(team.key);
    await openCase(desk, 'My own data');
  });

  it('is handed all that is kept of them', async () => {
    const coming = desk.waitForEvent('download');
    await chooseOfCustomer(desk, 'Download data');
    const file = await coming;
    expect(file.suggestedFilename()).toMatch(/^customer-[0-9a-f-]{36}\.json$/);
    const { customer, incidents } = JSON.parse(readFileSync(await file.path(), 'utf8'));
    expect([customer.name, incidents[0].shortDescription]).toEqual(['Jürgen Weiß', 'My own data']);
    shows(37);
  });

  it('is erased by keyboard alone, after their address was typed, and gone from every list', async () => {
    await desk.getByRole('button', { name: /^Customer: / }).focus();
    for (const key of ['ArrowDown', 'ArrowUp', 'Enter']) await desk.keyboard.press(key);
    const dialog = desk.getByRole('dialog', { name: 'Erase Jürgen Weiß?' });
    await dialog.waitFor();
    expect(await focused(desk)).toMatch(/^INPUT/);
    const [{ email }] = expectData(await stage.api.get('/customers', { apiKey: team.key }), 200);
    await desk.keyboard.type(email);
    await desk.keyboard.press('Enter');
    await desk.getByRole('dialog', { name: 'Jürgen Weiß is erased' }).waitFor();
    expect(await focused(desk)).toBe('P Gone for good:');
    await desk.keyboard.press('Escape');
    await desk.getByRole('heading', { name: 'Everyone is answered' }).waitFor();
    expect(await focused(desk)).toMatch(/^H1/);
    expect((await stage.api.get('/customer/me', { token: team.customer })).status).toBe(401);
    shows(37);
  });
});

describe('a key over all companies', () => {
  it('sees all, and one of them once it is chosen', async () => {
    const one = await buildTeam('Company of the first');
    const other = await buildTeam('Company of the other');
    await report(one.customer, 'Matter of the first');
    await report(other.customer, 'Matter of the other');
    const desk = await openDesk(ADMIN_KEY);
    await view(desk, 'All');
    await queueRows(desk).filter({ hasText: 'Matter of the first' }).waitFor();
    await desk.getByLabel('Company', { exact: true }).selectOption('Company of the other');
    await queueRows(desk).filter({ hasText: 'Matter of the first' }).waitFor({ state: 'detached' });
    await openCase(desk, 'Matter of the other');
    await answer(desk, 'Jürgen', 'Hello from the operator');
    await conversation(desk).getByText('Hello from the operator').waitFor();
    await desk.close();
  });
});

const looks: Record<string, Looks> = {
  'laptop, light': { colorScheme: 'light' },
  'laptop, dark': { colorScheme: 'dark' },
  'tablet, light': { colorScheme: 'light', viewport: { width: 820, height: 1180 }, hasTouch: true },
  'tablet, dark': { colorScheme: 'dark', viewport: { width: 820, height: 1180 }, hasTouch: true },
};

describe.each(Object.entries(looks))('%s', (name, look) => {
  it('shows no finding of axe on any screen', { timeout: 240_000 }, async () => {
    const team = await buildTeam();
    const noa = await buildCustomer(team.companyId, 'נועה לוי');
    const hebrew = await report(noa, 'לא מצליח לעדכן כתובת', {
      description: 'אחרי לחיצה על שמירה, הדף נטען מחדש והכתובת הישנה חוזרת.',
    });
    for (let count = 1; count <= 12; count += 1) {
      await report(team.customer, `Matter ${count}: the reading is not shown`, {
        priority: ['LOW', 'MEDIUM', 'HIGH', 'CRITICAL'][count % 4],
      });
    }
    const notes = `/incident-ticket/${hebrew.id}/comments`;
    const note = { content: 'Only the team reads this.', isInternal: true };
    expectData(await stage.api.post(notes, { ...admin, body: note }), 201);

    const found: Record<string, string[]> = {};
    const desk = await openDesk(team.key, look);
    const check = async (what: string) => {
      found[what] = await findings(desk);
      await picture(desk, `${name}-${what}`.replace(/[^a-z]+/g, '-'));
    };
    const at = (address: string) => desk.goto(`${stage.server.url}/desk#${address}`);
    await queueRows(desk).first().waitFor();
    await check('queue');
    await at(`all/${hebrew.ticketNumber}`);
    await conversation(desk).waitFor();
    await check('incident');
    await desk.getByText('Details for the team').click();
    await desk.getByRole('tab', { name: 'Internal note' }).click();
    await check('details and note');
    await desk.getByRole('button', { name: 'Resolve…' }).click();
    await check('resolve');
    await desk.keyboard.press('Escape');
    await desk.getByRole('button', { name: 'Keyboard shortcuts' }).click();
    await check('help');
    await desk.keyboard.press('Escape');
    await desk.getByRole('button', { name: /^Customer: / }).click();
    await check('customer menu');
    await desk.keyboard.press('Enter');
    await check('disable');
    await desk.getByRole('button', { name: 'Disable', exact: true }).click();
    await desk.getByText('Disabled', { exact: true }).waitFor();
    await check('disabled customer');
    await chooseOfCustomer(desk, 'Erase…');
    await desk.getByRole('button', { name: 'Erase for good' }).click();
    await desk.getByText('Type their address.').waitFor();
    await check('erase');
    await desk.keyboard.press('Escape');
    await at('closed');
    await desk.getByRole('heading', { name: 'Nothing closed yet' }).waitFor();
    await check('empty');
    await at('announcements/new');
    await desk.getByRole('button', { name: 'Publish' }).click();
    await check('announce');
    await at('webhooks/new');
    await desk.getByRole('button', { name: 'Create webhook' }).click();
    await check('webhook');
    await at('audit');
    await desk.getByRole('row').nth(2).waitFor();
    await check('audit');
    await at(`all/${hebrew.ticketNumber}`);
    await chooseOfCustomer(desk, 'Erase…');
    const field = desk.getByLabel(/^Type .* to confirm$/);
    await field.fill(
      /Type (.*) to/.exec((await desk.locator('dialog label').textContent()) ?? '')?.[1] ?? '',
    );
    await field.press('Enter');
    await desk.getByRole('heading', { name: /is erased$/ }).waitFor();
    await check('erased');
    await desk.getByRole('button', { name: 'Close' }).click();
    await desk.getByRole('button', { name: 'Log out' }).click();
    await desk.getByLabel('API key').waitFor();
    await check('door');
    expect(Object.entries(found).filter(([, list]) => list.length > 0)).toEqual([]);
    await desk.close();
  });
});
