/** One report: how far it is, what was said, and the field to say more. */

import type { RefObject } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { takesComments } from '../../../shared/incident.ts';
import type { Incident } from '../../../shared/types.ts';
import { Button } from '../../common/components/button.tsx';
import { Skeleton, Trouble } from '../../common/components/feedback.tsx';
import { usePanel, useWords } from '../components/context.ts';
import { ReplyBox } from '../components/reply-box.tsx';
import { Screen } from '../components/screen.tsx';
import { Steps } from '../components/steps.tsx';
import { Timeline } from '../components/timeline.tsx';
import { draftsOf } from '../state/drafts.ts';
import { go } from '../state/host.ts';
import { replyKey, reportKey } from '../state/kept.ts';
import { readIncident, seeEnd } from '../state/reading.ts';

/** Within this distance of the end, new messages are followed. */
const NEAR_END_PX = 80;

/** The incident with that id. */
export function IncidentScreen({ id }: { id: string }) {
  const panel = usePanel();
  const { t } = useWords();
  const { reading, readFailure, lists } = panel.incidents.value;
  const incident = reading.value?.id === id ? reading.value : null;
  const listed = Object.values(lists).flatMap(({ items }) => items.value ?? []);
  const known = incident ?? listed.find((one) => one.id === id);
  const failure = readFailure.value;
  const { body, isAbove } = useFollowed(incident);
  return (
    <Screen
      // A link names it by its number, which is all that is known of it until it is here.
      title={known?.shortDescription ?? (id.startsWith('INC-') ? id : '')}
      subtitle={known?.ticketNumber}
      onBack={() => go(panel, { name: 'home' })}
      top={known && <Steps status={known.status} />}
      foot={
        incident && (
          <>
            {isAbove && incident.isUnread && <Newer incident={incident} body={body} />}
            {takesComments(incident.status) ? (
              <ReplyBox incident={incident} />
            ) : (
              <Closed incident={incident} />
            )}
          </>
        )
      }
      bodyRef={body}
      body={{ tabIndex: 0, 'aria-label': t('incident.talk') }}
    >
      {incident && <Timeline incident={incident} />}
      {!incident && !failure && <Skeleton />}
      {!incident && failure?.code === 'not_found' && <Gone />}
      {!incident && failure && failure.code !== 'not_found' && (
        <Trouble
          title={t('incident.failed')}
          failure={failure}
          onRetry={() => void readIncident(panel, id)}
        />
      )}
    </Screen>
  );
}

interface NewerProps {
  incident: Incident;
  body: RefObject<HTMLElement | null>;
}

/** News below what is on screen, and the way there. Who writes goes on writing: the focus stays with the field. */
function Newer({ incident, body }: NewerProps) {
  const { t } = useWords();
  const last = incident.comments.at(-1);
  const moved = incident.history.at(-1)?.at ?? '';
  const isAnswer = last?.authorType === 'USER' && last.createdAt >= moved;
  return (
    <button
      type="button"
      class="newer"
      onMouseDown={(event) => event.preventDefault()}
      onClick={(event) => {
        const element = body.current;
        if (!element) return;
        if (document.activeElement === event.currentTarget) element.focus({ preventScroll: true });
        element.scrollTop = element.scrollHeight;
      }}
    >
      {t(isAnswer ? 'incident.newAnswer' : 'incident.news')} <span aria-hidden="true">↓</span>
    </button>
  );
}

/** Trying again would not help: a link of somebody else, or of another account. */
function Gone() {
  const panel = usePanel();
  const { t } = useWords();
  return (
    <div class="trouble" role="alert">
      <p>
        <b>{t('incident.gone')}</b>
      </p>
      <p class="quiet">{t('incident.goneText')}</p>
      <Button look="ghost" onClick={() => go(panel, { name: 'home' })}>
        {t('sent.home')}
      </Button>
    </div>
  );
}

/** A closed report takes no more words; those already written go along into a new one. */
function Closed({ incident }: { incident: Incident }) {
  const panel = usePanel();
  const { t } = useWords();
  const customer = panel.customer.value;
  if (!customer) return null;
  const key = replyKey(customer, incident.id);
  const unsent = draftsOf(panel).open(key).values.value.content ?? '';
  function report(): void {
    if (!customer) return;
    if (unsent) {
      draftsOf(panel).fill(reportKey(customer), { description: unsent });
      draftsOf(panel).clear(key);
    }
    go(panel, { name: 'report' });
  }
  return (
    <div class="stack">
      <p class="quiet small">{t('incident.closed')}</p>
      {unsent && (
        <>
          <p class="small">{t('incident.closedDraft')}</p>
          <p class="kept-text" dir="auto">
            {unsent}
          </p>
        </>
      )}
      <Button onClick={report}>{t('incident.new')}</Button>
    </div>
  );
}

/** Opens at the end of the conversation, and follows it unless the customer reads further up: then it says so. */
function useFollowed(incident: Incident | null) {
  const panel = usePanel();
  const body = useRef<HTMLElement>(null);
  const [isAbove, setAbove] = useState(false);
  const waiting = panel.outbox.parcels.value.length;
  const follow = (isNow: boolean) => {
    const incidents = panel.incidents.peek();
    const isBack = incidents.isAboveEnd && !isNow;
    incidents.isAboveEnd = isNow;
    setAbove(isNow);
    if (isBack) seeEnd(panel);
  };
  useLayoutEffect(() => {
    const element = body.current;
    if (!element) return;
    if (!isAbove) element.scrollTop = element.scrollHeight;
    const onScroll = () =>
      follow(element.scrollHeight - element.scrollTop - element.clientHeight >= NEAR_END_PX);
    element.addEventListener('scroll', onScroll, { passive: true });
    return () => element.removeEventListener('scroll', onScroll);
  }, [incident, waiting, isAbove]);
  useLayoutEffect(
    () => () => {
      panel.incidents.peek().isAboveEnd = false;
    },
    [],
  );
  return { body, isAbove };
}
