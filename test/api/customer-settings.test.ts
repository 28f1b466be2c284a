/** What customers change about themselves, what is kept of their language, and where companies want mails to go and lead. */
import { beforeAll, describe, expect, it } from 'vitest';
import { startApp, type TestApp } from '../support/app.ts';
import {
  buildCompany,
  buildCustomer,
  expectData,
  PASSWORD,
  rowsOf,
  short,
} from '../support/factories.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});

const put = (token: string, body: object) => app.api.put('/customer/me', { token, body });
const localeOf = async (id: string) =>
  (
    await rowsOf<{ locale: string | null }>(app, 'select locale from customers where id = $1', [id])
  )[0]?.locale;

describe('PUT /customer/me', () => {
  it('changes what is sent, answers how it is now, and keeps the rest', async () => {
    const { token, name } = await buildCustomer(app);
    const off = expectData(await put(token, { mailUpdates: false }), 200);
    expect(off.customer).toMatchObject({ mailUpdates: false, name });
    const renamed = expectData(await put(token, { name: 'Jürgen W.' }), 200);
    expect(renamed.customer).toMatchObject({ mailUpdates: false, name: 'Jürgen W.' });
    const now = expectData(await app.api.get('/customer/me', { token }), 200);
    expect(now.customer).toEqual(renamed.customer);
  });

  it('leaves one audit row for a change, without the name', async () => {
    const { token, id } = await buildCustomer(app);
    await put(token, { mailUpdates: false, name: 'CANARY' });
    await put(token, {});
    const rows = await rowsOf(
      app,
      "select * from audit_log where subject_id = $1 and action = 'customer.settings_changed'",
      [id],
    );
    expect(rows).toHaveLength(1);
    expect(JSON.stringify(rows)).not.toContain('CANARY');
    expect(rows[0]?.after).toEqual({ mailUpdates: false, changed: ['name'] });
  });

  it.each([
    [{ mailUpdates: 'yes' }, 'mailUpdates'],
    [{ name: ' ' }, 'name'],
    [{ name: 'x'.repeat(101) }, 'name'],
    [{ locale: 'not a language' }, 'locale'],
    [{ locale: 'x'.repeat(40) }, 'locale'],
    [{ locale: 7 }, 'locale'],
  ])('answers 400 for %j', async (body, field) => {
    const { token } = await buildCustomer(app);
    const reply = await put(token, body);
    expect([reply.status, reply.body.problems[0].field]).toEqual([400, field]);
  });

  it('changes nothing else', async () => {
    const { token, id, email } = await buildCustomer(app);
    const sent = { email: 'other@example.com', companyId: id, id, mailUpdates: true };
    expect(expectData(await put(token, sent), 200).customer).toMatchObject({ id, email });
  });
});

describe('the language', () => {
  it('is kept from sign-up in its canonical spelling, and follows a later log-in', async () => {
    const { id: companyId } = await buildCompany(app);
    const email = `${short()}@example.com`;
    const body = { email, password: PASSWORD, name: 'Ana', companyId, locale: 'PT-br' };
    const { customer } = expectData(await app.api.post('/customer/register', { body }), 201);
    expect(await localeOf(customer.id)).toBe('pt-BR');
    const login = (locale?: string) =>
      app.api.post('/customer/login', { body: { email, password: PASSWORD, companyId, locale } });
    expectData(await login(), 200);
    expect(await localeOf(customer.id)).toBe('pt-BR');
    expectData(await login('de'), 200);
    expect(await localeOf(customer.id)).toBe('de');
  });

  it('is refused where it is none', async () => {
    const { id: companyId } = await buildCompany(app);
    const body = { email: `${short()}@example.com`, password: PASSWORD, name: 'Ana', companyId };
    const reply = await app.api.post('/customer/register', { body: { ...body, locale: '../de' } });
    expect([reply.status, reply.body.problems[0].field]).toEqual([400, 'locale']);
  });
});

describe("a company's mail settings", () => {
  it('are empty at first, kept as given, and each address once', async () => {
    const plain = await buildCompany(app);
    expect(plain).toMatchObject({ teamEmails: [], hostPageUrl: null });
    const hostPageUrl = 'https://www.acme.example/help?a=b';
    const made = await buildCompany(app, {
      teamEmails: ['Ops@acme.example', 'ops@acme.example', 'b@acme.example'],
      hostPageUrl,
    });
    expect(made).toMatchObject({ teamEmails: ['ops@acme.example', 'b@acme.example'], hostPageUrl });
  });

  it.each([
    [{ teamEmails: ['no address'] }, 'teamEmails.0'],
    [{ teamEmails: ['a@b.example, c@d.example'] }, 'teamEmails.0'],
    [{ teamEmails: ['a@b.example\nBcc: c@d.example'] }, 'teamEmails.0'],
    [{ teamEmails: Array(51).fill('a@b.example') }, 'teamEmails'],
    [{ teamEmails: 'a@b.example' }, 'teamEmails'],
    [{ hostPageUrl: 'javascript:alert(1)' }, 'hostPageUrl'],
    [{ hostPageUrl: 'https://a:b@acme.example/' }, 'hostPageUrl'],
    [{ hostPageUrl: 'https://acme.example/#x' }, 'hostPageUrl'],
    [{ hostPageUrl: 'https://acme.example/ x' }, 'hostPageUrl'],
    [{ hostPageUrl: 'https://[' }, 'hostPageUrl'],
    [{ hostPageUrl: '//acme.example/' }, 'hostPageUrl'],
  ])('are refused: %j', async (settings, field) => {
    const body = { name: 'x', slug: `c-${short()}`, ...settings };
    const reply = await app.api.post('/companies', { apiKey: app.adminKey, body });
    expect([reply.status, reply.body.problems[0].field]).toEqual([400, field]);
  });

  it('are nothing that the public sees', async () => {
    const { slug } = await buildCompany(app, { teamEmails: ['canary@team.example'] });
    const boot = await app.api.get(`/panel/boot?company=${slug}`);
    expect(boot.text).not.toContain('canary');
  });
});
