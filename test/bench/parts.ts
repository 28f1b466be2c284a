/** The parts of the benchmark, in the order in which they run. */
import type { Part } from './part.ts';
import { arrival } from './parts/arrival.ts';
import { list } from './parts/list.ts';
import { profile } from './parts/profile.ts';
import { stack } from './parts/stack.ts';
import { trust } from './parts/trust.ts';

export const PARTS: readonly Part[] = [list, stack, trust, arrival, profile];
