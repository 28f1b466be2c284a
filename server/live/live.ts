/** Live updates of a node (DESIGN §7): opens streams, and ends them all when the node ends. */
import { setTimeout as wait } from 'node:timers/promises';
import type { Context } from 'koa';
import type { Logger } from 'pino';
import type { Config } from '../config.ts';
import type { Database } from '../db/connection.ts';
import { deleteOldEvents } from '../db/events.ts';
import type { Wakeup } from '../db/wakeup.ts';
import { ApiError } from '../errors.ts';
import { everyHour } from '../every-hour.ts';
import { begin, beginInVain, findBeginning } from './beginning.ts';
import { retryFrame, signalFrame } from './frames.ts';
import { createHub } from './hub.ts';
import { createReader } from './reader.ts';
import { createSink } from './sink.ts';
import { type Listener, newStream, type Stream } from './stream.ts';
import { watchStreams } from './watch.ts';

export interface Live {
  /**
   * Makes a stream for a listener whose credential was checked; `cursor` is the last id they had. Answers how to start
   * the response. Throws `rate_limited` when they have too many open.
   */
  open(context: Context, listener: Listener, cursor: string | undefined): Promise<OpenedStream>;
  /** Asks all streams to come back (to another node), not all of them in the same instant. */
  drain(): Promise<void>;
  /** Stops everything. To be called before the database is closed. */
  close(): Promise<void>;
}

export interface OpenedStream {
  start(context: Context): void;
}

export interface LiveNeeds {
  db: Database;
  wakeup: Wakeup;
  log: Logger;
  config: Pick<Config, 'sessionIdleSeconds'>;
  metrics: {
    eventsRead(count: number): void;
    eventsHeldBack(seconds: number): void;
    streamOpened(side: Listener['side']): void;
    streamClosed(side: Listener['side']): void;
  };
}

/** At a time, on one node. A team shares its key. */
const MOST_STREAMS = { customer: 4, team: 200 } as const;
const FULL_RETRY_SECONDS = 30;
/** A stream that is as old makes room for a new one: its reader may have left without a word. */
const SETTLED_MS = 60_000;

const DRAIN_STEPS = 20;
const DRAIN_STEP_MS = 50;

export function createLive({ db, wakeup, log, config, metrics }: LiveNeeds): Live {
  const hub = createHub();
  const onHeldBack = (ms: number) => metrics.eventsHeldBack(ms / 1000);
  const reader = createReader({ db, wakeup, log, hub, onEvents: metrics.eventsRead, onHeldBack });
  const { sessionIdleSeconds: idleSeconds } = config;
  const stopWatching = watchStreams({ db, log, hub, idleSeconds, dismiss });
  const stopJanitor = everyHour('events', log, (signal) => deleteOldEvents(db, signal));
  let isDraining = false;

  function remove(stream: Stream): void {
    if (hub.remove(stream)) metrics.streamClosed(stream.listener.side);
  }

  function dismiss(stream: Stream): void {
    remove(stream);
    // One that has not begun finds itself gone.
    if (stream.waiting === null) stream.sink.end(signalFrame('bye', stream.place));
  }

  /**
   * A network that drops says nothing, so that a phone's dead streams stand in its own way: the oldest goes. Not a young
   * one, and whoever reads it after all is asked to wait as long: else five open tabs would take turns without an end.
   */
  function makeRoom(listener: Listener): void {
    const open = hub.streamsOf(listener);
    if (open.length < MOST_STREAMS[listener.side]) return;
    const oldest = open.find(({ waiting }) => waiting === null);
    if (oldest === undefined || Date.now() - oldest.beganAt < SETTLED_MS) {
      const message = 'Too many live streams are open. Close one first.';
      throw new ApiError('rate_limited', { message, retryAfterSeconds: FULL_RETRY_SECONDS });
    }
    remove(oldest);
    oldest.sink.end(retryFrame(SETTLED_MS));
  }

  return {
    async open({ res }, listener, cursor) {
      if (isDraining) return { start: beginInVain };
      makeRoom(listener);
      const stream = newStream(listener, createSink(res));
      // From now on nothing passes by: what is told waits until the stream has caught up.
      hub.add(stream);
      metrics.streamOpened(listener.side);
      res.once('close', () => remove(stream));
      try {
        const beginning = await findBeginning(listener, cursor, { db, reader });
        return {
          start: (context) =>
            hub.has(stream) ? begin(stream, beginning, context) : beginInVain(context),
        };
      } catch (error) {
        remove(stream);
        throw error;
      }
    },
    async drain() {
      isDraining = true;
      const streams = [...hub.all()];
      const step = Math.ceil(streams.length / DRAIN_STEPS);
      while (streams.length > 0) {
        for (const stream of streams.splice(0, step)) if (hub.has(stream)) dismiss(stream);
        if (streams.length > 0) await wait(DRAIN_STEP_MS);
      }
    },
    async close() {
      isDraining = true;
      await Promise.all([reader.close(), stopWatching(), stopJanitor()]);
      for (const stream of [...hub.all()]) dismiss(stream);
    },
  };
}
