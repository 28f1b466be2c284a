/** The command behind the account menu: what a customer changes about themselves, with its audit row. */
import type { CustomerSettings } from '../../shared/types.ts';
import { changeCustomer } from '../db/accounts.ts';
import { appendAudit, byCustomer } from '../db/audit.ts';
import type { CustomerActor } from '../db/customer-door.ts';
import { ApiError } from '../errors.ts';
import type { Deps } from '../http/deps.ts';

/** Does nothing when nothing is given. The caller has checked the session. */
export async function changeSettings(
  { db, newId }: Deps,
  { companyId, customerId }: CustomerActor,
  change: CustomerSettings,
  ip: string | null,
): Promise<void> {
  const { name, ...plain } = change;
  if (Object.keys(change).length === 0) return;
  await db.knex.transaction(async (trx) => {
    const isThere = await changeCustomer(trx, { companyId, customerId }, change);
    // The log must not be told of somebody who has just been taken out of it.
    if (!isThere) throw new ApiError('unauthorized');
    await appendAudit(trx, newId, {
      companyId,
      ...byCustomer(customerId, ip),
      action: 'customer.settings_changed',
      subject: { type: 'customer', id: customerId },
      // A name is personal, and would outlive the account here.
      after: { ...plain, ...(name === undefined ? {} : { changed: ['name'] }) },
    });
  });
}
