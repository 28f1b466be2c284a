/**
 * Attempts at an account: log-in, sign-up, forgotten password. Counted by the account that is named and by the network that
 * asks, the same whether the account exists; beyond the limit each needs a solved challenge, which is how its owner still
 * gets in while somebody else is guessing. A success takes back what it has counted itself, and nothing of anybody else's.
 */
import type { Context } from 'koa';
import { spendOnce } from '../db/spent-once.ts';
import { ApiError } from '../errors.ts';
import type { LimitName } from '../setting-values.ts';
import { HIGHEST_LEVEL, type Purpose } from './challenge.ts';
import { clientAddress, networkOf } from './client-address.ts';
import type { Deps } from './deps.ts';
import { type Count, secondsOf, tell } from './rate-limits.ts';

export interface Attempt {
  /** It was no guess. */
  succeed(): Promise<void>;
  /** It made the account. How many a network makes is counted still. */
  succeedAnew(): Promise<void>;
}

type Needs = Pick<Deps, 'rateLimits' | 'challenges' | 'db'>;

/** What is counted: under which limit, and whose. */
type Counted = readonly [limit: LimitName, who: string];

const networkOfClient = (context: Context): Counted => [
  'attempts',
  `network ${networkOf(clientAddress(context))}`,
];
const accountOf = (email: string): Counted => ['attempts', `account ${email.toLowerCase()}`];

interface Tried extends Purpose {
  email: string;
  /** What came along as a solution. */
  challenge: string | undefined;
}

/**
 * To be called before anything is compared, so that a thousand at once are counted as a thousand. Throws
 * `challenge_required`: also where what came along as a solution is none, has been used, is too old or was too easy.
 */
export async function beginAttempt(
  context: Context,
  needs: Needs,
  { email, challenge, ...purpose }: Tried,
): Promise<Attempt> {
  const { rateLimits } = needs;
  const [account, network] = [accountOf(email), networkOfClient(context)];
  // Strangers' mailboxes: whatever networks they come from, a company's sign-ups are bounded together.
  const company: Counted[] =
    purpose.action === 'login' ? [] : [['strangers', `company ${purpose.companyId}`]];
  const asked = await countAll(rateLimits, [network, ...company]);
  tellFirst(context, needs, asked);
  // Before the account is counted: a network that is refused leaves no row for each address that it makes up.
  if (challenge === undefined && isOver(asked)) throw await refuse(context, needs, asked);
  const all = [...asked, ...(await countAll(rateLimits, [account]))];
  if (isOver(all) && !(await isSolved(needs, challenge, purpose, levelOf(rateLimits, all)))) {
    throw await refuse(context, needs, all);
  }
  const takeBack = ([limit, who]: Counted) => rateLimits.takeBack(limit, who);
  return {
    succeedAnew: () => takeBack(account),
    async succeed() {
      await Promise.all([account, network].map(takeBack));
    },
  };
}

interface Tally {
  counted: Counted;
  count: Count | null;
}

const countAll = (rateLimits: Needs['rateLimits'], all: readonly Counted[]): Promise<Tally[]> =>
  Promise.all(all.map(async (counted) => ({ counted, count: await rateLimits.count(...counted) })));

const isOver = (all: readonly Tally[]) => all.some(({ count }) => count?.isOver);

/** The network's own count: that of an account would tell how often somebody else has tried it. */
function tellFirst(context: Context, { rateLimits }: Needs, [network]: readonly Tally[]): void {
  if (network?.count) tell(context, rateLimits, network.counted[0], network.count);
}

/** Not let through, it was no attempt: else the door would be held shut by knocking. */
async function refuse(
  context: Context,
  { rateLimits }: Needs,
  all: readonly Tally[],
): Promise<ApiError> {
  await Promise.all(all.map(({ counted: [limit, who] }) => rateLimits.takeBack(limit, who)));
  const over = all.filter(({ count }) => count?.isOver);
  for (const { counted, count } of over) if (count) tell(context, rateLimits, counted[0], count);
  const retryAfterSeconds = Math.max(...over.map(({ count }) => (count ? secondsOf(count) : 1)));
  return new ApiError('challenge_required', { retryAfterSeconds });
}

async function isSolved(
  { challenges, db }: Needs,
  solution: string | undefined,
  purpose: Purpose,
  level: number,
): Promise<boolean> {
  if (solution === undefined) return false;
  const solved = await challenges.check(solution, purpose, level);
  if (solved === null) return false;
  return spendOnce(db.knex, { ...solved, companyId: purpose.companyId, kind: 'challenge' });
}

/** The work doubles with each time that the limit has been reached again, by what has been let through. */
function levelOf(rateLimits: Needs['rateLimits'], all: readonly Tally[]): number {
  const levels = all.map(({ counted: [limit], count }) => {
    const points = rateLimits.limitOf(limit)?.points ?? Number.POSITIVE_INFINITY;
    // This one included, which is not let through yet.
    return Math.floor(((count?.used ?? 1) - 1) / points) - 1;
  });
  return Math.min(HIGHEST_LEVEL, Math.max(0, ...levels));
}

/** How hard the challenge for an attempt has to be now. */
export async function challengeLevel(
  context: Context,
  { rateLimits }: Pick<Needs, 'rateLimits'>,
  email: string | undefined,
): Promise<number> {
  const all = [networkOfClient(context), ...(email === undefined ? [] : [accountOf(email)])];
  const looked = await Promise.all(
    all.map(async (counted) => {
      const count = await rateLimits.look(...counted);
      return { counted, count: count && { ...count, used: count.used + 1 } };
    }),
  );
  return levelOf(rateLimits, looked);
}
