/** A bar at the foot of the queue: what has come in below what is on screen, and the way there. */
import type { RefObject } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { PRIORITIES } from '../../../shared/incident.ts';
import { Icon } from '../../common/components/icon.tsx';
import { useDesk, useWords } from './context.ts';
import { DOWN } from './shapes.ts';

/** So much of a row has to be on screen to be noticed. */
const NOTICED_PX = 24;

/** The longest waiting stand first, so news is at the end: nobody should have to scroll to learn of it. */
export function NewBelow({ box }: { box: RefObject<HTMLElement | null> }) {
  const desk = useDesk();
  const { t } = useWords();
  const below = useBelow(box);
  const [urgent] = (desk.queue.items.value ?? [])
    .filter(({ id }) => below.includes(id))
    .sort((one, other) => PRIORITIES.indexOf(other.priority) - PRIORITIES.indexOf(one.priority));
  if (!urgent) return null;
  function toIt(): void {
    const row = box.current?.querySelector<HTMLElement>(`[data-id="${urgent?.id}"]`);
    row?.scrollIntoView({ block: 'center' });
    row?.focus({ preventScroll: true });
  }
  return (
    <button type="button" class={`new-below ${urgent.priority}`} onClick={toIt}>
      <Icon shape={DOWN} />
      <span>
        {t('queue.below', {
          count: below.length,
          title: urgent.shortDescription,
          priority: t(`priority.${urgent.priority}`),
        })}
      </span>
    </button>
  );
}

/** The rows that came in and were never on screen since. */
function useBelow(box: RefObject<HTMLElement | null>): readonly string[] {
  const { fresh, items } = useDesk().queue;
  const noticed = useRef(new Set<string>());
  const [below, setBelow] = useState('');
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const look = () => {
      const edge = element.getBoundingClientRect().bottom - NOTICED_PX;
      const hidden: string[] = [];
      for (const row of element.querySelectorAll<HTMLElement>('.item')) {
        const id = row.dataset.id ?? '';
        if (!fresh.peek().has(id) || noticed.current.has(id)) continue;
        if (row.getBoundingClientRect().top > edge) hidden.push(id);
        else noticed.current.add(id);
      }
      setBelow(hidden.join(' '));
    };
    look();
    element.addEventListener('scroll', look, { passive: true });
    window.addEventListener('resize', look);
    return () => {
      element.removeEventListener('scroll', look);
      window.removeEventListener('resize', look);
    };
  }, [fresh.value, items.value]);
  return below === '' ? [] : below.split(' ');
}
