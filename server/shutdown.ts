/** Ends a node without failing a request: not ready, then no new connections, then the open ones, then the database. */
import type { Server } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import type { Deps } from './http/deps.ts';

/** All of it, drain included; what is open then is cut. */
const LONGEST_MS = 9_000;
/** Of it, for the database after the last request: the embedded one writes to a disk that may be slow. */
const CLOSING_MS = 2_500;

/** What deliveries under way have to end; what has not is given back, for another node to take. */
const DELIVERING_MS = 3_000;

/** Waits for SIGTERM or SIGINT. A second signal ends the process at once. */
export function stopOnSignal(
  { lifecycle, live, log, config }: Deps,
  servers: readonly Server[],
  delivery: { stop(limitMs: number): Promise<void> },
  closeDatabase: () => Promise<void>,
): void {
  const stop = async (signal: NodeJS.Signals) => {
    if (lifecycle.isDraining) process.exit(1);
    lifecycle.isDraining = true;
    log.info({ signal }, 'draining');
    const cut = setTimeout(() => {
      for (const server of servers) server.closeAllConnections();
    }, LONGEST_MS - CLOSING_MS);
    const force = setTimeout(() => {
      log.warn('stopped by force: something did not end');
      process.exit(1);
    }, LONGEST_MS);
    // Load balancers look at /readyz every second or so; until they have, requests still come here and are answered.
    await wait(config.drainMs);
    // Only now: asked to come back earlier, streams would come back to this node.
    await Promise.all([...servers.map(close), live.drain(), delivery.stop(DELIVERING_MS)]);
    clearTimeout(cut);
    await closeDatabase();
    clearTimeout(force);
    log.info('stopped');
    process.exit(0);
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void stop(signal));
}

async function close(server: Server): Promise<void> {
  await new Promise((resolve) => server.close(resolve));
}
