/**
 * Attempts at an account: log-in, sign-up, forgotten password. Counted by the account that is named and by the network that
 * asks, the same whether the account exists; beyond the limit each needs a solved challenge, which is how its owner still
 * gets in while somebody else is guessing.
 */
import type { Context } from 'koa';
import type { RateLimit } from '../config.ts';
import { spendOnce } from '../db/spent-once.ts';
import { ApiError } from '../errors.ts';
import { HIGHEST_LEVEL, type Purpose } from './challenge.ts';
import { clientAddress, networkOf } from './client-address.ts';
import type { Deps } from './deps.ts';
import { type Count, secondsOf, tell } from './rate-limits.ts';

export interface Attempt {
  /** It was no guess: the account's count begins anew, the network's is as before. */
  succeed(): Promise<void>;
  /** It made the account. How many a network makes is counted still. */
  succeedAnew(): Promise<void>;
}

type Needs = Pick<Deps, 'rateLimits' | 'challenges' | 'db'>;

const LIMIT = 'attempts';
const networkKey = (context: Context) => `network ${networkOf(clientAddress(context))}`;

/**
 * To be called before anything is compared, so that a thousand at once are counted as a thousand. Throws
 * `challenge_required`: also where what came along as a solution is none, has been used, or is too old.
 */
export async function beginAttempt(
  context: Context,
  { rateLimits, challenges, db }: Needs,
  { email, challenge, ...purpose }: Purpose & { email: string; challenge: string | undefined },
): Promise<Attempt> {
  const keys = [`account ${email.toLowerCase()}`, networkKey(context)] as const;
  const counts = await Promise.all(keys.map((key) => rateLimits.count(LIMIT, key)));
  for (const count of counts) if (count !== null) tell(context, rateLimits, LIMIT, count);
  const longest = counts.filter((one) => one?.isOver).sort(byEnd)[0];
  if (longest && !(await isSolved({ challenges, db }, challenge, purpose))) {
    // Not let through, it was no attempt: else the door would be held shut by knocking.
    await Promise.all(keys.map((key) => rateLimits.takeBack(LIMIT, key)));
    throw new ApiError('challenge_required', { retryAfterSeconds: secondsOf(longest) });
  }
  const [account, network] = keys;
  const succeedAnew = () => rateLimits.forget(LIMIT, account);
  return {
    succeedAnew,
    async succeed() {
      await Promise.all([succeedAnew(), rateLimits.takeBack(LIMIT, network)]);
    },
  };
}

const byEnd = (one: Count | null, other: Count | null) =>
  (other?.resetMs ?? 0) - (one?.resetMs ?? 0);

async function isSolved(
  { challenges, db }: Pick<Needs, 'challenges' | 'db'>,
  solution: string | undefined,
  purpose: Purpose,
): Promise<boolean> {
  if (solution === undefined) return false;
  const solved = await challenges.check(solution, purpose);
  if (solved === null) return false;
  return spendOnce(db, { ...solved, companyId: purpose.companyId, kind: 'challenge' });
}

/** How hard a challenge is made: the work doubles with each ten attempts of the network that asks for it. */
export async function challengeLevel(context: Context, { rateLimits }: Needs): Promise<number> {
  const limit: RateLimit | null = rateLimits.limitOf(LIMIT);
  const count = await rateLimits.look(LIMIT, networkKey(context));
  if (limit === null || count === null) return 0;
  return Math.min(HIGHEST_LEVEL, Math.max(0, Math.floor(count.used / limit.points) - 1));
}
