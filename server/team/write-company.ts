/** The commands on companies, each with its row in the audit log. */
import type { Company, CompanyCreate, CompanyUpdate } from '../../shared/types.ts';
import type { TeamActor } from '../db/api-keys.ts';
import { appendAudit, byTeam } from '../db/audit.ts';
import { type CompanyChange, insertCompany, updateCompany } from '../db/companies.ts';
import { ApiError } from '../errors.ts';
import type { Deps } from '../http/deps.ts';

/** Confirmed addresses need mail: without it nobody could sign up any more. */
function requireMailFor({ config }: Deps, { requiresVerifiedEmail }: CompanyUpdate): void {
  if (requiresVerifiedEmail && config.smtp === null) throw new ApiError('mail_off');
}

/** Null when the slug is taken. Throws `mail_off`. */
export async function createCompany(
  deps: Deps,
  actor: TeamActor,
  company: CompanyCreate,
): Promise<Company | null> {
  const { db, newId } = deps;
  requireMailFor(deps, company);
  return db.knex.transaction(async (trx) => {
    const made = await insertCompany({ knex: trx }, newId(), company);
    if (made === null) return null;
    await appendAudit(trx, newId, {
      ...{ companyId: made.id, ...byTeam(actor), action: 'company.created' },
      subject: { type: 'company', id: made.id },
      after: logged(company),
    });
    return made;
  });
}

/** The log outlives everything: of the team's addresses it keeps how many there are. */
const logged = ({ teamEmails, ...company }: CompanyUpdate) => ({
  ...company,
  ...(teamEmails !== undefined && { teamEmails: teamEmails.length }),
});

/** The log tells what was asked to change, as it was and as it is. Throws `mail_off`. */
export async function changeCompany(
  deps: Deps,
  actor: TeamActor,
  id: string,
  change: CompanyUpdate,
): Promise<CompanyChange> {
  const { db, newId } = deps;
  requireMailFor(deps, change);
  const fields = Object.keys(change) as (keyof CompanyUpdate)[];
  const pick = (company: Company) =>
    logged(Object.fromEntries(fields.map((one) => [one, company[one]])));
  return updateCompany(db, id, change, (trx, before, after) =>
    appendAudit(trx, newId, {
      ...{ companyId: id, ...byTeam(actor), action: 'company.updated' },
      subject: { type: 'company', id },
      ...{ before: pick(before), after: pick(after) },
    }),
  );
}
