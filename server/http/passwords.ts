/**
 * Password hashing behind a bounded queue: bcrypt takes a whole core for tens of milliseconds and a thread of libuv's
 * pool, so no more than cores - 1 run at once, and no more wait than can be served while somebody watches.
 */
import { availableParallelism } from 'node:os';
import bcrypt from 'bcrypt';
import { LIMITS, utf8Bytes } from '../../shared/limits.ts';
import { ApiError } from '../errors.ts';

export interface Passwords {
  hash(password: string): Promise<string>;
  /** Compares with a hash that fits no password when `hash` is null: an unknown account costs the same work. */
  matches(password: string, hash: string | null): Promise<boolean>;
}

const LONGEST_QUEUE = 100;

/** `cost` is bcrypt's: 10 takes about 50 ms, each step doubles it. */
export async function createPasswords(cost: number): Promise<Passwords> {
  const inTurn = createGate(Math.max(1, availableParallelism() - 1), LONGEST_QUEUE);
  const nobody = await bcrypt.hash(crypto.randomUUID(), cost);
  return {
    hash: (password) => inTurn(() => bcrypt.hash(password, cost)),
    async matches(password, hash) {
      const isEqual = await inTurn(() => bcrypt.compare(password, hash ?? nobody));
      // bcrypt reads no further than this: what only begins like the password is not it.
      return isEqual && utf8Bytes(password) <= LIMITS.passwordMaxBytes;
    },
  };
}

type Gate = <T>(work: () => Promise<T>) => Promise<T>;

/** Lets `width` through at once and up to `longest` wait; beyond that it throws `unavailable`. */
export function createGate(width: number, longest: number): Gate {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (work) => {
    if (running >= width) {
      if (waiting.length >= longest) throw new ApiError('unavailable', { retryAfterSeconds: 5 });
      // Whoever leaves hands its place over, so nobody can slip in between.
      await new Promise<void>((resolve) => waiting.push(resolve));
    } else {
      running += 1;
    }
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  };
}
