/** The work itself: the queue, and beside it an incident, an announcement that is being written, or a word on what to do. */
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { TeamIncident } from '../../../shared/types.ts';
import { Button, IconButton } from '../../common/components/button.tsx';
import { Emblem, Skeleton, Trouble } from '../../common/components/feedback.tsx';
import { BACK, CLOSE, Icon } from '../../common/components/icon.tsx';
import { Affected } from '../components/affected.tsx';
import { CaseHead } from '../components/case-head.tsx';
import { useDesk, useWords } from '../components/context.ts';
import { Conversation } from '../components/conversation.tsx';
import { Details } from '../components/details.tsx';
import { QueueBar } from '../components/queue-bar.tsx';
import { QueueList } from '../components/queue-list.tsx';
import { ResolveForm } from '../components/resolve-form.tsx';
import { DOWN, LINES, PLUS } from '../components/shapes.ts';
import { WriteBox } from '../components/write-box.tsx';
import { openRef, readCase } from '../state/case.ts';
import { go, mayWrite, openBeside } from '../state/desk.ts';
import { HOME, NEW, type QueueRoute } from '../state/route.ts';
import { AnnounceForm } from './announce.tsx';

/** Within this distance of the end, new messages are followed. */
const NEAR_END_PX = 80;

export function WorkScreen({ route }: { route: QueueRoute }) {
  const { t } = useWords();
  return (
    <main class="both">
      <section class="queue" aria-label={t(`view.${route.view}`)}>
        <QueueHead route={route} />
        <QueueBar route={route} />
        <QueueList route={route} />
      </section>
      <div class="case">{route.open === NEW ? <AnnounceForm /> : <Incident />}</div>
    </main>
  );
}

/** What the list is about, where that is not plain from the navigation, and the way to say something to all. */
function QueueHead({ route }: { route: QueueRoute }) {
  const desk = useDesk();
  const { t } = useWords();
  // What is opened beside it has the page's heading.
  const Heading = route.open === null ? 'h1' : 'h2';
  const title = (
    <Heading class="unseen" tabIndex={-1}>
      {t(`view.${route.view}`)}
    </Heading>
  );
  if (route.view === 'announcements' && mayWrite(desk)) {
    return (
      <div class="queue-head">
        {title}
        <Button onClick={() => openBeside(desk, NEW)}>
          <Icon shape={PLUS} />
          {t('announce.button')}
        </Button>
      </div>
    );
  }
  if (route.view !== 'customer') return title;
  const name = desk.queue.items.value?.[0]?.customer?.name;
  return (
    <div class="queue-head of">
      <Heading>{name ? t('queue.of', { name }) : t('queue.ofCustomer')}</Heading>
      <IconButton
        icon={CLOSE}
        label={t('queue.leave')}
        onClick={() => go(desk, { ...HOME, view: 'all', open: route.open })}
      />
    </div>
  );
}

function Incident() {
  const desk = useDesk();
  const { t } = useWords();
  const { incident: read, failure, isResolving } = desk.case;
  const ref = openRef(desk);
  const incident = read.value;
  if (ref === null) {
    return (
      <div class="empty">
        <Emblem icon={LINES} title={t('case.none')} text={t('case.noneText')} level={2} />
      </div>
    );
  }
  if (incident) {
    return (
      <>
        <CaseHead incident={incident} key={`${incident.id}head`} />
        <Body incident={incident} key={incident.id} />
        {incident.status === 'CLOSED' ? (
          <p class="write quiet">{t('case.final')}</p>
        ) : (
          mayWrite(desk) && <WriteBox incident={incident} key={`${incident.id}write`} />
        )}
        {isResolving.value && <ResolveForm incident={incident} />}
      </>
    );
  }
  const trouble = failure.value;
  return (
    <>
      <div class="head">
        <div class="title">
          <IconButton icon={BACK} label={t('back')} onClick={() => openBeside(desk, null)} />
          <h1 class="unseen" tabIndex={-1}>
            {trouble ? t('case.failed') : t('loading')}
          </h1>
        </div>
      </div>
      <div class="body">
        {trouble ? (
          <Trouble
            title={t(trouble.code === 'not_found' ? 'case.gone' : 'case.failed')}
            failure={trouble}
            onRetry={() => void readCase(desk)}
          />
        ) : (
          <Skeleton rows={4} />
        )}
      </div>
    </>
  );
}

function Body({ incident }: { incident: TeamIncident }) {
  const { t } = useWords();
  const { body, isAway, toEnd } = useFollowed(incident);
  return (
    <div class="body-box">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard. */}
      <section class="body" ref={body} tabIndex={0} aria-label={t('case.talk')}>
        {incident.customer === null && <Affected incident={incident} />}
        <Details incident={incident} />
        <Conversation incident={incident} />
      </section>
      {isAway && (
        <button type="button" class="newest" onClick={toEnd}>
          <Icon shape={DOWN} />
          {t('case.newest')}
        </button>
      )}
    </div>
  );
}

/** Opens at the end of the conversation, and follows it unless somebody reads further up: then a button leads there. */
function useFollowed(incident: TeamIncident) {
  const body = useRef<HTMLElement>(null);
  const isNear = useRef(true);
  const [isAway, setAway] = useState(false);
  const count = incident.comments.length + incident.history.length;
  useLayoutEffect(() => {
    const element = body.current;
    if (!element) return;
    if (isNear.current) element.scrollTop = element.scrollHeight;
    else setAway(true);
  }, [count]);
  useLayoutEffect(() => {
    const element = body.current;
    if (!element) return;
    const onScroll = () => {
      isNear.current =
        element.scrollHeight - element.scrollTop - element.clientHeight < NEAR_END_PX;
      if (isNear.current) setAway(false);
    };
    // The box below grows while somebody writes: the end stays in view.
    const observer =
      typeof ResizeObserver === 'undefined'
        ? null
        : new ResizeObserver(() => {
            if (isNear.current) element.scrollTop = element.scrollHeight;
          });
    observer?.observe(element);
    element.addEventListener('scroll', onScroll, { passive: true });
    return () => {
      observer?.disconnect();
      element.removeEventListener('scroll', onScroll);
    };
  }, []);
  function toEnd(): void {
    body.current?.scrollTo({ top: body.current.scrollHeight });
    body.current?.focus();
  }
  return { body, isAway, toEnd };
}
