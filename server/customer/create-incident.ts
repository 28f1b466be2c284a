/** The command behind a report: written once for one Idempotency-Key, answered alike every time. */
import type { Priority } from '../../shared/incident.ts';
import type { Incident } from '../../shared/types.ts';
import { asCustomer, type CustomerActor } from '../db/customer-door.ts';
import { createIncidentQuery, earlierQuery, idempotency } from '../db/customer-writes.ts';
import type { Deps } from '../http/deps.ts';
import { sameRequest } from './idempotent.ts';
import { reportIds } from './write-ids.ts';

interface Report {
  shortDescription: string;
  description: string;
  priority: Priority;
  category: string;
}

/** Throws `idempotency_key_reused` when the key came with another report before. */
export async function createIncident(
  deps: Deps,
  actor: CustomerActor,
  report: Report,
  key: string | undefined,
): Promise<Incident> {
  const identity = idempotency(key, 'create-incident', report);
  const ids = reportIds(deps.newId);
  const { rows } = await asCustomer(
    deps,
    actor,
    createIncidentQuery(actor, ids, report, identity),
    ...earlierQuery(actor, key),
  );
  const [[made], [earlier] = []] = rows;
  if (made !== undefined) {
    return asReported(actor, report, ids.result, made.ticket_number, made.created_at);
  }
  const { resultId, ticketNumber, createdAt } = sameRequest(earlier, identity);
  return asReported(actor, report, resultId, ticketNumber ?? '', createdAt);
}

/** An incident at the moment of its making is a function of the report: so a repeated request gets the first answer. */
function asReported(
  { companyId, customerId }: CustomerActor,
  report: Report,
  id: string,
  ticketNumber: string,
  createdAt: string,
): Incident {
  return {
    ...{ id, ticketNumber, ...report, companyId, customerId },
    status: 'OPEN',
    ...{ createdAt, updatedAt: createdAt, resolvedAt: null, closedAt: null },
    isUnread: false,
    comments: [],
    history: [{ status: 'OPEN', at: createdAt }],
    attachments: [],
  };
}
