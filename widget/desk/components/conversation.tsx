/** What was said and what happened, in the order of time; what stays inside is marked so that nobody mistakes it. */
import { useMemo } from 'preact/hooks';
import type { TeamIncident } from '../../../shared/types.ts';
import { Status } from '../../common/components/status.tsx';
import { useTimes } from '../../common/components/time.tsx';
import { type Days, daysIn } from '../../common/i18n/days.ts';
import { type Entry, entriesOf, type Voice } from '../state/timeline.ts';
import { useDesk, useWords } from './context.ts';

const LOOKS: Record<Voice, string> = { customer: 'me', team: 'them', internal: 'int' };

/** The conversation of an incident. */
export function Conversation({ incident }: { incident: TeamIncident }) {
  const desk = useDesk();
  const { t, language } = useWords();
  const days = useMemo(() => daysIn(language), [language]);
  const isForAll = incident.customer === null;
  return (
    <ul class="talk" aria-label={t('case.talk')}>
      {entriesOf(incident).map((entry) => (
        <EntryRow
          key={entry.key}
          entry={entry}
          days={days}
          now={desk.clock.value}
          isForAll={isForAll}
        />
      ))}
    </ul>
  );
}

interface EntryRowProps {
  entry: Entry;
  days: Days;
  now: number;
  isForAll: boolean;
}

function EntryRow({ entry, days, now, isForAll }: EntryRowProps) {
  const desk = useDesk();
  const { t } = useWords();
  if (entry.kind === 'day') return <li class="day">{days.day(entry.at, now)}</li>;
  if (entry.kind === 'status') {
    return (
      <li class="event">
        <Status
          status={entry.status}
          {...(entry.status === 'OPEN' && { word: t('case.opened') })}
        />
        <span>
          {entry.by === null ? t('case.byCustomer') : t('case.by', { name: entry.by })}
          {', '}
          <Clock at={entry.at} days={days} />
        </span>
      </li>
    );
  }
  return (
    <li class={LOOKS[entry.voice]}>
      <div class="who">
        <b dir="auto">
          {entry.author ?? desk.session.value?.company?.name ?? t('queue.announcement')}
        </b>
        <Clock at={entry.at} days={days} />
        {entry.voice === 'internal' && (
          <span class="tag">{t(isForAll ? 'case.internalAll' : 'case.internal')}</span>
        )}
      </div>
      <p class="txt" dir="auto">
        {entry.text}
      </p>
    </li>
  );
}

/** At what time of day something happened. */
function Clock({ at, days }: { at: string; days: Days }) {
  const { exact } = useTimes();
  return (
    <time dateTime={at} title={exact(at)}>
      {days.clock(at)}
    </time>
  );
}
