/** Once an hour, deletes the audit rows that are older than the operator keeps them, and counts of failed log-ins. */
import { expireAudit } from '../db/audit.ts';
import { deleteOldLoginFailures } from '../db/login-failures.ts';
import { everyHour } from '../every-hour.ts';
import type { Deps } from '../http/deps.ts';

/** Returns how to stop it. */
export function startAuditJanitor({
  db,
  log,
  config: { auditKeptDays },
}: Pick<Deps, 'db' | 'log' | 'config'>): () => Promise<void> {
  return everyHour('audit rows', log, async (signal) => {
    await deleteOldLoginFailures(db);
    return auditKeptDays === null ? 0 : expireAudit(db, auditKeptDays, signal);
  });
}
