/** A session that was never looked up. */
import type { CustomerActor, OpenSession } from '../../../server/db/customer-door.ts';

export function anySession({ companyId, customerId }: CustomerActor): OpenSession {
  const account = { email: 'ann@example.com', name: 'Ann', mailUpdates: true, hasPassword: true };
  const company = { id: companyId, name: 'Acme', slug: 'acme' };
  return {
    customer: { id: customerId, companyId, company, ...account },
    expiresAt: '2099-01-01T00:00:00.000Z',
  };
}
