/** What handlers work with. Made once in main, or in a test; nothing here is read from the environment. */
import type { Logger } from 'pino';
import type { Config } from '../config.ts';
import type { Database } from '../db/connection.ts';
import type { Wakeup } from '../db/wakeup.ts';
import type { Live } from '../live/live.ts';
import type { AddressGuard } from './address-guard.ts';
import type { Challenges } from './challenge.ts';
import type { Metrics } from './metrics.ts';
import type { Passwords } from './passwords.ts';
import type { RateLimits } from './rate-limits.ts';
import type { Seals } from './seals.ts';
import type { Tokens } from './tokens.ts';

export interface Deps {
  config: Config;
  db: Database;
  log: Logger;
  tokens: Tokens;
  passwords: Passwords;
  seals: Seals;
  rateLimits: RateLimits;
  challenges: Challenges;
  /** Which addresses webhooks may have. */
  guard: AddressGuard;
  metrics: Metrics;
  /** Version 7: sorted by time, made here so that a statement knows its ids. */
  newId(): string;
  /** Called after every request that may have changed something. */
  wakeup: Wakeup;
  live: Live;
  /** Turns true with SIGTERM. */
  lifecycle: { isDraining: boolean };
}
