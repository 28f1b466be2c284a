/** Which company a key works in. */
import type { TeamActor } from '../db/api-keys.ts';
import { ApiError, fieldProblem } from '../errors.ts';

/**
 * A company's key works in its own, and naming another is `forbidden`: what was meant for one company must not happen
 * in another. An admin key works in the one that is named, or in all (null).
 */
export function companyScope(actor: TeamActor, companyId: string | undefined): string | null {
  if (actor.companyId === null) return companyId ?? null;
  if (companyId !== undefined && companyId !== actor.companyId) throw new ApiError('forbidden');
  return actor.companyId;
}

/** As `companyScope`, where one company is needed; throws `invalid` when an admin key names none. */
export function oneCompany(actor: TeamActor, companyId: string | undefined): string {
  const scope = companyScope(actor, companyId);
  if (scope === null) {
    throw fieldProblem(
      'companyId',
      'missing',
      'companyId is missing: an admin key has to name it.',
    );
  }
  return scope;
}
