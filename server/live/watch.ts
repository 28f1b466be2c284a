/** What every stream needs now and then, done for all of them together: signs of life, an end, and a look at credentials. */
import { setTimeout as wait } from 'node:timers/promises';
import type { Logger } from 'pino';
import { HEARTBEAT_MS } from '../../shared/events.ts';
import type { Database } from '../db/connection.ts';
import { findEndedDeskSessions, findEndedKeys, findEndedSessions } from '../db/live-credentials.ts';
import { HEARTBEAT } from './frames.ts';
import type { Hub } from './hub.ts';
import type { CustomerListener, Stream, TeamListener } from './stream.ts';

interface Needs {
  db: Database;
  log: Logger;
  hub: Hub;
  idleSeconds: number;
  /** Asks a stream to come back. */
  dismiss(stream: Stream): void;
}

const SECOND_MS = 1_000;
/** A session that is over ends its streams within 5 s: half of it for a query that has to wait its turn. */
const CHECK_MS = 2_500;

/** Returns how to stop it. */
export function watchStreams(needs: Needs): () => Promise<void> {
  const closing = new AbortController();
  const beat = setInterval(createBeat(needs), SECOND_MS);
  const checking = checkEvery(CHECK_MS, needs, closing.signal);
  return async () => {
    clearInterval(beat);
    closing.abort();
    await checking;
  };
}

/** Each second for one part of the streams, so that no second is much longer than another. */
function createBeat({ hub, dismiss }: Needs): () => void {
  const parts = HEARTBEAT_MS / SECOND_MS;
  let turn = 0;
  return () => {
    turn = (turn + 1) % parts;
    const now = Date.now();
    for (const stream of hub.all()) {
      if (stream.waiting !== null) continue;
      if (now >= stream.endsAt) dismiss(stream);
      else if (stream.beat === turn) stream.sink.write(HEARTBEAT);
    }
  };
}

async function checkEvery(ms: number, needs: Needs, signal: AbortSignal): Promise<void> {
  let isAway = false;
  while (!signal.aborted) {
    await wait(ms, null, { signal }).catch(() => {});
    if (signal.aborted) return;
    try {
      await endThoseThatAreOver(needs);
      isAway = false;
    } catch (error) {
      if (!isAway) needs.log.warn({ err: error }, 'the sessions of open streams cannot be checked');
      isAway = true;
    }
  }
}

async function endThoseThatAreOver({ db, hub, idleSeconds, dismiss }: Needs): Promise<void> {
  const customers = new Map<string, CustomerListener>();
  const keys = new Map<string, TeamListener>();
  const desks = new Set<string>();
  for (const { listener } of hub.all()) {
    if (listener.side === 'customer') {
      customers.set(listener.sessionId, listener);
    } else {
      keys.set(listener.keyId, listener);
      if (listener.deskSession !== null) desks.add(listener.deskSession);
    }
  }
  const none = new Set<string>();
  const [endedSessions, endedKeys, endedDesks] = await Promise.all([
    customers.size === 0 ? none : findEndedSessions(db, [...customers.values()], idleSeconds),
    keys.size === 0 ? none : findEndedKeys(db, [...keys.keys()]),
    desks.size === 0 ? none : findEndedDeskSessions(db, [...desks]),
  ]);
  const isOver = ({ listener }: Stream) =>
    listener.side === 'customer'
      ? endedSessions.has(listener.sessionId)
      : endedKeys.has(listener.keyId) ||
        (listener.deskSession !== null && endedDesks.has(listener.deskSession));
  if (endedSessions.size + endedKeys.size + endedDesks.size === 0) return;
  for (const stream of hub.all()) if (isOver(stream)) dismiss(stream);
}
