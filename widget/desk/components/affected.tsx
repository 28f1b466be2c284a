/** Who has said that an announcement affects them. */
import { useState } from 'preact/hooks';
import type { TeamIncident } from '../../../shared/types.ts';
import { Button } from '../../common/components/button.tsx';
import { Icon } from '../../common/components/icon.tsx';
import { Ago } from '../../common/components/time.tsx';
import { readAffected } from '../state/case.ts';
import { useDesk, useWords } from './context.ts';
import { CHEVRON } from './shapes.ts';

/** The count, and behind it the list. */
export function Affected({ incident }: { incident: TeamIncident }) {
  const desk = useDesk();
  const { t } = useWords();
  const [isOpen, setOpen] = useState(false);
  const list = desk.case.affected.value;
  const count = list?.total ?? incident.affectedCount;
  if (count === 0) return <p class="quiet small none">{t('case.affectedNone')}</p>;
  return (
    <details class="details" open={isOpen} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <Icon shape={CHEVRON} />
        <b>{t('case.affected', { count })}</b>
      </summary>
      <ul class="people">
        {list?.customers.map((customer) => (
          <li key={customer.id}>
            <b dir="auto">{customer.name}</b>
            <bdi class="quiet">{customer.email}</bdi>
            <span class="quiet last">
              <Ago at={customer.at} />
            </span>
          </li>
        ))}
      </ul>
      {list && list.page < list.totalPages && (
        <Button look="ghost" onClick={() => void readAffected(desk, incident.id, list.page + 1)}>
          {t('case.affectedMore')}
        </Button>
      )}
    </details>
  );
}
