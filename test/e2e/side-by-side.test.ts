/**
 * One incident's life with the customer's panel and the team's desk side by side, and with what goes out beside them: mail
 * and a signed webhook. Nobody reloads anything; only what is asserted here is arrival and order.
 */
import type { Page } from 'playwright-core';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  fillReport,
  launcher,
  type Report,
  reply,
  signUp,
  type Visit,
  visit,
} from '../support/customer-at-browser.ts';
import { expectData } from '../support/factories.ts';
import { ADMIN_KEY } from '../support/server-process.ts';
import { pictureOfBoth } from '../support/side-by-side.ts';
import { type SmtpReceiver, startSmtpReceiver } from '../support/smtp-receiver.ts';
import { setStage } from '../support/stage.ts';
import {
  answer,
  conversation,
  keepNote,
  moveTo,
  openCase,
  openDesk,
  queueRows,
} from '../support/team-at-browser.ts';
import { startWebhookReceiver, type WebhookReceiver } from '../support/webhook-receiver.ts';

const REPORT: Report = {
  shortDescription: 'Rechnung enthält falsche Umsatzsteuer',
  description:
    'Auf der Rechnung RE-2026-004417 steht 19 % statt 7 % MwSt. Bitte korrigieren, wir müssen die Voranmeldung bis zum 10. abgeben.',
  priority: 'MEDIUM',
  category: 'Others',
};
const CUSTOMER = { name: 'Jürgen Weiß', email: 'juergen@weiss.example' };
const TEAM_ADDRESS = 'billing@nordlicht.example';
const NOTE = 'Tax key of article 88-1203-B was changed on 1 Nov. About 340 invoices are wrong.';
const ANSWER =
  'Danke! Wir haben den Steuerschlüssel des Artikels gefunden und korrigieren gerade alle Rechnungen seit dem 1. November.';
const THANKS = 'Vielen Dank, das ging schnell.';
const LAST_WORD = 'Die korrigierte Rechnung ist unterwegs.';
const OUTAGE = 'Das Kundenportal ist langsam';

let smtp: SmtpReceiver;
const stage = setStage(
  () => ({ shop: { tag: { 'data-company': 'nordlicht' } } }),
  [],
  async () => {
    smtp = await startSmtpReceiver();
    return { ...smtp.settings, WEBHOOKS_ALLOW_LOOPBACK: 'true' };
  },
);

let receiver: WebhookReceiver;
let secret: string;
let customer: Visit;
let page: Page;
let desk: Page;
let ticket: string;

const admin = { apiKey: ADMIN_KEY };
const events = () => receiver.received.map(({ json }) => json.type);
const mailsTo = (address: string) => smtp.to(address).map(({ parsed }) => parsed);
const arrived = (check: () => void) => vi.waitFor(check, { timeout: 10_000 });

beforeAll(async () => {
  const { api, server, browser, site } = stage;
  receiver = await startWebhookReceiver();
  const companies = expectData(await api.get('/companies', admin), 200);
  const { id } = companies.find((one: { slug: string }) => one.slug === 'nordlicht');
  const settings = { teamEmails: [TEAM_ADDRESS], hostPageUrl: `${site.url}/shop` };
  expectData(await api.put(`/companies/${id}`, { ...admin, body: settings }), 200);
  const key = { name: 'billing-team', companyId: id };
  const team = expectData(await api.post('/api-keys', { ...admin, body: key }), 201);
  const hook = { url: receiver.url, companyId: id };
  secret = expectData(await api.post('/webhooks', { ...admin, body: hook }), 201).secret;

  const context = await browser.newContext({
    viewport: { width: 480, height: 760 },
    locale: 'de-DE',
  });
  page = await context.newPage();
  customer = visit(page);
  await page.goto(`${site.url}/shop`);
  desk = await openDesk(browser, server.url, team.secret);
});
afterAll(async () => {
  await receiver?.close();
  await smtp?.close();
});

