/** Rows of the list of reports. */
import type { IncidentListed } from '../../../shared/types.ts';
import { Status } from '../../common/components/status.tsx';
import { Ago } from '../../common/components/time.tsx';
import { openIncident } from '../state/listing.ts';
import { usePanel, useWords } from './context.ts';

/** One report; the whole row opens it. */
export function ListedRow({ incident }: { incident: IncidentListed }) {
  const panel = usePanel();
  const { t } = useWords();
  return (
    <li>
      <button
        type="button"
        class="row"
        data-focus={panel.incidents.value.lastOpened === incident.id || undefined}
        onClick={() => openIncident(panel, incident.id)}
      >
        <span class="grow">
          <b dir="auto">{incident.shortDescription}</b>
          <span class="small">
            <Status status={incident.status} /> · {incident.ticketNumber} ·{' '}
            <Ago at={incident.updatedAt} />
          </span>
        </span>
        {incident.isUnread && (
          <span class="dot">
            <span class="unseen">{t('home.unread')}</span>
          </span>
        )}
      </button>
    </li>
  );
}
