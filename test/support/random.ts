/** Chance that can be had again: the same seed gives the same numbers. SEED in the environment sets it. */

export interface Random {
  seed: number;
  /** From 0 to 1, as Math.random. */
  next(): number;
  /** A whole number from 0 to `below` - 1. */
  below(below: number): number;
  pick<T>(all: readonly T[]): T;
}

/** Printed by the test that uses it, so that a run can be had again (as far as two processes ever run alike). */
export function createRandom(seed = Number(process.env.SEED ?? Date.now() % 1_000_000)): Random {
  let state = seed;
  // Mulberry32.
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit: number) => Math.floor(next() * limit);
  return { seed, next, below, pick: (all) => all[below(all.length)] as (typeof all)[number] };
}

/** A client's address that hardly any other test has. */
export const randomAddress = () =>
  `10.${Array.from({ length: 3 }, () => 1 + Math.floor(Math.random() * 254)).join('.')}`;