describe('one incident, from both sides', () => {
  it('brings the report to the desk, by mail and to the webhook', async () => {
    await desk.getByText('Everyone is answered').waitFor();
    await launcher(page).click();
    await signUp(customer, CUSTOMER);
    await fillReport(customer, REPORT);
    await pictureOfBoth(page, desk, 'both-1-writing');
    await customer.panel.getByRole('button', { name: 'Send report' }).click();
    await customer.panel.getByText('Sent', { exact: true }).waitFor();
    await queueRows(desk).filter({ hasText: REPORT.shortDescription }).waitFor();
    await pictureOfBoth(page, desk, 'both-2-reported');

    await arrived(() => expect(mailsTo(TEAM_ADDRESS)).toHaveLength(1));
    await arrived(() => expect(events()).toEqual(['incident.created']));
    const [mail] = mailsTo(TEAM_ADDRESS);
    ticket = /INC-\d{8}-\d{4}/.exec(mail?.subject ?? '')?.[0] ?? '';
    expect(mail?.text).toContain(REPORT.description);
    expect(mail?.text).toMatch(/\/desk#[0-9a-f-]{36}\b/);
    const [told] = receiver.received;
    const headers = told?.headers as Record<string, string>;
    expect(() => new Webhook(secret).verify(told?.body ?? '', headers)).not.toThrow();
    expect(told?.json.data.incident.ticketNumber).toBe(ticket);
  });

  it('shows the customer each step that the team takes, and never the note', async () => {
    await customer.panel.getByRole('button', { name: 'See your report' }).click();
    await openCase(desk, REPORT.shortDescription);
    await moveTo(desk, 'Investigating');
    const talk = customer.panel.getByRole('list', { name: 'Conversation' });
    await talk.getByText('Investigating').waitFor();
    await keepNote(desk, NOTE);
    await conversation(desk).getByText(NOTE).waitFor();
    await answer(desk, 'Jürgen', ANSWER);
    await talk.getByText(ANSWER).waitFor();
    await pictureOfBoth(page, desk, 'both-3-answered');
    expect(await page.content()).not.toContain('88-1203-B');
    expect(await customer.panel.locator('body').innerHTML()).not.toContain('88-1203-B');
  });

  it('brings the reply back to the desk, to whoever looks at something else', async () => {
    await desk.getByRole('link', { name: /^In work/ }).click();
    await reply(customer, THANKS);
    await desk.getByRole('link', { name: /^To answer/ }).click();
    await queueRows(desk).filter({ hasText: REPORT.shortDescription }).waitFor();
    await openCase(desk, REPORT.shortDescription);
    await conversation(desk).getByText(THANKS).waitFor();
    await pictureOfBoth(page, desk, 'both-4-replied');
  });

  it('mails the answer to who is away, in their language, with a link that opens the incident', async () => {
    await page.goto('about:blank');
    await desk.getByRole('button', { name: 'Resolve…' }).click();
    await desk.getByRole('textbox', { name: /^The last word to/ }).fill(LAST_WORD);
    await pictureOfBoth(page, desk, 'both-5-resolving');
    await desk.getByRole('button', { name: 'Resolve', exact: true }).click();
    await conversation(desk).getByText(LAST_WORD).waitFor();

    const texts = () => mailsTo(CUSTOMER.email).map(({ text = '' }) => text);
    await arrived(() => expect(texts().join()).toContain(LAST_WORD));
    const mail = mailsTo(CUSTOMER.email).find(({ text }) => text?.includes(LAST_WORD));
    expect(mail?.html).toContain('lang="de"');
    expect(texts().join()).not.toContain('88-1203-B');
    const [link = ''] = new RegExp(`http://\\S+#porthole=${ticket}`).exec(mail?.text ?? '') ?? [];
    await page.goto(link);
    const talk = customer.panel.getByRole('list', { name: 'Conversation' });
    await talk.getByText(LAST_WORD).waitFor();
    await pictureOfBoth(page, desk, 'both-6-resolved');
  });

  it('told the webhook all that is public, in order', async () => {
    const told = [
      'incident.created',
      'incident.updated',
      'comment.created',
      'comment.created',
      'comment.created',
      'incident.resolved',
    ];
    await arrived(() => expect(events()).toHaveLength(told.length));
    // Deliveries of one moment may overtake each other; the set is exact.
    expect([...events()].sort()).toEqual([...told].sort());
    expect(receiver.received.map(({ body }) => body).join()).not.toContain('88-1203-B');
  });
});

it('announces to every panel, and hears whom it affects', async () => {
  await desk.getByRole('link', { name: /^Announcements/ }).click();
  await desk.getByRole('button', { name: 'New announcement' }).click();
  await desk.getByLabel('What is the matter?').fill(OUTAGE);
  await desk
    .getByLabel('What should customers know?')
    .fill('Seit 10 Uhr laden Seiten langsam. Wir arbeiten daran und schreiben um 11 Uhr wieder.');
  await desk.getByRole('button', { name: 'Publish' }).click();
  await desk.getByRole('dialog').getByRole('button', { name: 'Publish' }).click();
  await customer.panel.getByRole('button', { name: 'Back' }).click();
  await customer.panel.getByRole('heading', { name: OUTAGE }).waitFor();
  await customer.panel
    .getByRole('button', { name: /affects me too/i })
    .first()
    .click();
  await desk.getByText('1 customer is affected').waitFor();
  await pictureOfBoth(page, desk, 'both-7-announced');
});
