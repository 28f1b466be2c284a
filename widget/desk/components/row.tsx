/** A row of the queue: what it is about, how it stands, whose it is. */
import type { TeamIncidentListed } from '../../../shared/types.ts';
import { Status } from '../../common/components/status.tsx';
import { Ago } from '../../common/components/time.tsx';
import { refOf } from '../state/desk.ts';
import { type QueueRoute, writeRoute } from '../state/route.ts';
import { useDesk, useWords } from './context.ts';
import { Priority } from './priority.tsx';

export interface RowProps {
  incident: TeamIncidentListed;
  route: QueueRoute;
}

/** One incident; the whole row is the link to it. */
export function Row({ incident, route }: RowProps) {
  const desk = useDesk();
  const { t } = useWords();
  const { id, ticketNumber, waitingSince, createdAt } = incident;
  const isOpen = desk.case.incident.value?.id === id;
  const isFresh = desk.queue.fresh.value.has(id);
  return (
    <li>
      <a
        class={isFresh ? 'item fresh' : 'item'}
        href={writeRoute({ ...route, open: refOf(desk, incident) })}
        data-id={id}
        aria-current={isOpen ? 'true' : undefined}
      >
        <b dir="auto">
          {isFresh && (
            <span class="dot">
              <span class="unseen">{t('queue.new')}</span>
            </span>
          )}
          {incident.shortDescription}
        </b>
        <span class="line">
          <Status status={incident.status} />
          <Priority priority={incident.priority} />
          <span class="last">
            <Ago at={waitingSince ?? createdAt} />
          </span>
        </span>
        <span class="line">
          <Whose incident={incident} />
          <span class="last">{ticketNumber}</span>
        </span>
      </a>
    </li>
  );
}

function Whose({ incident }: { incident: TeamIncidentListed }) {
  const desk = useDesk();
  const { t } = useWords();
  const owner =
    !desk.session.value?.company &&
    !desk.companyId.value &&
    desk.companies.value?.find((one) => one.id === incident.companyId)?.name;
  return (
    <span class="whose">
      {incident.customer ? (
        <bdi>{incident.customer.name}</bdi>
      ) : (
        <>
          {t('queue.announcement')}
          {incident.affectedCount > 0 &&
            ` · ${t('queue.affected', { count: incident.affectedCount })}`}
        </>
      )}
      {owner && (
        <>
          {' · '}
          <bdi>{owner}</bdi>
        </>
      )}
    </span>
  );
}
