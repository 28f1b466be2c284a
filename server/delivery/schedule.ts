/** When a delivery that failed is tried again: the schedule of Standard Webhooks, from 5 s to about three days. */

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** Milliseconds between one attempt and the next; together 3 days and 4 hours. */
const PAUSES_MS = [
  ...[5 * SECOND, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 14 * HOUR],
  ...[20 * HOUR, 24 * HOUR],
];
/** Up to this share is added by chance, so that what failed together does not come back together. */
const JITTER = 0.2;
/** A receiver may ask for this long a rest and no longer. */
const LONGEST_REST_MS = 24 * HOUR;
/** An endpoint that fails is tried this often at least, whatever else waits for it. */
const LONGEST_BLOCK_MS = 15 * MINUTE;

/** An endpoint with nothing but failures for this long is paused. */
export const PAUSE_AFTER_MS = 72 * HOUR;

/**
 * Milliseconds to wait after this many failed attempts, or null when there have been enough. A longer rest that the
 * receiver has asked for is granted.
 */
export function pauseAfter(
  attempts: number,
  restMs: number | null,
  random = Math.random,
): number | null {
  const pause = PAUSES_MS[attempts - 1];
  if (pause === undefined) return null;
  return Math.max(jittered(pause, random), Math.min(restMs ?? 0, LONGEST_REST_MS));
}

/** Milliseconds for which an endpoint gets nothing at all after this many failures in a row. */
export function blockAfter(failures: number, restMs: number | null, random = Math.random): number {
  const pause = Math.min(PAUSES_MS[failures - 1] ?? LONGEST_BLOCK_MS, LONGEST_BLOCK_MS);
  return Math.max(jittered(pause, random), Math.min(restMs ?? 0, LONGEST_REST_MS));
}

const jittered = (ms: number, random: () => number) => Math.round(ms * (1 + JITTER * random()));

/** Milliseconds that a Retry-After header asks for: seconds, or a date; null when it says neither. */
export function readRetryAfter(value: string | undefined, now = Date.now()): number | null {
  if (value === undefined) return null;
  if (/^\d{1,9}$/.test(value)) return Number(value) * SECOND;
  // A date as HTTP writes it; Date.parse alone would take nearly anything.
  if (!/^[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$/.test(value)) return null;
  const at = Date.parse(value);
  return Number.isNaN(at) ? null : Math.max(0, at - now);
}
