/** How far an incident is, as a line of steps. */
import { STATUSES, type Status } from '../../../shared/incident.ts';
import { useWords } from './context.ts';

/** The steps up to RESOLVED; a closed incident has CLOSED in its place. */
export function Steps({ status }: { status: Status }) {
  const { t } = useWords();
  const last: Status = status === 'CLOSED' ? 'CLOSED' : 'RESOLVED';
  const steps: Status[] = [...STATUSES.slice(0, 4), last];
  const now = steps.indexOf(status);
  return (
    <ol class="steps" aria-label={t('incident.steps')}>
      {steps.map((step, index) => (
        <li
          key={step}
          class={index < now ? 'past' : index === now ? `now ${step}` : undefined}
          aria-current={index === now ? 'step' : undefined}
        >
          <span>{t(`step.${step}`)}</span>
          {index < now && <span class="unseen">{t('incident.past')}</span>}
        </li>
      ))}
    </ol>
  );
}
