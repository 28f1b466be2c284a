/** A client that comes again: a machine that stalls makes a server with one connection too busy for many at once. */
import { setTimeout as wait } from 'node:timers/promises';
import type { Reply } from './client.ts';

const BREATH_MS = 100;

/** Sends again what was answered with 503. Only for what may be sent twice. */
export async function insist<Answer extends Reply | null>(
  send: () => Promise<Answer>,
): Promise<Answer> {
  for (;;) {
    const reply = await send();
    if (reply?.status !== 503) return reply;
    await wait(BREATH_MS);
  }
}
