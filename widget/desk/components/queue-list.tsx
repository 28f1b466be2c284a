/** The list of the queue, and what stands there while it is empty. */
import { useLayoutEffect, useRef } from 'preact/hooks';
import { Button } from '../../common/components/button.tsx';
import { Emblem, ListEnd, Skeleton, Trouble } from '../../common/components/feedback.tsx';
import { Icon } from '../../common/components/icon.tsx';
import { OK } from '../../common/components/status.tsx';
import { go } from '../state/desk.ts';
import { isNarrowed, readOn, readQueue, widen } from '../state/queue.ts';
import { HOME, type QueueRoute } from '../state/route.ts';
import { useDesk, useWords } from './context.ts';
import { NewBelow } from './new-below.tsx';
import { Row } from './row.tsx';
import { FIND } from './shapes.ts';

/** The rows that the route and the filters ask for. */
export function QueueList({ route }: { route: QueueRoute }) {
  const desk = useDesk();
  const { t } = useWords();
  const body = useKeptScroll();
  const { items, failure, total } = desk.queue;
  const listed = items.value;
  const trouble = failure.value;
  if (!listed && trouble) {
    return (
      <Trouble title={t('queue.failed')} failure={trouble} onRetry={() => void readQueue(desk)} />
    );
  }
  if (!listed) {
    return (
      <div class="rows-box">
        <Skeleton rows={6} />
      </div>
    );
  }
  if (listed.length === 0) return <Empty route={route} />;
  return (
    <>
      <div class="rows-box" ref={body}>
        <ul aria-label={t('queue.list')}>
          {listed.map((incident) => (
            <Row key={incident.id} incident={incident} route={route} />
          ))}
        </ul>
        {listed.length < total.value &&
          (trouble ? (
            <Trouble
              title={t('queue.endFailed')}
              failure={trouble}
              onRetry={() => void readOn(desk)}
            />
          ) : (
            <ListEnd key={listed.length} onReach={() => void readOn(desk)} />
          ))}
        {listed.length >= total.value && <SearchInAll route={route} />}
      </div>
      <NewBelow box={body} />
    </>
  );
}

/** What is searched for may stand in another queue. */
function SearchInAll({ route }: { route: QueueRoute }) {
  const desk = useDesk();
  const { t } = useWords();
  if (route.view === 'all' || desk.queue.search.value.trim() === '') return null;
  return (
    <div class="elsewhere">
      <Button look="ghost" onClick={() => go(desk, { ...HOME, view: 'all', open: route.open })}>
        <Icon shape={FIND} />
        {t('queue.searchAll')}
      </Button>
    </div>
  );
}

function Empty({ route }: { route: QueueRoute }) {
  const desk = useDesk();
  const { t } = useWords();
  const { view } = route;
  if (isNarrowed(desk.queue)) {
    return (
      <div class="empty">
        <Emblem
          icon={FIND}
          title={t('queue.nothingFound')}
          text={t('queue.nothingFoundText')}
          level={2}
        />
        <Button look="ghost" onClick={() => widen(desk.queue)}>
          {t('queue.unfilter')}
        </Button>
        <SearchInAll route={route} />
      </div>
    );
  }
  return (
    <div class="empty">
      <Emblem
        icon={OK}
        title={t(`empty.${view}`)}
        text={t(`empty.${view}Text`)}
        isDone={view === 'waiting'}
        level={2}
      />
    </div>
  );
}

/** Holds the list still when something is added on top, and comes back to where it was. */
function useKeptScroll() {
  const { queue } = useDesk();
  const box = useRef<HTMLDivElement>(null);
  const first = queue.items.value?.[0]?.id;
  const height = useRef(0);
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    element.scrollTop = queue.scrollTop;
    const onScroll = () => {
      queue.scrollTop = element.scrollTop;
      height.current = element.scrollHeight;
    };
    element.addEventListener('scroll', onScroll, { passive: true });
    return () => element.removeEventListener('scroll', onScroll);
  }, [box.current]);
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    if (element.scrollTop > 0 && height.current > 0) {
      element.scrollTop += element.scrollHeight - height.current;
    }
    height.current = element.scrollHeight;
  }, [first]);
  return box;
}
