/** Conditional requests, by ETag alone. */
import type { Context } from 'koa';

/**
 * Whether the client holds this very answer. Koa's own `fresh` says no to a request with `Cache-Control: no-cache`,
 * which browsers add to every fetch that brings its own If-None-Match (Fetch standard): just the ones that ask.
 */
export function isUnchanged(context: Context, etag: string): boolean {
  const held = context.get('if-none-match');
  return held === '*' || held.split(',').some((one) => one.trim().replace(/^W\//, '') === etag);
}
