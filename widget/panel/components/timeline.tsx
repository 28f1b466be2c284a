/** What was said and what happened, in the order of time; at its end what waits to be sent. */
import { useMemo } from 'preact/hooks';
import type { Incident } from '../../../shared/types.ts';
import { Status } from '../../common/components/status.tsx';
import { useTimes } from '../../common/components/time.tsx';
import { type Days, daysIn } from '../../common/i18n/days.ts';
import type { Parcel } from '../state/outbox.ts';
import { takeBack } from '../state/parcels.ts';
import { type Entry, entriesOf } from '../state/timeline.ts';
import { usePanel, useWords } from './context.ts';
import { ParcelState } from './parcels.tsx';

/** The conversation of an incident. */
export function Timeline({ incident }: { incident: Incident }) {
  const panel = usePanel();
  const { t, language } = useWords();
  const days = useMemo(() => daysIn(language), [language]);
  const waiting = panel.outbox.parcels.value.filter((parcel) => parcel.incidentId === incident.id);
  return (
    <>
      <p class="quiet small facts" dir="auto">
        {t(`priorityLine.${incident.priority}`)} · {incident.category}
      </p>
      <ul class="talk" aria-label={t('incident.talk')}>
        {entriesOf(incident).map((entry) => (
          <EntryRow key={entry.key} entry={entry} days={days} />
        ))}
        {waiting.map((parcel) => (
          <WaitingRow key={parcel.key} parcel={parcel} />
        ))}
      </ul>
    </>
  );
}

function EntryRow({ entry, days }: { entry: Entry; days: Days }) {
  const panel = usePanel();
  const { t } = useWords();
  if (entry.kind === 'day') return <li class="day">{days.day(entry.at, panel.clock.value)}</li>;
  if (entry.kind === 'status') {
    return (
      <li class="event">
        <Status
          status={entry.status}
          {...(entry.status === 'OPEN' && { word: t('incident.reopened') })}
        />
        <Clock at={entry.at} days={days} />
      </li>
    );
  }
  return (
    <li class={entry.author === null ? 'me' : 'them'}>
      <div class="who">
        <b dir="auto">{entry.author ?? t('incident.you')}</b>
        <Clock at={entry.at} days={days} />
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

function WaitingRow({ parcel }: { parcel: Parcel }) {
  const panel = usePanel();
  const { t } = useWords();
  return (
    <li class="me pending">
      <div class="who">
        <b>{t('incident.you')}</b>
      </div>
      <p class="txt" dir="auto">
        {parcel.values.content}
      </p>
      <ParcelState parcel={parcel} onEdit={() => takeBack(panel, parcel)} />
    </li>
  );
}
