/** What every answer tells besides its data: whether the server is reached, wants a pause, still knows us. */
import { isUnreached, type Result } from '../../common/api/result.ts';
import type { Desk } from './desk.ts';
import { expire } from './session.ts';

/** Takes note of an answer. To be called with each answer that a session's request got. */
export function takeNote(desk: Desk, result: Result<unknown>): void {
  if (result.ok) {
    desk.isReached.value = true;
    return;
  }
  const { error } = result;
  if (error.code === 'aborted') return;
  desk.isReached.value = !isUnreached(error);
  if (error.waitMs !== null) desk.pausedUntil.value = desk.deps.now() + error.waitMs;
  if (error.code === 'unauthorized') expire(desk);
}
