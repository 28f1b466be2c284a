/** What tests need to exist first, made through the API itself. Everything is new each time, so tests never meet. */
import { randomUUID } from 'node:crypto';
import type { Company, Customer, Incident } from '../../shared/types.ts';
import type { TestApp } from './app.ts';
import type { Reply } from './client.ts';

export const PASSWORD = 'correct horse battery';

const short = () => randomUUID().slice(0, 8);

export async function buildCompany(app: TestApp, overrides: object = {}): Promise<Company> {
  const body = { name: `Company ${short()}`, slug: `company-${short()}`, ...overrides };
  const reply = await app.api.post('/companies', { apiKey: app.adminKey, body });
  return expectData(reply, 201);
}

export interface TestCustomer extends Customer {
  token: string;
}

/** A customer with an open session; of a new company unless one is given. */
export async function buildCustomer(
  app: TestApp,
  overrides: { companyId?: string; email?: string; name?: string; password?: string } = {},
): Promise<TestCustomer> {
  const companyId = overrides.companyId ?? (await buildCompany(app)).id;
  const body = {
    email: `${short()}@example.com`,
    password: PASSWORD,
    name: 'Jürgen Weiß',
    ...overrides,
    companyId,
  };
  const { token, customer } = expectData(await app.api.post('/customer/register', { body }), 201);
  return { ...customer, token };
}

export const REPORT = {
  shortDescription: 'No meter reading since this morning',
  description: 'The page shows yesterday.',
  priority: 'MEDIUM',
  category: 'System',
};

/** An incident of the customer. */
export async function buildIncident(
  app: TestApp,
  customer: { token: string },
  overrides: Partial<typeof REPORT> = {},
): Promise<Incident> {
  const call = { token: customer.token, body: { ...REPORT, ...overrides } };
  return expectData(await app.api.post('/customer/create-incident', call), 201);
}

/** A key of one company's team. */
export async function buildApiKey(
  app: TestApp,
  companyId: string,
  name = 'Billing team',
): Promise<string> {
  const call = { apiKey: app.adminKey, body: { name, companyId } };
  return expectData(await app.api.post('/api-keys', call), 201).secret;
}

/** The answer's data; the test ends here with the whole answer when the status is another. */
export function expectData(reply: Reply, status: number) {
  if (reply.status !== status)
    throw new Error(`expected ${status}, got ${reply.status}: ${reply.text}`);
  return reply.body.data;
}
