/** Ids for everything that one write makes. */
import type { WriteIds } from '../db/customer-writes.ts';

export const writeIds = (newId: () => string): WriteIds => ({
  result: newId(),
  history: newId(),
  event: newId(),
  secondEvent: newId(),
  outbox: newId(),
  secondOutbox: newId(),
});
