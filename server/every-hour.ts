/** For work that keeps tables small: once an hour, by every node, one after the other. */
import { setTimeout as wait } from 'node:timers/promises';
import type { Logger } from 'pino';

const HOUR_MS = 60 * 60 * 1000;

/** `work` deletes until the signal comes, and answers how many rows went. Returns how to stop it, after the step that it is at. */
export function everyHour(
  what: string,
  log: Logger,
  work: (signal: AbortSignal) => Promise<number>,
): () => Promise<void> {
  const closing = new AbortController();
  const run = async () => {
    for (;;) {
      // Nodes that start together look at different times.
      await wait(HOUR_MS * (0.5 + Math.random()), null, { signal: closing.signal, ref: false });
      const deleted = await work(closing.signal).catch((error) => {
        log.warn({ err: error }, `old ${what} could not be deleted`);
        return 0;
      });
      if (deleted > 0) log.info({ deleted }, `old ${what} deleted`);
    }
  };
  // What ends the waiting is the signal.
  const running = run().catch(() => {});
  return async () => {
    closing.abort();
    await running;
  };
}
