/**
 * Reads new events once for all streams of the node: when somebody was woken, and now and then. One read at a time;
 * one that fails is made again from the same place, so that nothing is lost and nothing comes twice. A node without
 * streams reads nothing.
 */
import { setTimeout as wait } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Database } from '../db/connection.ts';
import { type Place, readNewEvents, readPresent } from '../db/events.ts';
import type { Wakeup } from '../db/wakeup.ts';
import { createAlarm } from './alarm.ts';
import type { Hub } from './hub.ts';

export interface Reader {
  /** Everything up to here has been read. Rejects while the database is away. */
  place(): Promise<Place>;
  close(): Promise<void>;
}

interface Needs {
  db: Database;
  wakeup: Wakeup;
  log: Logger;
  hub: Hub;
  onEvents(count: number): void;
  /** For how long the same open transaction has held events back, after every look. */
  onHeldBack(ms: number): void;
}

/** Covers a wake-up that was lost. */
const POLL_MS = 5_000;
/** The most often that events are read, however many are written. */
const GAP_MS = 15;
/** What an older transaction holds back is looked for by itself: whoever ends that may not wake us. */
const HELD_BACK_MS = { first: 20, longest: 250 };
/** What is held back for longer is worth a word: somebody has left a transaction open. */
const HELD_LONG_MS = 5_000;
const FAILED_MS = 500;

export function createReader(needs: Needs): Reader {
  const { db, wakeup, log, hub, onEvents } = needs;
  const noteHeldBack = createHeldBackWatch(needs);
  const alarm = createAlarm();
  let isClosed = false;
  let isAway = false;
  let heldBackMs: number = HELD_BACK_MS.first;
  let place: Place | null = null;
  const askers: { resolve(place: Place): void; reject(reason: unknown): void }[] = [];

  /** Returns how long to wait for the next look when nobody wakes us. */
  async function look(): Promise<number> {
    if (hub.size() === 0) {
      place = null;
      noteHeldBack(null);
      return POLL_MS;
    }
    if (place === null) {
      place = await readPresent(db);
      return 0;
    }
    const { events, present, next, hasMore, isHeldBack, isFromFuture } = await readNewEvents(
      db,
      place,
    );
    if (isFromFuture) {
      log.warn('the database has gone back in time: everybody reads everything again');
      place = await readPresent(db);
      hub.resync(place);
      return 0;
    }
    noteHeldBack(isHeldBack ? present : null);
    // Before telling: a stream that starts from here while the others are told has asked for none of these.
    place = next;
    onEvents(events.length);
    await hub.publish(events);
    if (hasMore) return 0;
    heldBackMs =
      isHeldBack && events.length === 0
        ? Math.min(heldBackMs * 2, HELD_BACK_MS.longest)
        : HELD_BACK_MS.first;
    return isHeldBack ? heldBackMs : POLL_MS;
  }

  async function lookSafely(): Promise<number> {
    try {
      const pauseMs = await look();
      if (isAway) log.info('reading events again');
      isAway = false;
      return pauseMs;
    } catch (error) {
      if (!isAway) log.warn({ err: error }, 'events cannot be read');
      isAway = true;
      for (const { reject } of askers.splice(0)) reject(error);
      return FAILED_MS;
    }
  }

  async function run(): Promise<void> {
    while (!isClosed) {
      const pauseMs = await lookSafely();
      if (place !== null) for (const { resolve } of askers.splice(0)) resolve(place);
      await wait(GAP_MS);
      await alarm.sleep(askers.length > 0 && !isAway ? 0 : pauseMs);
    }
    for (const { reject } of askers.splice(0)) reject(new Error('the node is stopping'));
  }

  const unwatch = wakeup.onWake(alarm.ring);
  const running = run();
  return {
    place() {
      if (place !== null) return Promise.resolve(place);
      return new Promise((resolve, reject) => {
        askers.push({ resolve, reject });
        alarm.ring();
      });
    },
    async close() {
      isClosed = true;
      unwatch();
      alarm.ring();
      await running;
    },
  };
}

/**
 * Returns what to call after each look: with the place that is held, or null where nothing is. While that place moves,
 * transactions come and go; one that stands still for long is told once, and its end too.
 */
function createHeldBackWatch({ log, onHeldBack }: Pick<Needs, 'log' | 'onHeldBack'>) {
  let held: { xid: bigint; sinceMs: number; isTold: boolean } | null = null;
  return (at: Place | null): void => {
    if (held?.xid !== at?.xid) {
      if (held?.isTold) log.info('live updates go on');
      held = at && { xid: at.xid, sinceMs: Date.now(), isTold: false };
    }
    const ms = held === null ? 0 : Date.now() - held.sinceMs;
    onHeldBack(ms);
    if (held === null || held.isTold || ms < HELD_LONG_MS) return;
    held.isTold = true;
    const xid = String(held.xid + 1n);
    log.warn({ xid }, 'live updates are held back: a transaction that has written stays open');
  };
}
