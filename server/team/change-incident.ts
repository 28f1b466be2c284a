/**
 * The team's commands on one incident: each locks it, checks the move, and writes everything, its line in the audit log
 * included, in one transaction.
 */
import { allowedMoves, isAllowedMove, takesComments } from '../../shared/incident.ts';
import type { TeamComment, TeamIncident, TeamIncidentUpdate } from '../../shared/types.ts';
import type { TeamActor } from '../db/api-keys.ts';
import { appendAudit, byTeam } from '../db/audit.ts';
import { findTeamIncident, type NamedIncident } from '../db/team-incidents.ts';
import {
  addTeamComment,
  editIncident,
  type LockedIncident,
  lockIncident,
  moveIncident,
} from '../db/team-writes.ts';
import { ApiError } from '../errors.ts';
import type { Deps } from '../http/deps.ts';
import { found } from '../http/route.ts';

/** Throws `not_found`, `ticket_ambiguous`, or `move_refused` with the allowed moves. `note` is a public comment that goes with it. */
export async function changeIncident(
  { db, newId }: Deps,
  actor: TeamActor,
  named: NamedIncident,
  change: TeamIncidentUpdate,
  note?: string,
): Promise<TeamIncident> {
  const authorName = actor.keyName;
  return db.knex.transaction(async (trx) => {
    const incident = found(await lockIncident(trx, named));
    const { status: from, company_id: companyId, id } = incident;
    const { status: to = from } = change;
    if (to !== from && !isAllowedMove(from, to)) throw refused(from, to);
    await editIncident(trx, newId, incident, change);
    const comment = { content: note ?? '', isInternal: false, authorName };
    const noted = note === undefined ? null : await addTeamComment(trx, newId, incident, comment);
    if (to !== from) await moveIncident(trx, newId, incident, { to, authorName });
    if (Object.keys(change).length > 0) {
      await appendAudit(trx, newId, {
        ...byTeam(actor),
        companyId,
        action: to === from ? 'incident.updated' : 'incident.moved',
        subject: { type: 'incident', id },
        ...beforeAndAfter(incident, change, noted),
      });
    }
    return found(await findTeamIncident({ knex: trx }, { scope: companyId, ref: id }));
  });
}

/** Status, priority and category as they were and are; of everything else that it has changed, and not to what. */
function beforeAndAfter(
  incident: LockedIncident,
  change: TeamIncidentUpdate,
  noted: TeamComment | null,
): { before: object; after: object } {
  const { status, priority, category, ...rest } = change;
  const named = Object.entries({ status, priority, category }).filter(([, value]) => value);
  const changed = Object.keys(rest);
  return {
    before: Object.fromEntries(named.map(([key]) => [key, incident[key as keyof typeof incident]])),
    after: {
      ...Object.fromEntries(named),
      ...(changed.length > 0 && { changed }),
      ...(noted !== null && { commentId: noted.id }),
    },
  };
}

function refused(from: TeamIncident['status'], to: TeamIncident['status']): ApiError {
  const allowed = allowedMoves(from);
  const rest = allowed.length === 0 ? 'It is final.' : `Allowed: ${allowed.join(', ')}.`;
  const message = `An incident that is ${from} cannot become ${to}. ${rest}`;
  return new ApiError('move_refused', { message });
}

/** Throws `not_found`, `ticket_ambiguous`, or `incident_closed` for a public comment that nobody could answer. */
export async function commentOnIncident(
  { db, newId }: Deps,
  actor: TeamActor,
  named: NamedIncident,
  comment: { content: string; isInternal: boolean },
): Promise<TeamComment> {
  return db.knex.transaction(async (trx) => {
    const incident = found(await lockIncident(trx, named));
    if (!comment.isInternal && !takesComments(incident.status))
      throw new ApiError('incident_closed');
    const authorName = actor.keyName;
    const made = await addTeamComment(trx, newId, incident, { ...comment, authorName });
    await appendAudit(trx, newId, {
      ...byTeam(actor),
      companyId: incident.company_id,
      action: comment.isInternal ? 'note.created' : 'comment.created',
      subject: { type: 'comment', id: made.id },
      after: { incidentId: incident.id },
    });
    return made;
  });
}
