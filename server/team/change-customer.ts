/** What the team does with one customer, short of erasing them: each with its one row in the audit log. */
import type { Readable } from 'node:stream';
import type { TeamCustomer } from '../../shared/types.ts';
import type { TeamActor } from '../db/api-keys.ts';
import { appendAudit, byTeam } from '../db/audit.ts';
import { findTeamCustomer, setDisabled } from '../db/team-customers.ts';
import type { Deps } from '../http/deps.ts';
import { found } from '../http/route.ts';
import { exportCustomer } from './customer-export.ts';

/** Throws `not_found`. What stays as it is leaves no row. */
export async function changeCustomer(
  { db, newId }: Deps,
  actor: TeamActor,
  id: string,
  { isDisabled }: { isDisabled?: boolean | undefined },
): Promise<TeamCustomer> {
  return db.knex.transaction(async (trx) => {
    const customer = found(await findTeamCustomer({ knex: trx }, actor.companyId, id));
    if (isDisabled === undefined || !(await setDisabled(trx, customer, isDisabled)))
      return customer;
    await appendAudit(trx, newId, {
      ...byTeam(actor),
      companyId: customer.companyId,
      action: isDisabled ? 'customer.disabled' : 'customer.enabled',
      subject: { type: 'customer', id },
    });
    return found(await findTeamCustomer({ knex: trx }, customer.companyId, id));
  });
}

/** Throws `not_found`. That somebody took a customer's data away is told, as what is done to them. */
export async function takeExport(
  { db, newId }: Deps,
  actor: TeamActor,
  id: string,
  isTaken: boolean,
): Promise<Readable> {
  const { companyId } = found(await findTeamCustomer(db, actor.companyId, id));
  if (isTaken) {
    await appendAudit(db.knex, newId, {
      ...{ ...byTeam(actor), companyId, action: 'customer.exported' },
      subject: { type: 'customer', id },
    });
  }
  return found(await exportCustomer(db, { companyId, id }, new Date().toISOString()));
}
