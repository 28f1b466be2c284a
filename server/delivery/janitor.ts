/** Sweeps out what is older than 30 days: told changes, and deliveries with their attempts. In small steps, hourly. */
import { sweepDeleted, sweepDeliveries, sweepOutbox } from '../db/delivery-sweep.ts';
import type { Deps } from '../http/deps.ts';

const HOUR_MS = 60 * 60 * 1_000;
const STEP = 500;

export function startJanitor({ db, log }: Pick<Deps, 'db' | 'log'>): { stop(): void } {
  let isStopped = false;
  const sweep = async () => {
    for (const step of [sweepOutbox, sweepDeleted, sweepDeliveries]) {
      while (!isStopped && (await step(db, STEP)) === STEP);
    }
  };
  const timer = setInterval(() => {
    sweep().catch((error) =>
      log.warn({ reason: error.code }, 'old deliveries could not be removed'),
    );
  }, HOUR_MS);
  timer.unref();
  return {
    stop() {
      isStopped = true;
      clearInterval(timer);
    },
  };
}
