/** What every answer tells besides its data: whether the server is reached, wants a pause, still knows us. */
import { isUnreached, type Result } from '../../common/api/result.ts';
import type { Panel } from './panel.ts';
import { expire } from './session.ts';

/** Takes note of an answer. To be called with each answer that a session's request got. */
export function takeNote(panel: Panel, result: Result<unknown>): void {
  if (result.ok) {
    panel.isReached.value = true;
    return;
  }
  const { error } = result;
  if (error.code === 'aborted') return;
  panel.isReached.value = !isUnreached(error);
  if (error.waitMs !== null) panel.pausedUntil.value = panel.deps.now() + error.waitMs;
  if (error.code === 'unauthorized') expire(panel);
}
