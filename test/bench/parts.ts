/** The parts of the benchmark, in the order in which they run. */
import type { Part } from './part.ts';
import { arrival } from './parts/arrival.ts';
import { cost } from './parts/cost.ts';
import { create } from './parts/create.ts';
import { embedded } from './parts/embedded.ts';
import { growth } from './parts/growth.ts';
import { list } from './parts/list.ts';
import { live } from './parts/live.ts';
import { login } from './parts/login.ts';
import { profile } from './parts/profile.ts';
import { roundTrips } from './parts/round-trips.ts';
import { stack } from './parts/stack.ts';
import { trust } from './parts/trust.ts';
import { widget } from './parts/widget.ts';

export const PARTS: readonly Part[] = [
  ...[list, create, roundTrips, growth, stack, login, live, embedded, widget, trust, arrival],
  ...[profile, cost],
];
