/**
 * Mails over a real mail server: who is told of what, in which language, as one thread; who is left in peace; and what
 * hostile names, titles and texts become.
 */
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { startApp, type TestApp } from '../support/app.ts';
import { HOUR_MS, SENDER, startTestDelivery, type TestDelivery } from '../support/delivery.ts';
import {
  buildApiKey,
  buildCompany,
  buildCustomer,
  buildIncident,
  buildMove,
  expectData,
  PASSWORD,
  REAL_REPORTS,
  rowsOf,
  short,
  type TestCustomer,
} from '../support/factories.ts';
import { BAD_ADDRESSES, HEADER_BREAKERS, ODD_ADDRESSES } from '../support/hostile-texts.ts';
import { shows } from '../support/shows.ts';
import type { ReceivedMail } from '../support/smtp-receiver.ts';

let app: TestApp;
let delivery: TestDelivery;
const digest = { ms: 0 };
beforeAll(async () => {
  app = await startApp();
  delivery = await startTestDelivery(app, { digestMs: () => digest.ms });
});

const arrived = async (address: string, count = 1): Promise<ReceivedMail[]> => {
  await vi.waitFor(
    () => expect(delivery.smtp.to(address).length).toBeGreaterThanOrEqual(count),
    10_000,
  );
  return delivery.smtp.to(address);
};
const say = async (incident: { id: string }, content: string, isInternal = false) =>
  expectData(
    await app.api.post(`/incident-ticket/${incident.id}/comments`, {
      apiKey: app.adminKey,
      body: { content, isInternal },
    }),
    201,
  );
const answer = (customer: TestCustomer, incident: { id: string }, content: string) =>
  app.api.post(`/customer/${incident.id}/comments`, { token: customer.token, body: { content } });
const deliveriesOf = async (customer: { companyId: string }) => {
  const call = { apiKey: app.adminKey };
  const path = `/deliveries?companyId=${customer.companyId}&kind=email`;
  return expectData(await app.api.get(path, call), 200).deliveries;
};
const settled = (customer: { companyId: string }, count = 1) =>
  vi.waitFor(async () => {
    const all = await deliveriesOf(customer);
    const done = all.filter((one: { status: string }) => one.status !== 'pending');
    expect(done.length).toBeGreaterThanOrEqual(count);
    return all;
  }, 10_000);

async function buildReported(settings: object = {}, person: object = {}) {
  const team = `team-${short()}@team.example`;
  const company = await buildCompany(app, { teamEmails: [team], ...settings });
  const customer = await buildCustomer(app, { companyId: company.id, ...person });
  const incident = await buildIncident(app, customer);
  return { team, company, customer, incident };
}

describe('the team', () => {
  it('is told of a report, each address in a mail of its own', async () => {
    const teamEmails = [`a-${short()}@team.example`, `b-${short()}@team.example`];
    const { incident, customer } = await buildReported({ teamEmails });
    for (const address of teamEmails) {
      const [mail] = await arrived(address);
      expect(mail?.to).toEqual([address]);
      expect(mail?.parsed.subject).toBe(
        `[${incident.ticketNumber}] ${incident.shortDescription}: new incident`,
      );
      expect(mail?.parsed.text).toContain(incident.description);
      expect(mail?.parsed.text).toContain(customer.email);
      expect(mail?.parsed.text).toContain(`${app.url}/desk#${incident.id}`);
    }
  });

  it("is told of answers and reopening in one mail, and never of the team's own words", async () => {
    const { team, customer, incident } = await buildReported();
    await arrived(team);
    digest.ms = HOUR_MS;
    await buildMove(app, incident, 'RESOLVED');
    await say(incident, 'Solved, we think');
    await answer(customer, incident, 'Not yet');
    await answer(customer, incident, 'Here it is again');
    await settledInto(customer, 3);
    digest.ms = 0;
    delivery.pass(2 * HOUR_MS);
    const mails = await arrived(team, 2);
    expect(mails).toHaveLength(2);
    const { subject, text = '' } = mails[1]?.parsed ?? {};
    expect(subject).toContain(': opened again');
    expect(text).toContain('> Not yet');
    expect(text).toContain('> Here it is again');
    expect(text).not.toContain('Solved, we think');
  });
});

