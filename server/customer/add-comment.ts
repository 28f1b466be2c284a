/** The command behind a reply: written once for one Idempotency-Key, answered alike every time. */
import { takesComments } from '../../shared/incident.ts';
import type { Comment } from '../../shared/types.ts';
import { asCustomerInTurn, type CustomerActor } from '../db/customer-door.ts';
import { createCommentQuery, earlierQuery, idempotency } from '../db/customer-writes.ts';
import { turnQuery } from '../db/incident-turn.ts';
import { ApiError } from '../errors.ts';
import type { Deps } from '../http/deps.ts';
import { found } from '../http/route.ts';
import { sameRequest } from './idempotent.ts';
import { commentIds } from './write-ids.ts';

/** Throws `not_found`, `incident_closed`, `conversation_full`, or `idempotency_key_reused`. `ref` is an id or a ticket number. */
export async function addComment(
  deps: Deps,
  actor: CustomerActor,
  ref: string,
  input: { content: string },
  key: string | undefined,
): Promise<Comment> {
  const identity = idempotency(key, `comment ${ref.toLowerCase()}`, input);
  const ids = commentIds(deps.newId);
  const { session, rows } = await asCustomerInTurn(
    deps,
    actor,
    turnQuery(actor, ref),
    createCommentQuery(actor, ref, ids, input, identity),
    ...earlierQuery(actor, key),
  );
  const [[target], [earlier] = []] = rows;
  const present = (id: string, createdAt: string): Comment => ({
    ...{ id, ...input, authorType: 'CUSTOMER', authorName: session.customer.name },
    ...{ isInternal: false, createdAt, updatedAt: createdAt },
  });
  if (target?.created_at != null) return present(ids.result, target.created_at);
  // A repeated request is answered as it was, even where the incident has been closed since.
  if (earlier !== undefined) {
    const { resultId, createdAt } = sameRequest(earlier, identity);
    return present(resultId, createdAt);
  }
  const { status } = found(target);
  throw new ApiError(takesComments(status) ? 'conversation_full' : 'incident_closed');
}
