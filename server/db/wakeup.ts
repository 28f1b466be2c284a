/** Tells whoever waits for new rows (live updates, deliveries) that something was committed: here, and on other nodes. */
import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Database } from './connection.ts';
import { listenFor } from './listener.ts';

export interface Wakeup {
  /** Something was committed that others may wait for. Cheap: many calls become one. */
  wake(): void;
  /** Calls the listener after every wake-up of any node; returns its undo. A wake-up can be lost: listeners also poll. */
  onWake(listener: () => void): () => void;
  close(): Promise<void>;
}

const CHANNEL = 'porthole';
/** Other nodes are told at once, and then at most this often. */
const NOTIFY_GAP_MS = 20;

/** Within this process: all that the embedded database, which belongs to one node, needs. */
export function createLocalWakeup(): Wakeup {
  const listeners = new Set<() => void>();
  return {
    wake() {
      for (const listener of listeners) listener();
    },
    onWake(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async close() {
      listeners.clear();
    },
  };
}

/**
 * Of all nodes on one PostgreSQL. `listenUrl` must lead to it without a pooler between. Nothing here fails: while the
 * database is away nobody is woken, and everybody once it is back.
 */
export function createWakeup(
  db: Database,
  { listenUrl, log }: { listenUrl: string | null; log: Logger },
): Wakeup {
  const local = createLocalWakeup();
  if (listenUrl === null) return local;
  const node = randomUUID();
  const notify = createNotifier(() =>
    // Never within a business transaction: PostgreSQL lets those that notify commit one after the other only.
    db.pool.query({ text: 'select pg_notify($1, $2)', values: [CHANNEL, node] }),
  );
  const listener = listenFor(CHANNEL, listenUrl, {
    log,
    onNotice: (from) => from !== node && local.wake(),
    onStart: () => local.wake(),
  });
  return {
    wake() {
      local.wake();
      notify.call();
    },
    onWake: local.onWake,
    async close() {
      await Promise.all([local.close(), notify.close(), listener.close()]);
    },
  };
}

/** The first call sends at once; those that come while it is under way or too early become one. */
function createNotifier(send: () => Promise<unknown>) {
  let isClosed = false;
  let isWanted = false;
  let running: Promise<void> | null = null;
  const run = async () => {
    while (isWanted && !isClosed) {
      isWanted = false;
      // A lost one is made up for by the others' polling.
      await Promise.all([send().catch(() => {}), wait(NOTIFY_GAP_MS)]);
    }
    running = null;
  };
  return {
    call() {
      isWanted = true;
      if (!isClosed) running ??= run();
    },
    async close() {
      isClosed = true;
      await running;
    },
  };
}
