/** Ends a node without failing a request: not ready, then no new connections, then the open ones, then the database. */
import type { Server } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import type { Deps } from './http/deps.ts';

/** Requests that are still open by then are cut, so that the whole ends within ten seconds. */
const PATIENCE_MS = 7_000;

/** Waits for SIGTERM or SIGINT. A second signal ends the process at once. */
export function stopOnSignal(
  { lifecycle, log, config }: Deps,
  servers: readonly Server[],
  closeDatabase: () => Promise<void>,
): void {
  const stop = async (signal: NodeJS.Signals) => {
    if (lifecycle.isDraining) process.exit(1);
    lifecycle.isDraining = true;
    log.info({ signal }, 'draining');
    // Load balancers look at /readyz every second or so; until they have, requests still come here and are answered.
    await wait(config.drainMs);
    await Promise.all(servers.map(close));
    await closeDatabase();
    log.info('stopped');
    process.exit(0);
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void stop(signal));
}

async function close(server: Server): Promise<void> {
  const cut = setTimeout(() => server.closeAllConnections(), PATIENCE_MS);
  await new Promise((resolve) => server.close(resolve));
  clearTimeout(cut);
}
