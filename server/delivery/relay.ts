/**
 * How the mail server fares, as this node sees it. While it is away nothing is the mails' fault: they wait as they are, one
 * at a time is tried, and the rest follows as soon as one has come through.
 */
import type { Logger } from 'pino';
import type { ClaimClock } from '../db/delivery-claims.ts';
import { blockAfter } from './schedule.ts';

export interface Relay {
  /** How many mails may be under way at once, of `most` while it is well. */
  room(most: number): number;
  /** Milliseconds until it is tried again; 0 while it is well. */
  restMs(): number;
  /** It could not be reached, or let us not in. Answers after how many milliseconds it is tried again. */
  isAway(error: string): number;
  /** It has answered, whatever it said of the mail. */
  isBack(): void;
}

export function createRelay({ log, clock }: { log: Logger; clock: ClaimClock }): Relay {
  const now = () => Date.now() + clock.aheadMs();
  let failures = 0;
  let awayUntil = 0;
  const restMs = () => Math.max(0, awayUntil - now());
  return {
    restMs,
    room(most) {
      if (failures === 0) return most;
      return restMs() > 0 ? 0 : 1;
    },
    isAway(reason) {
      if (failures === 0) log.warn({ reason }, 'the mail server is away: mails wait');
      failures += 1;
      const pauseMs = blockAfter(failures, null);
      awayUntil = now() + pauseMs;
      return pauseMs;
    },
    isBack() {
      if (failures > 0) log.info('the mail server is back');
      failures = 0;
      awayUntil = 0;
    },
  };
}
