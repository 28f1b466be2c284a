/** Sweeps out what is older than 30 days: told changes, and deliveries with their attempts. In small steps, hourly. */
import { sweepDeleted, sweepDeliveries, sweepOutbox } from '../db/delivery-sweep.ts';
import { everyHour } from '../every-hour.ts';
import type { Deps } from '../http/deps.ts';

const STEP = 500;

/** Returns how to stop it. */
export function startJanitor({ db, log }: Pick<Deps, 'db' | 'log'>): () => Promise<void> {
  return everyHour('deliveries', log, async (signal) => {
    let swept = 0;
    for (const sweep of [sweepOutbox, sweepDeleted, sweepDeliveries]) {
      for (let last = STEP; last === STEP && !signal.aborted; swept += last) {
        last = await sweep(db, STEP);
      }
    }
    return swept;
  });
}
