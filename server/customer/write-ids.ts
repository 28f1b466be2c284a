/** Ids for everything that one write makes. */
import type { CommentIds, ReportIds } from '../db/customer-writes.ts';

export const reportIds = (newId: () => string): ReportIds => ({
  result: newId(),
  history: newId(),
  event: newId(),
  outbox: newId(),
});

export const commentIds = (newId: () => string): CommentIds => ({
  ...reportIds(newId),
  secondEvent: newId(),
  secondOutbox: newId(),
});
