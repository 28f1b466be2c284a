/** The commands that open an incident from the team's side, and that hand out its number beforehand. */
import type { TeamIncident, TeamIncidentCreate } from '../../shared/types.ts';
import type { TeamActor } from '../db/api-keys.ts';
import { appendAudit, byTeam } from '../db/audit.ts';
import { findCompany } from '../db/companies.ts';
import { countForCustomer, insertTeamIncident } from '../db/team-create.ts';
import { findTeamIncident } from '../db/team-incidents.ts';
import { nextTicket, reserveTicket, useReservation } from '../db/tickets.ts';
import { fieldProblem } from '../errors.ts';
import { oneCompany } from '../http/company-scope.ts';
import type { Deps } from '../http/deps.ts';
import { found } from '../http/route.ts';

/** The company that is named, which must be there. Throws `invalid`, `forbidden` or `company_not_found`. */
async function liveCompany({ db }: Deps, actor: TeamActor, named: string | undefined) {
  const companyId = oneCompany(actor, named);
  return found(await findCompany(db, companyId), 'company_not_found').id;
}

/** The number that the next incident may be created under, within a day. */
export async function reserveNumber(
  deps: Deps,
  actor: TeamActor,
  named: string | undefined,
): Promise<string> {
  const companyId = await liveCompany(deps, actor, named);
  return deps.db.knex.transaction((trx) => reserveTicket(trx, companyId, actor.keyId));
}

/**
 * An incident of `customerId`, or without one an announcement. Throws `company_not_found`, `customer_not_found`, or
 * `invalid` for a ticket number that is not reserved. Locks in the order of a customer's report: counts, then number.
 */
export async function createTeamIncident(
  deps: Deps,
  actor: TeamActor,
  input: TeamIncidentCreate,
): Promise<TeamIncident> {
  const { newId } = deps;
  const { customerId, status } = input;
  const companyId = await liveCompany(deps, actor, input.companyId);
  return deps.db.knex.transaction(async (trx) => {
    const seq =
      customerId === null ? null : await countForCustomer(trx, companyId, customerId, status);
    const customer =
      customerId === null ? null : { id: customerId, seq: found(seq, 'customer_not_found') };
    const reserved = input.ticketNumber;
    if (reserved !== undefined && !(await useReservation(trx, companyId, reserved))) {
      const message = 'ticketNumber was not reserved here in the last 24 hours, or has been used.';
      throw fieldProblem('ticketNumber', 'invalid', message);
    }
    const ticketNumber = reserved ?? (await nextTicket(trx, companyId));
    const place = { companyId, customer, ticketNumber };
    const id = await insertTeamIncident(trx, newId, place, input, actor.keyName);
    const { priority, category, source } = input;
    await appendAudit(trx, newId, {
      ...byTeam(actor),
      companyId,
      action: customer === null ? 'announcement.created' : 'incident.created',
      subject: { type: 'incident', id },
      after: { ticketNumber, status, priority, category, source, customerId },
    });
    return found(await findTeamIncident({ knex: trx }, { scope: companyId, ref: id }));
  });
}
