/** Priorities: a word on a quiet ground, louder the worse it is. */
import type { Priority as PriorityName } from '../../../shared/incident.ts';
import { useWords } from './context.ts';

/** How bad it is. */
export function Priority({ priority }: { priority: PriorityName }) {
  return <span class={`pri ${priority}`}>{useWords().t(`priority.${priority}`)}</span>;
}
