/**
 * The worker of a node (DESIGN §7): turns the outbox into deliveries, claims what is due, sends it, writes down what
 * became of it. Any number of nodes run one each on the same rows. Woken by whoever commits; polls in case that was lost.
 */
import type { Logger } from 'pino';
import type { Database } from '../db/connection.ts';
import {
  type Claim,
  type ClaimClock,
  claimMails,
  claimWebhooks,
  lookAhead,
  releaseClaims,
} from '../db/delivery-claims.ts';
import type { Wakeup } from '../db/wakeup.ts';
import type { AddressGuard } from '../http/address-guard.ts';
import type { Metrics } from '../http/metrics.ts';
import { type Expanded, expandChanges } from './expand.ts';
import type { Mailer } from './mail/mailer.ts';
import { createRelay } from './relay.ts';
import { sendMail } from './send-mail.ts';
import { sendWebhook } from './send-webhook.ts';

export interface WorkerDeps {
  db: Database;
  log: Logger;
  wakeup: Wakeup;
  metrics: Pick<Metrics, 'countDelivery'>;
  newId(): string;
  /** Origin under which readers of mails reach this server. */
  baseUrl: string;
  guard: AddressGuard;
  /** Null: no mail server is configured. */
  mailer: Mailer | null;
  /** The address that switches a customer's mails off. */
  mailOffLink(companyId: string, customerId: string): string;
  /** What the mailed link of an account ends in. */
  accountLinkToken(companyId: string, linkId: string): string;
  /** How long a mail waits for more of the same incident. */
  digestMs(): number;
  clock: ClaimClock;
  leaseMs: number;
  postLimitMs: number;
}

export interface Worker {
  /** Takes nothing more, waits for what is under way, and gives back what has not ended after `limitMs`. */
  stop(limitMs: number): Promise<void>;
}

/** A wake-up can be lost; what nobody announced is found this late. */
const POLL_MS = 5_000;
/** Between two looks, however often somebody wakes. */
const GAP_MS = 20;
/** What is due and could not be taken: somebody else has it, or there is no room. */
const BUSY_MS = 250;
const TROUBLE_MS = 2_000;
const NOTHING: Expanded = { changes: 0, deliveries: 0 };

/**
 * At a time, in one node. Endpoints that failed last have their own room, so that any number of dead or hanging ones
 * takes none from those that work; of one endpoint at most two go at once, of a failing one a single probe.
 */
const ROOM = { working: 64, failing: 16, mail: 4 } as const;
type Room = keyof typeof ROOM;

