/** The command that erases a customer: confirmed, waited for, and told in the audit log by numbers alone. */
import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import type { CustomerErased, TeamCustomer } from '../../shared/types.ts';
import { emailKey } from '../db/accounts.ts';
import type { TeamActor } from '../db/api-keys.ts';
import { appendAudit, byTeam } from '../db/audit.ts';
import { type Erased, eraseStep, isAnyUnderWay, NOTHING, shutOut, sum } from '../db/erasure.ts';
import { findTeamCustomer } from '../db/team-customers.ts';
import { ApiError, fieldProblem } from '../errors.ts';
import type { Deps } from '../http/deps.ts';
import { found } from '../http/route.ts';

/** For a message that is just going out: longer than a webhook may take to answer, shorter than people wait. */
const PATIENCE_MS = 20_000;
const LOOK_MS = 250;
/** Leases of a worker that died have ended by then. */
const RETRY_SECONDS = 60;

/**
 * Throws `not_found`, `invalid` for an address that is not the customer's, or `unavailable` while a message about them is
 * being sent: they are shut out then, and the same request later goes on.
 */
export async function eraseCustomer(
  deps: Deps,
  actor: TeamActor,
  id: string,
  email: string,
): Promise<CustomerErased> {
  const customer = found(await findTeamCustomer(deps.db, actor.companyId, id));
  if (emailKey(email) !== emailKey(customer.email)) {
    throw fieldProblem('email', 'invalid', "email is not this customer's address.");
  }
  try {
    return await eraseInSteps(deps, actor, customer);
  } catch (failure) {
    if (!customer.isDisabled) await tellOfDisabling(deps, actor, customer);
    throw failure;
  }
}

async function eraseInSteps(
  deps: Deps,
  actor: TeamActor,
  customer: TeamCustomer,
): Promise<CustomerErased> {
  const giveUpAt = performance.now() + PATIENCE_MS;
  let erased = NOTHING;
  for (;;) {
    await letGo(deps, customer, giveUpAt);
    const step = await unlessInCircle(() => takeStep(deps, actor, customer, erased));
    if (step === 'gone') throw new ApiError('not_found');
    if (step === 'under_way') continue;
    erased = step.erased;
    if (step.isLast) return { id: customer.id, ...erased };
  }
}

/** What stopped half-way has shut them out: that is what was done. */
async function tellOfDisabling(
  { db, newId }: Deps,
  actor: TeamActor,
  { companyId, id }: TeamCustomer,
): Promise<void> {
  const left = await findTeamCustomer(db, companyId, id);
  if (!left?.isDisabled) return;
  await appendAudit(db.knex, newId, {
    ...{ ...byTeam(actor), companyId, action: 'customer.disabled' },
    subject: { type: 'customer', id },
  });
}

/** Shuts the customer out and waits until nothing about them is on its way. */
async function letGo(
  { db, lifecycle }: Deps,
  customer: TeamCustomer,
  giveUpAt: number,
): Promise<void> {
  const underWay = await unlessInCircle(() => shutOut(db, customer));
  if (underWay.length === 0) return;
  while (await isAnyUnderWay(db, customer, underWay)) {
    // A node that is stopping cannot wait: another one goes on.
    if (lifecycle.isDraining || performance.now() > giveUpAt) {
      throw new ApiError('unavailable', {
        message:
          'A message about this customer is being sent just now. They are shut out; ask again in a minute to erase them.',
        retryAfterSeconds: RETRY_SECONDS,
      });
    }
    await wait(LOOK_MS);
  }
}

/** One transaction; the last one tells of all. */
function takeStep({ db, newId }: Deps, actor: TeamActor, customer: TeamCustomer, before: Erased) {
  return db.knex.transaction(async (trx) => {
    const step = await eraseStep(trx, customer);
    if (typeof step === 'string') return step;
    const erased = sum(before, step.erased);
    if (step.isLast) {
      const { companyId } = customer;
      // About the company: the row must not keep the id that has just been taken out of all others.
      await appendAudit(trx, newId, {
        ...{ ...byTeam(actor), companyId, action: 'customer.erased' },
        subject: { type: 'company', id: companyId },
        after: erased,
      });
    }
    return { erased, isLast: step.isLast };
  });
}

const DEADLOCK = '40P01';
const TRIES = 5;

/** Two that wait for each other are told apart by the database, which sends one of them back. */
async function unlessInCircle<T>(work: () => Promise<T>): Promise<T> {
  for (let left = TRIES - 1; ; left -= 1) {
    try {
      return await work();
    } catch (error) {
      const isCircle = error instanceof pg.DatabaseError && error.code === DEADLOCK;
      if (!isCircle || left === 0) throw error;
    }
  }
}
