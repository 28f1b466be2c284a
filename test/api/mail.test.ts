/** Mails over a real mail server: who is told of what, in which language, as one thread, and who is left in peace. */
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { startApp, type TestApp } from '../support/app.ts';
import { startTestDelivery, type TestDelivery } from '../support/delivery.ts';
import { buildCompany, buildCustomer, buildIncident, buildMove, expectData, short } from '../support/factories.ts';

let app: TestApp;
let delivery: TestDelivery;
beforeAll(async () => {
  app = await startApp();
  delivery = await startTestDelivery(app);
});

describe('a new report', () => {
  it('is told to every address of the team', async () => {
    const teamEmails = [`a-${short()}@team.example`, `b-${short()}@team.example`];
    const company = await buildCompany(app, { teamEmails });
    const customer = await buildCustomer(app, { companyId: company.id });
    const incident = await buildIncident(app, customer);
    for (const address of teamEmails) {
      await vi.waitFor(() => expect(delivery.smtp.to(address)).toHaveLength(1));
      const [mail] = delivery.smtp.to(address);
      expect(mail?.to).toEqual([address]);
      expect(mail?.parsed.subject).toBe(`[${incident.ticketNumber}] ${incident.shortDescription}: new incident`);
    }
  });
});
describe('answer', () => {
  it('x', async () => {
    const customer = await buildCustomer(app);
    const incident = await buildIncident(app, customer);
    await buildMove(app, incident, 'INVESTIGATION');
    await vi.waitFor(() => expect(delivery.smtp.to(customer.email)).toHaveLength(1));
    console.log(delivery.smtp.to(customer.email)[0]?.raw);
    expectData(await app.api.post(`/incident-ticket/${incident.id}/comments`, { apiKey: app.adminKey, body: { content: 'Hello <b>x</b>' } }), 201);
  });
});
