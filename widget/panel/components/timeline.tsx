/** What was said and what happened, in the order of time; at its end what waits to be sent. */
import type { Incident } from '../../../shared/types.ts';
import type { Parcel } from '../state/outbox.ts';
import { takeBack } from '../state/parcels.ts';
import { type Entry, entriesOf } from '../state/timeline.ts';
import { usePanel, useWords } from './context.ts';
import { ParcelState } from './parcels.tsx';
import { Status } from './status.tsx';
import { useTimes } from './time.tsx';

/** The conversation of an incident. */
export function Timeline({ incident }: { incident: Incident }) {
  const panel = usePanel();
  const { t } = useWords();
  const waiting = panel.outbox.parcels.value.filter((parcel) => parcel.incidentId === incident.id);
  return (
    <>
      <p class="quiet small facts" dir="auto">
        {t(`priorityLine.${incident.priority}`)} · {incident.category}
      </p>
      <ul class="talk" aria-label={t('incident.talk')}>
        {entriesOf(incident).map((entry) => (
          <EntryRow key={entry.key} entry={entry} />
        ))}
        {waiting.map((parcel) => (
          <WaitingRow key={parcel.key} parcel={parcel} />
        ))}
      </ul>
    </>
  );
}

function EntryRow({ entry }: { entry: Entry }) {
  const panel = usePanel();
  const { t } = useWords();
  const { day } = useTimes();
  if (entry.kind === 'day') return <li class="day">{day(entry.at, panel.clock.value)}</li>;
  if (entry.kind === 'status') {
    return (
      <li class="event">
        <Status
          status={entry.status}
          {...(entry.status === 'OPEN' && { word: t('incident.reopened') })}
        />
        <Clock at={entry.at} />
      </li>
    );
  }
  return (
    <li class={entry.author === null ? 'me' : 'them'}>
      <div class="who">
        <b dir="auto">{entry.author ?? t('incident.you')}</b>
        <Clock at={entry.at} />
      </div>
      <p class="txt" dir="auto">
        {entry.text}
      </p>
    </li>
  );
}

/** At what time of day something happened. */
function Clock({ at }: { at: string }) {
  const { clock, exact } = useTimes();
  return (
    <time dateTime={at} title={exact(at)}>
      {clock(at)}
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
