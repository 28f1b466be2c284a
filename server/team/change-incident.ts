/** The team's commands on one incident: each locks it, checks the move, and writes everything in one transaction. */
import { allowedMoves, isAllowedMove, takesComments } from '../../shared/incident.ts';
import type { TeamComment, TeamIncident, TeamIncidentUpdate } from '../../shared/types.ts';
import type { TeamActor } from '../db/api-keys.ts';
import { findTeamIncident } from '../db/team-incidents.ts';
import { addTeamComment, editIncident, lockIncident, moveIncident } from '../db/team-writes.ts';
import { ApiError } from '../errors.ts';
import type { Deps } from '../http/deps.ts';
import { found } from '../http/route.ts';

/** Throws `not_found`, or `move_refused` with the allowed moves. `note` is a public comment that goes with it. */
export async function changeIncident(
  { db, newId }: Deps,
  actor: TeamActor,
  ref: string,
  change: TeamIncidentUpdate,
  note?: string,
): Promise<TeamIncident> {
  return db.knex.transaction(async (trx) => {
    const incident = found(await lockIncident(trx, actor.companyId, ref));
    const { status: from } = incident;
    const { status: to = from } = change;
    if (to !== from && !isAllowedMove(from, to)) throw refused(from, to);
    await editIncident(trx, newId, incident, change);
    if (note !== undefined) {
      const comment = { content: note, isInternal: false, authorName: actor.keyName };
      await addTeamComment(trx, newId, incident, comment);
    }
    if (to !== from) await moveIncident(trx, newId, incident, to);
    return found(await findTeamIncident({ knex: trx }, incident.company_id, incident.id));
  });
}

function refused(from: TeamIncident['status'], to: TeamIncident['status']): ApiError {
  const allowed = allowedMoves(from);
  const rest = allowed.length === 0 ? 'It is final.' : `Allowed: ${allowed.join(', ')}.`;
  const message = `An incident that is ${from} cannot become ${to}. ${rest}`;
  return new ApiError('move_refused', { message });
}

/** Throws `not_found`, or `incident_closed` for a public comment that nobody could answer. */
export async function commentOnIncident(
  { db, newId }: Deps,
  actor: TeamActor,
  ref: string,
  comment: { content: string; isInternal: boolean },
): Promise<TeamComment> {
  return db.knex.transaction(async (trx) => {
    const incident = found(await lockIncident(trx, actor.companyId, ref));
    if (!comment.isInternal && !takesComments(incident.status))
      throw new ApiError('incident_closed');
    return addTeamComment(trx, newId, incident, { ...comment, authorName: actor.keyName });
  });
}
