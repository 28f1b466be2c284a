/** The life of an incident: its statuses, how they may follow each other, and its priorities (DESIGN §1 and §4). */

/** In the order of an incident's life. */
export const STATUSES = [
  'OPEN',
  'ACKNOWLEDGED',
  'INVESTIGATION',
  'MITIGATED',
  'RESOLVED',
  'CLOSED',
] as const;
export type Status = (typeof STATUSES)[number];

/** From the mildest to the worst. */
export const PRIORITIES = ['INFORMATIONAL', 'LOW', 'MEDIUM', 'HIGH', 'CRITICAL'] as const;
export type Priority = (typeof PRIORITIES)[number];

/** `IN_PROGRESS` is accepted as a filter only; it stands for these three. */
export const IN_PROGRESS: readonly Status[] = ['ACKNOWLEDGED', 'INVESTIGATION', 'MITIGATED'];

/** What counts as "still open" to a customer. */
export const UNSOLVED: readonly Status[] = ['OPEN', ...IN_PROGRESS];

/** What counts as "done" to a customer. */
export const SOLVED: readonly Status[] = ['RESOLVED', 'CLOSED'];

/**
 * The statuses a team member may move an incident to (DESIGN §4): forward to any later one,
 * from RESOLVED back to INVESTIGATION or on to CLOSED, from CLOSED nowhere.
 */
export function allowedMoves(from: Status): readonly Status[] {
  if (from === 'RESOLVED') return ['INVESTIGATION', 'CLOSED'];
  return STATUSES.slice(STATUSES.indexOf(from) + 1);
}

/** Whether a team member may move an incident from one status to another. Staying is not a move. */
export function isAllowedMove(from: Status, to: Status): boolean {
  return allowedMoves(from).includes(to);
}

/** Whether a customer may still write: a CLOSED incident takes no more comments. */
export function takesComments(status: Status): boolean {
  return status !== 'CLOSED';
}