/** Waits until so many mails exist, waiting or not. */
const settledInto = (customer: { companyId: string }, count: number) =>
  vi.waitFor(async () => {
    const { rows } = await app.deps.db.pool.query(
      `select count(*)::int as waiting from outbox where company_id = $1 and done_at is null`,
      [customer.companyId],
    );
    expect([rows[0].waiting, (await deliveriesOf(customer)).length]).toEqual([0, count]);
  }, 10_000);

describe('the customer', () => {
  it('is told of answers and moves within the time of a digest in one mail', async () => {
    const { customer, incident } = await buildReported({ teamEmails: [] });
    digest.ms = HOUR_MS;
    await say(incident, 'We are looking into it');
    await buildMove(app, incident, 'INVESTIGATION');
    await say(incident, 'CANARY for us only', true);
    await say(incident, 'Found it');
    await settledInto(customer, 1);
    digest.ms = 0;
    delivery.pass(2 * HOUR_MS);
    const [mail, ...more] = await arrived(customer.email);
    expect(more).toEqual([]);
    expect(mail?.parsed.subject).toBe(
      `[${incident.ticketNumber}] ${incident.shortDescription}: Investigating`,
    );
    const { text = '' } = mail?.parsed ?? {};
    const order = ['> We are looking into it', '◉ Investigating (', '> Found it'].map((one) =>
      text.indexOf(one),
    );
    expect(order).toEqual([...order].sort((a, b) => a - b));
    expect(order[0]).toBeGreaterThan(0);
  });

  it('is told of nothing that is internal', async () => {
    const { customer, incident } = await buildReported({ teamEmails: [] });
    const fields = [
      'techDescription',
      'impactSummary',
      'blastRadius',
      'serviceArea',
      'environment',
      'region',
    ];
    await app.api.put(`/incident-ticket/${incident.id}`, {
      apiKey: app.adminKey,
      body: {
        ...Object.fromEntries(fields.map((field) => [field, `CANARY ${field}`])),
        assignedToEmail: 'canary@team.example',
        status: 'ACKNOWLEDGED',
      },
    });
    await say(incident, 'CANARY note', true);
    await say(incident, 'Public words');
    await buildMove(app, incident, 'CLOSED');
    await vi.waitFor(() => {
      const all = delivery.smtp.to(customer.email);
      expect(all.map(({ parsed }) => parsed.subject).join()).toContain('Closed');
    }, 10_000);
    await settled(customer);
    for (const { raw, parsed } of delivery.smtp.to(customer.email)) {
      expect(`${raw}${parsed.text}${parsed.html}`).not.toMatch(/canary/i);
    }
  });

  it('who has read it in the panel meanwhile gets no mail, until somebody sends it by hand', async () => {
    const { customer, incident } = await buildReported({ teamEmails: [] });
    digest.ms = HOUR_MS;
    await say(incident, 'An answer');
    await settledInto(customer, 1);
    digest.ms = 0;
    await app.api.post(`/customer/${incident.id}/seen`, { token: customer.token });
    delivery.pass(2 * HOUR_MS);
    const [{ id, status, lastError }] = await settled(customer);
    expect([status, lastError]).toEqual(['skipped', 'Read in the panel.']);
    expect(delivery.smtp.to(customer.email)).toEqual([]);
    await app.api.post(`/deliveries/${id}/redeliver`, { apiKey: app.adminKey });
    expect(await arrived(customer.email)).toHaveLength(1);
  });

  it('of an announcement is told once it is resolved, where they said that it affects them', async () => {
    const company = await buildCompany(app);
    const affected = await buildCustomer(app, { companyId: company.id });
    const other = await buildCustomer(app, { companyId: company.id });
    const made = await app.api.post('/incident-ticket', {
      apiKey: app.adminKey,
      body: {
        companyId: company.id,
        summary: 'Checkout is down',
        priority: 'HIGH',
        description: 'All of it',
      },
    });
    const announcement = expectData(made, 201);
    await app.api.put(`/customer/announcements/${announcement.id}/affected`, {
      token: affected.token,
    });
    await say(announcement, 'We know more');
    await buildMove(app, announcement, 'RESOLVED');
    const [mail, ...more] = await arrived(affected.email);
    expect(more).toEqual([]);
    expect(mail?.parsed.subject).toBe(`[${announcement.ticketNumber}] Checkout is down: Resolved`);
    expect(mail?.parsed.text).toContain('you told');
    expect(delivery.smtp.to(other.email)).toEqual([]);
  });

  it('is linked to the page of the company, or to the portal here', async () => {
    const hostPageUrl = 'https://www.acme.example/help?x=1';
    const own = await buildReported({ hostPageUrl, teamEmails: [] });
    await say(own.incident, 'An answer');
    const [mail] = await arrived(own.customer.email);
    expect(mail?.parsed.text).toContain(`${hostPageUrl}#porthole=${own.incident.ticketNumber}`);
    const plain = await buildReported({ teamEmails: [] });
    await say(plain.incident, 'An answer');
    const [portal] = await arrived(plain.customer.email);
    expect(portal?.parsed.text).toContain(
      `${app.url}/portal?company=${plain.company.slug}#porthole=${plain.incident.ticketNumber}`,
    );
  });

  it.each([
    ['de-AT', 'de', 'ltr', 'In Untersuchung'],
    ['fr', 'fr', 'ltr', 'En cours d’analyse'],
    ['es-MX', 'es', 'ltr', 'En investigación'],
    ['pt-BR', 'pt', 'ltr', 'Em investigação'],
    ['he', 'he', 'rtl', 'בבדיקה'],
    ['ja', 'en', 'ltr', 'Investigating'],
  ])('reads it in the language %s', async (locale, language, direction, status) => {
    const { customer, incident } = await buildReported({ teamEmails: [] }, { locale });
    await buildMove(app, incident, 'INVESTIGATION');
    const [mail] = await arrived(customer.email);
    expect(mail?.parsed.subject).toContain(status);
    expect(mail?.parsed.html).toContain(`<html lang="${language}" dir="${direction}">`);
    expect(mail?.parsed.text).toContain(status);
  });
});

