/** One connection that listens for notices, and comes back by itself when it is lost (DESIGN §7). */
import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import type { Logger } from 'pino';

/** A connection that is cut on its way says nothing: asked this often, it is missed soon. */
const PING_MS = 15_000;
const ANSWER_MS = 5_000;
const FIRST_RETRY_MS = 100;
const LONGEST_RETRY_MS = 5_000;

interface Handlers {
  log: Logger;
  onNotice(payload: string): void;
  /** Listening, for the first time or again: what was sent until now went unheard. */
  onStart(): void;
}

export interface Listener {
  close(): Promise<void>;
}

export function listenFor(channel: string, url: string, handlers: Handlers): Listener {
  const closing = new AbortController();
  const run = async () => {
    for (let failures = 0; !closing.signal.aborted; failures += 1) {
      const wasListening = await listenOnce(channel, url, handlers, closing.signal);
      if (closing.signal.aborted) return;
      if (wasListening) failures = 0;
      if (failures === 0) handlers.log.warn('not listening for other nodes: asking now and then');
      const retryMs = Math.min(FIRST_RETRY_MS * 2 ** failures, LONGEST_RETRY_MS);
      await wait(retryMs, null, { signal: closing.signal }).catch(() => {});
    }
  };
  const running = run();
  return {
    async close() {
      closing.abort();
      await running;
    },
  };
}

/** Listens until the connection is lost or the signal comes. Returns whether it ever listened. */
async function listenOnce(
  channel: string,
  connectionString: string,
  { onNotice, onStart }: Handlers,
  signal: AbortSignal,
): Promise<boolean> {
  const client = new pg.Client({
    connectionString,
    application_name: 'porthole-listen',
    keepAlive: true,
    connectionTimeoutMillis: ANSWER_MS,
    query_timeout: ANSWER_MS,
  });
  const lost = new AbortController();
  const ended = AbortSignal.any([signal, lost.signal]);
  client.on('error', () => lost.abort());
  client.on('end', () => lost.abort());
  client.on('notification', ({ payload = '' }) => onNotice(payload));
  let isListening = false;
  try {
    await client.connect();
    await client.query(`listen ${channel}`);
    isListening = true;
    onStart();
    while (!ended.aborted) {
      await wait(PING_MS, null, { signal: ended }).catch(() => {});
      if (!ended.aborted) await client.query('select 1');
    }
  } catch {
    // Told by the caller, who tries again.
  }
  // Waits for nobody: the other side may be gone.
  client.end().catch(() => {});
  return isListening;
}
