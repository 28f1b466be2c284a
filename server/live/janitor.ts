/** Once an hour, deletes the events that no stream may ask for any more. */
import { setTimeout as wait } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Database } from '../db/connection.ts';
import { deleteOldEvents } from '../db/events.ts';

const HOUR_MS = 60 * 60 * 1000;

/** Returns how to stop it, after the batch that it is at. */
export function startJanitor({ db, log }: { db: Database; log: Logger }): () => Promise<void> {
  const closing = new AbortController();
  const run = async () => {
    for (;;) {
      // Nodes that start together look at different times.
      await wait(HOUR_MS * (0.5 + Math.random()), null, { signal: closing.signal, ref: false });
      const deleted = await deleteOldEvents(db, closing.signal).catch((error) => {
        log.warn({ err: error }, 'old events could not be deleted');
        return 0;
      });
      if (deleted > 0) log.info({ deleted }, 'old events deleted');
    }
  };
  // What ends the waiting is the signal.
  const running = run().catch(() => {});
  return async () => {
    closing.abort();
    await running;
  };
}