describe('the headers', () => {
  it('make a thread, say that a machine wrote it, and offer a way out', async () => {
    const { customer, incident, company } = await buildReported({ teamEmails: [] });
    await say(incident, 'First');
    await arrived(customer.email);
    await say(incident, 'Second');
    const mails = await arrived(customer.email, 2);
    const roots = mails.map(({ parsed }) => parsed.inReplyTo);
    expect(roots).toEqual(Array(2).fill(`<incident.${incident.id}@mail.example>`));
    const ids = (await settled(customer, 2)).map(
      ({ id }: { id: string }) => `<${id}@mail.example>`,
    );
    expect(mails.map(({ parsed }) => parsed.messageId).sort()).toEqual(ids.sort());
    for (const { parsed, from } of mails) {
      expect(parsed.headers.get('auto-submitted')).toBe('auto-generated');
      expect(parsed.from?.value).toEqual([{ name: company.name, address: SENDER.address }]);
      expect(from).toBe(SENDER.address);
      expect(parsed.headers.get('list')).toMatchObject({
        unsubscribe: { url: expect.stringContaining(`${app.url}/mail/off?t=`) },
        'unsubscribe-post': { name: 'List-Unsubscribe=One-Click' },
      });
    }
  });
});

describe('hostile words', () => {
  it.each(HEADER_BREAKERS)('are one mail to one recipient, and text: %j', async (name) => {
    const already = delivery.smtp.mails.length;
    const { team, customer, incident } = await buildReported({ name }, { name });
    const title = { shortDescription: name, description: `${name}\n${name}` };
    const hostile = await buildIncident(app, customer, title);
    await say(hostile, name);
    await say(incident, name);
    await arrived(team, 2);
    await arrived(customer.email, 2);
    await settled(customer, 4);
    // These four and no other: nothing went anywhere else, and nothing twice.
    const mails = delivery.smtp.mails.slice(already);
    expect(mails.map(({ to }) => to).sort()).toEqual(
      [[team], [team], [customer.email], [customer.email]].sort(),
    );
    for (const { from, to, parsed, raw } of mails) {
      expect([from, to.length]).toEqual([SENDER.address, 1]);
      expect(parsed.to).toMatchObject({ value: [{ address: to[0] }] });
      expect(parsed.from?.value.map(({ address }) => address)).toEqual([SENDER.address]);
      expect([parsed.cc, parsed.bcc, parsed.replyTo]).toEqual([undefined, undefined, undefined]);
      expect([...parsed.headers.keys()].sort()).toEqual(expectedHeaders(to[0] === customer.email));
      expect(parsed.html).not.toMatch(/<script|<img|onerror=alert\(1\)>/);
      // No header twice, and none longer than a mail server has to take.
      const [head = ''] = raw.split('\r\n\r\n');
      const names = head.split('\r\n').flatMap((line) => /^[\w-]+(?=:)/.exec(line)?.[0] ?? []);
      expect(new Set(names).size, head).toBe(names.length);
      for (const line of head.split('\r\n')) {
        expect(line.length).toBeLessThan(998);
        expect(line).toMatch(/^[\x20-\x7e\t]*$/);
      }
    }
    shows(16, { 'hostile words': 1, 'mails read': mails.length });
  });

  it.each(BAD_ADDRESSES)('in place of an address are refused: %j', async (address) => {
    const company = await buildCompany(app);
    const person = { email: address, password: PASSWORD, name: 'Ann', companyId: company.id };
    const register = await app.api.post('/customer/register', { body: person });
    const call = { apiKey: app.adminKey, body: { teamEmails: [address] } };
    const team = await app.api.put(`/companies/${company.id}`, call);
    expect([register.status, team.status]).toEqual([400, 400]);
    shows(16, { 'bad addresses refused': 1 });
  });

  it.each(ODD_ADDRESSES)('that are an address get exactly one mail: %s', async (address) => {
    const already = delivery.smtp.mails.length;
    const company = await buildCompany(app, { teamEmails: [address] });
    const customer = await buildCustomer(app, { companyId: company.id, email: address });
    const incident = await buildIncident(app, customer);
    await settled(customer, 1);
    await say(incident, 'An answer');
    await settled(customer, 2);
    const to = delivery.smtp.mails.slice(already).flatMap((mail) => mail.to);
    expect(to.map(readable)).toEqual([readable(address), readable(address)]);
    shows(16, { 'odd addresses reached': 1 });
  });

  /** A domain may travel in its ASCII form. */
  const readable = (address: string) => {
    const [, local = '', domain = ''] = /^(.*)@([^@]+)$/.exec(address) ?? [];
    return `${local}@${new URL(`http://${domain}`).hostname}`;
  };

  const expectedHeaders = (isCustomer: boolean) =>
    [
      ...['auto-submitted', 'content-type', 'date', 'from', 'in-reply-to', 'message-id'],
      ...['mime-version', 'references', 'subject', 'to', ...(isCustomer ? ['list'] : [])],
    ].sort();

  it('of real reports arrive as they were written', async () => {
    const teamEmails = [`team-${short()}@team.example`];
    const company = await buildCompany(app, { teamEmails });
    const customer = await buildCustomer(app, { companyId: company.id });
    const reports = REAL_REPORTS.slice(0, 12);
    for (const report of reports) await buildIncident(app, customer, report);
    const mails = await arrived(teamEmails[0] ?? '', reports.length);
    const flat = (text: string) => text.replace(/[\s\p{C}>]+/gu, '');
    for (const { description } of reports) {
      const start = flat([...description].slice(0, 500).join(''));
      expect(
        mails.some(({ parsed }) => flat(parsed.text ?? '').includes(start)),
        description,
      ).toBe(true);
    }
  });
});

