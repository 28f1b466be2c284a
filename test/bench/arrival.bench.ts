/**
 * Prints how long news takes, in a real browser with the real server: a report in the panel until it stands on the desk,
 * has reached the webhook and the mail server; an answer at the desk until it stands in the panel.
 * `npm run bench arrival`; with TEST_DATABASE_URL on PostgreSQL, otherwise on the embedded database.
 */
import { afterAll, beforeAll, it } from 'vitest';
import { fillReport, launcher, signUp, type Visit, visit } from '../support/customer-at-browser.ts';
import { expectData } from '../support/factories.ts';
import { ADMIN_KEY } from '../support/server-process.ts';
import { type SmtpReceiver, startSmtpReceiver } from '../support/smtp-receiver.ts';
import { setStage } from '../support/stage.ts';
import { openCase, openDesk, queueRows } from '../support/team-at-browser.ts';
import { startWebhookReceiver, type WebhookReceiver } from '../support/webhook-receiver.ts';

const ROUNDS = 15;
const LOOK_MS = 2;
const TEAM_ADDRESS = 'team@nordlicht.example';

let smtp: SmtpReceiver;
let receiver: WebhookReceiver;
const stage = setStage(
  () => ({ shop: { tag: { 'data-company': 'nordlicht' } } }),
  [],
  async () => {
    smtp = await startSmtpReceiver();
    return {
      SMTP_URL: smtp.url,
      MAIL_FROM: 'support@porthole.example',
      WEBHOOKS_ALLOW_LOOPBACK: 'true',
    };
  },
);
beforeAll(async () => {
  receiver = await startWebhookReceiver();
});
afterAll(async () => {
  await receiver?.close();
  await smtp?.close();
});

const times = new Map<string, number[]>();

/** Takes the time from `start` until the promise is kept. */
async function time(what: string, start: number, arrival: Promise<unknown>): Promise<void> {
  await arrival;
  times.set(what, [...(times.get(what) ?? []), performance.now() - start]);
}

async function until(isThere: () => boolean): Promise<void> {
  while (!isThere()) await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
}

function print(): void {
  for (const [what, all] of times) {
    const sorted = all.toSorted((a, b) => a - b).map(Math.round);
    const at = (part: number) => sorted[Math.floor((sorted.length - 1) * part)];
    console.log(`${what.padEnd(32)} median ${at(0.5)} ms, worst ${at(1)} ms, of ${sorted.length}`);
  }
}

it('news arrives', { timeout: 300_000 }, async () => {
  const { api, server, browser, site } = stage;
  const admin = { apiKey: ADMIN_KEY };
  const companies = expectData(await api.get('/companies', admin), 200);
  const { id } = companies.find((one: { slug: string }) => one.slug === 'nordlicht');
  const settings = { teamEmails: [TEAM_ADDRESS] };
  expectData(await api.put(`/companies/${id}`, { ...admin, body: settings }), 200);
  const team = { name: 'Nordlicht team', companyId: id };
  const { secret } = expectData(await api.post('/api-keys', { ...admin, body: team }), 201);
  const hook = { url: receiver.url, companyId: id, events: ['incident.created'] };
  expectData(await api.post('/webhooks', { ...admin, body: hook }), 201);

  const page = await browser.newPage();
  const customer: Visit = visit(page);
  await page.goto(`${site.url}/shop`);
  await launcher(page).click();
  await signUp(customer, { name: 'Ann', email: 'ann@example.com' });
  const desk = await openDesk(browser, server.url, secret);

  for (let round = 1; round <= ROUNDS; round += 1) {
    const title = `Report number ${round}.`;
    const report = { shortDescription: title, description: 'Text', priority: 'LOW' };
    await fillReport(customer, { ...report, category: 'Others' });
    const send = customer.panel.getByRole('button', { name: 'Send report' });
    const start = performance.now();
    const [mails, hooks] = [smtp.mails.length, receiver.received.length];
    await Promise.all([
      send.click(),
      time('report: on the desk', start, queueRows(desk).filter({ hasText: title }).waitFor()),
      time(
        'report: in the mail',
        start,
        until(() => smtp.mails.length > mails),
      ),
      time(
        'report: at the webhook',
        start,
        until(() => receiver.received.length > hooks),
      ),
    ]);

    await customer.panel.getByRole('button', { name: 'See your report' }).click();
    await openCase(desk, title);
    const answer = `Answer number ${round}.`;
    await desk.getByRole('textbox', { name: 'Reply to Ann' }).fill(answer);
    const talk = customer.panel.getByRole('list', { name: 'Conversation' });
    await talk.waitFor();
    const answered = performance.now();
    await Promise.all([
      desk.getByRole('button', { name: 'Send to customer' }).click(),
      time('answer: in the panel', answered, talk.getByText(answer).waitFor()),
    ]);
    await customer.panel.getByRole('button', { name: 'Back' }).click();
  }
  print();
});
