/** The worker's words while the database is away: they tell that it begins and that it is over, and nothing between. */
import { pino } from 'pino';
import { expect, it, vi } from 'vitest';
import type { Database } from '../../server/db/connection.ts';
import { createLocalWakeup } from '../../server/db/wakeup.ts';
import { startWorker, type WorkerDeps } from '../../server/delivery/worker.ts';

it('says once that deliveries wait, and once that they go on', async () => {
  vi.useFakeTimers();
  const state = { isAway: true, asked: 0 };
  const look = async () => {
    state.asked += 1;
    if (state.isAway) throw new Error('away');
    return { rows: [{ hasNews: false, dueInMs: null }] };
  };
  /** Knex writes parts of a statement by the same name. */
  const raw = (sql: string) => (sql.includes('select') ? { options: look } : sql);
  const said: string[] = [];
  const deps: Partial<WorkerDeps> = {
    db: { knex: { raw } } as unknown as Database,
    log: pino({}, { write: (line) => said.push(JSON.parse(line).msg) }),
    wakeup: createLocalWakeup(),
    mailer: null,
    clock: { aheadMs: () => 0 },
  };
  const worker = startWorker(deps as WorkerDeps);
  const askedAgain = async (times: number) => {
    const before = state.asked;
    while (state.asked < before + times) await vi.advanceTimersByTimeAsync(1_000);
  };
  await askedAgain(5);
  expect(said).toEqual(['deliveries are waiting']);
  state.isAway = false;
  await askedAgain(3);
  expect(said).toEqual(['deliveries are waiting', 'deliveries go on']);
  state.isAway = true;
  await askedAgain(2);
  expect(said.slice(2)).toEqual(['deliveries are waiting']);
  const stopped = worker.stop(0);
  await vi.runAllTimersAsync();
  await stopped;
  vi.useRealTimers();
});