describe('a mail server', () => {
  it('that refuses the recipient for good is not asked again', async () => {
    const { customer, incident } = await buildReported({ teamEmails: [] });
    delivery.smtp.refuse(550);
    await say(incident, 'An answer');
    const [found] = await settled(customer);
    delivery.smtp.refuse(null);
    expect(found).toMatchObject({ status: 'failed', attempts: 1, lastStatus: 550 });
    expect(found.lastError).not.toContain(customer.email);
  });

  it('that cannot take it now is asked later', async () => {
    const { customer, incident } = await buildReported({ teamEmails: [] });
    delivery.smtp.refuse(451);
    await say(incident, 'An answer');
    await vi.waitFor(async () => {
      const [found] = await deliveriesOf(customer);
      expect(found).toMatchObject({ status: 'pending', attempts: 1, lastStatus: 451 });
    }, 10_000);
    delivery.smtp.refuse(null);
    delivery.pass(10_000);
    expect(await arrived(customer.email)).toHaveLength(1);
  });
});

describe('switching mails off', () => {
  const linkOf = ({ parsed }: ReceivedMail) =>
    String(
      (parsed.headers.get('list') as unknown as { unsubscribe: { url: string } }).unsubscribe.url,
    );
  const wantsMail = async (customer: TestCustomer) =>
    expectData(await app.api.get('/customer/me', { token: customer.token }), 200).customer
      .mailUpdates;

  it('works by the link alone: looking changes nothing, the button does, and undoes it', async () => {
    const { customer, incident } = await buildReported({ teamEmails: [] }, { locale: 'he' });
    await say(incident, 'An answer');
    const link = linkOf((await arrived(customer.email))[0] as ReceivedMail);
    const page = await fetch(link);
    expect(page.status).toBe(200);
    expect(page.headers.get('content-security-policy')).toMatch(
      /^default-src 'none'; style-src 'sha256-[^']+'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'$/,
    );
    expect(await page.text()).toContain('<html lang="he" dir="rtl">');
    expect(await wantsMail(customer)).toBe(true);
    // As mail programs send it (RFC 8058).
    const posted = await fetch(link, {
      method: 'POST',
      body: new URLSearchParams({ 'List-Unsubscribe': 'One-Click' }),
    });
    expect(posted.status).toBe(200);
    expect(await wantsMail(customer)).toBe(false);
    expect((await posted.text()).includes('again=on')).toBe(true);
    await say(incident, 'Another answer');
    await settledInto(customer, 1);
    await fetch(`${link}&again=on`, { method: 'POST' });
    expect(await wantsMail(customer)).toBe(true);
    const audit = await rowsOf(
      app,
      "select after from audit_log where action = 'customer.settings_changed' and subject_id = $1 order by id",
      [customer.id],
    );
    expect(audit).toEqual([{ after: { mailUpdates: false } }, { after: { mailUpdates: true } }]);
  });

  it('stops what is waiting already', async () => {
    const { customer, incident } = await buildReported({ teamEmails: [] });
    digest.ms = HOUR_MS;
    await say(incident, 'An answer');
    await settledInto(customer, 1);
    digest.ms = 0;
    await app.api.put('/customer/me', { token: customer.token, body: { mailUpdates: false } });
    delivery.pass(2 * HOUR_MS);
    const [found] = await settled(customer);
    expect(found).toMatchObject({ status: 'skipped', lastError: 'Mails are switched off.' });
  });

  it('is nothing that a link for somebody else does', async () => {
    const { customer, incident } = await buildReported({ teamEmails: [] });
    const other = await buildCustomer(app, { companyId: customer.companyId });
    await say(incident, 'An answer');
    const link = linkOf((await arrived(customer.email))[0] as ReceivedMail);
    for (const forged of [
      link.replace(customer.id, other.id),
      link.slice(0, -1),
      `${app.url}/mail/off`,
      `${app.url}/mail/off?t=x`,
    ]) {
      const reply = await fetch(forged, { method: 'POST' });
      expect(reply.status, forged).toBe(400);
    }
    expect([await wantsMail(customer), await wantsMail(other)]).toEqual([true, true]);
  });
});

describe('without a mail server', () => {
  it('what would have been told is in the log, with the reason', async () => {
    await delivery.stop();
    const team = `team-${short()}@team.example`;
    const silent = await startTestDelivery(app, { mailer: null });
    const { customer } = await buildReported({ teamEmails: [team] });
    const [found] = await settled(customer);
    expect(found).toMatchObject({
      status: 'skipped',
      recipient: team,
      lastError: 'No mail server is configured (SMTP_URL).',
    });
    const apiKey = await buildApiKey(app, customer.companyId);
    expect(expectData(await app.api.get('/deliveries?status=skipped', { apiKey }), 200).total).toBe(
      1,
    );
    await silent.stop();
  });
});
