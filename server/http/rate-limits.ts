/**
 * How often somebody may ask. What guessing depends on is counted in PostgreSQL, for all nodes together, and in memory
 * while that is away; what only keeps one client from taking all of a node is counted in that node's memory, since a write
 * for every read would cost more than the read.
 */
import { hash } from 'node:crypto';
import type { Context } from 'koa';
import {
  type RateLimiterAbstract,
  RateLimiterMemory,
  RateLimiterPostgres,
  RateLimiterRes,
} from 'rate-limiter-flexible';
import type { Config } from '../config.ts';
import type { Database } from '../db/connection.ts';
import { ApiError } from '../errors.ts';
import type { LimitName, RateLimit } from '../setting-values.ts';

/** Of these a request costs a write: they count what is rare, or has failed. */
const SHARED: readonly LimitName[] = ['attempts', 'desk', 'mail'];
const TABLE = 'rate_limits';
const TAKE_BACK = `update ${TABLE} set points = points - 1 where key = $1 and points > 0 and expire > $2`;

export interface Count {
  /** How often within the window, this time included. */
  used: number;
  isOver: boolean;
  /** Until the window ends. */
  resetMs: number;
}

export interface RateLimits {
  /** Counts one more of `who`. Null where nothing is limited. */
  count(name: LimitName, who: string): Promise<Count | null>;
  /** Reads without counting; null where there is nothing yet. */
  look(name: LimitName, who: string): Promise<Count | null>;
  /** Takes one back, of what is counted for all nodes together: it was none of what is limited. */
  takeBack(name: LimitName, who: string): Promise<void>;
  /** What the limit is; null where nothing is limited. */
  limitOf(name: LimitName): RateLimit | null;
}

export function createRateLimits(
  { rateLimits }: Pick<Config, 'rateLimits'>,
  { pool }: Pick<Database, 'pool'>,
): RateLimits {
  const limiters = new Map(
    Object.entries(rateLimits ?? {}).map(([name, limit]) => [name, createLimiter(name, limit)]),
  );

  function createLimiter(name: string, { points, seconds }: RateLimit): RateLimiterAbstract {
    const memory = new RateLimiterMemory({ keyPrefix: name, points, duration: seconds });
    if (!isShared(name)) return memory;
    return new RateLimiterPostgres({
      storeClient: pool,
      storeType: 'pool',
      tableName: TABLE,
      tableCreated: true,
      clearExpiredByTimeout: false,
      insuranceLimiter: memory,
      keyPrefix: name,
      points,
      duration: seconds,
    });
  }

  const on = <T>(name: LimitName, work: (limiter: RateLimiterAbstract) => Promise<T>) => {
    const limiter = limiters.get(name);
    return limiter === undefined ? Promise.resolve(null) : work(limiter);
  };
  return {
    count: (name, who) =>
      on(name, async (limiter) =>
        toCount(limiter, await limiter.consume(keyOf(name, who)).catch(refusal)),
      ),
    look: (name, who) =>
      on(name, async (limiter) => {
        const found = await limiter.get(keyOf(name, who));
        return found && toCount(limiter, found);
      }),
    takeBack: async (name, who) => {
      // The library's own way would make a row of less than nothing where the window has ended meanwhile.
      await on(name, (limiter) =>
        pool
          .query({
            name: 'rate-limit-take-back',
            text: TAKE_BACK,
            values: [limiter.getKey(keyOf(name, who)), Date.now()],
          })
          // While the database is away, what was counted stands.
          .catch(() => null),
      );
    },
    limitOf: (name) => rateLimits?.[name] ?? null,
  };
}

const isShared = (name: string) => SHARED.some((one) => one === name);

/** In a table of one length for all, and nobody's address. */
const keyOf = (name: LimitName, who: string) =>
  isShared(name) ? hash('sha256', who, 'base64url') : who;

const toCount = ({ points }: RateLimiterAbstract, found: RateLimiterRes): Count => ({
  used: found.consumedPoints,
  isOver: found.consumedPoints > points,
  resetMs: found.msBeforeNext,
});

/** The library rejects with its count where there is nothing left. */
function refusal(reason: unknown): RateLimiterRes {
  if (reason instanceof RateLimiterRes) return reason;
  throw reason;
}

/**
 * Counts a request and says so in the RateLimit fields (draft-ietf-httpapi-ratelimit-headers). Throws `rate_limited` when
 * it is one too many.
 */
export async function admit(
  context: Context,
  limits: RateLimits,
  name: LimitName,
  who: string,
): Promise<void> {
  const count = await limits.count(name, who);
  if (count === null) return;
  tell(context, limits, name, count);
  if (count.isOver) throw new ApiError('rate_limited', { retryAfterSeconds: secondsOf(count) });
}

/** Writes the RateLimit fields; where several limits hold, that of which the fewest are left. */
export function tell(context: Context, limits: RateLimits, name: LimitName, count: Count): void {
  const limit = limits.limitOf(name);
  if (limit === null) return;
  const left = Math.max(0, limit.points - count.used);
  const told = /;r=(\d+)/.exec(context.response.get('RateLimit'))?.[1];
  if (told !== undefined && Number(told) <= left) return;
  context.set('RateLimit-Policy', `"${name}";q=${limit.points};w=${limit.seconds}`);
  context.set('RateLimit', `"${name}";r=${left};t=${secondsOf(count)}`);
}

/** Until another one is let through; at least 1. */
export const secondsOf = ({ resetMs }: Count) => Math.max(1, Math.ceil(resetMs / 1000));