export function startWorker(deps: WorkerDeps): Worker {
  const underWay = { working: new Set<Claim>(), failing: new Set<Claim>(), mail: new Set<Claim>() };
  const running = new Set<Promise<void>>();
  const bell = createBell();
  const relay = createRelay(deps);
  let isStopped = false;

  const start = (room: Room, claim: Claim, send: () => Promise<Sent>) => {
    underWay[room].add(claim);
    const run = attempt(deps, claim, send).finally(() => {
      underWay[room].delete(claim);
      running.delete(run);
      bell.ring();
    });
    running.add(run);
  };

  const free = (room: Room) => ROOM[room] - underWay[room].size;

  const takeWebhooks = async (room: 'working' | 'failing') => {
    if (free(room) <= 0) return 0;
    const options = { ...deps, limit: free(room), isFailing: room === 'failing' };
    const claims = await claimWebhooks(deps.db, options);
    for (const claim of claims) start(room, claim, () => sendWebhook(deps, claim));
    return claims.length;
  };
  const takeMails = async () => {
    const limit = relay.room(ROOM.mail) - underWay.mail.size;
    if (limit <= 0) return 0;
    const busy = [...underWay.mail].map(({ companyId }) => companyId);
    const claims = await claimMails(deps.db, { ...deps, limit, busy });
    for (const claim of claims) start('mail', claim, () => sendMail(deps, claim, relay));
    return claims.length;
  };

  /** One look; answers after how many milliseconds the next one is worth it. */
  const look = async () => {
    const { hasNews, dueInMs } = await lookAhead(deps.db, deps.clock, relay.restMs());
    // None, where another worker has them.
    const { changes, deliveries } = hasNews ? await expandChanges(deps, () => isStopped) : NOTHING;
    const pauseMs = changes > 0 ? 0 : hasNews ? BUSY_MS : Math.min(POLL_MS, dueInMs ?? POLL_MS);
    const isDue = deliveries > 0 || (dueInMs !== null && dueInMs <= 0);
    if (isStopped || !isDue) return pauseMs;
    const taken =
      (await takeWebhooks('working')) + (await takeWebhooks('failing')) + (await takeMails());
    return changes > 0 || taken > 0 ? 0 : BUSY_MS;
  };

  let isAway = false;
  const lookSafely = async () => {
    try {
      const pauseMs = await look();
      if (isAway) deps.log.info('deliveries go on');
      isAway = false;
      return pauseMs;
    } catch (error) {
      // Once, however long it lasts.
      if (!isAway) deps.log.warn({ reason: reasonOf(error) }, 'deliveries are waiting');
      isAway = true;
      return TROUBLE_MS;
    }
  };

  const loop = async () => {
    while (!isStopped) {
      const pauseMs = await lookSafely();
      await bell.wait(GAP_MS, Math.max(GAP_MS, pauseMs));
    }
  };

  const undo = deps.wakeup.onWake(bell.ring);
  const looping = loop();
  return {
    async stop(limitMs) {
      undo();
      isStopped = true;
      bell.ring();
      await looping;
      await within(limitMs, Promise.all(running));
      const left = Object.values(underWay).flatMap((claims) => [...claims]);
      await releaseClaims(deps.db, left).catch(() => {});
    },
  };
}

export interface Sent {
  outcome: string;
  record(): Promise<void>;
}

const RECORD_TRIES = 3;

async function attempt(deps: WorkerDeps, claim: Claim, send: () => Promise<Sent>): Promise<void> {
  try {
    const sent = await send();
    deps.metrics.countDelivery(claim.kind, sent.outcome);
    await persistently(sent.record);
  } catch (error) {
    // Its lease ends, and it is sent again: a duplicate under the same id, where it had arrived.
    deps.log.error(
      { deliveryId: claim.id, reason: reasonOf(error) },
      'an attempt was not recorded',
    );
  }
}

async function persistently(record: () => Promise<void>): Promise<void> {
  for (let left = RECORD_TRIES - 1; ; left -= 1) {
    try {
      return await record();
    } catch (error) {
      if (left === 0) throw error;
      await new Promise((resolve) => setTimeout(resolve, TROUBLE_MS));
    }
  }
}

/** No message: it could hold what was sent. */
function reasonOf(error: unknown): string {
  const { code, name } = error as NodeJS.ErrnoException;
  return code ?? name;
}

/** Waiting that anybody can end; a ring while nobody waits ends the next waiting. */
function createBell() {
  let isRung = false;
  let answer: (() => void) | null = null;
  return {
    ring() {
      isRung = true;
      answer?.();
    },
    /** At least `shortestMs`, and at most `longestMs` when nobody rings. */
    async wait(shortestMs: number, longestMs: number) {
      await pause(shortestMs);
      if (!isRung && longestMs > shortestMs) {
        let timer: NodeJS.Timeout | undefined;
        await new Promise<void>((resolve) => {
          answer = resolve;
          timer = setTimeout(resolve, longestMs - shortestMs);
        });
        clearTimeout(timer);
        answer = null;
      }
      isRung = false;
    },
  };
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

async function within(limitMs: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise((resolve) => {
    timer = setTimeout(resolve, limitMs);
  });
  await Promise.race([work, late]);
  clearTimeout(timer);
}
