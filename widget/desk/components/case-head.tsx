/** The head of an incident: what it is about, whose it is, how bad, who has it, and where it can go. */
import { useLayoutEffect, useRef } from 'preact/hooks';
import { PRIORITIES, type Status as StatusName } from '../../../shared/incident.ts';
import type { TeamIncident } from '../../../shared/types.ts';
import { IconButton } from '../../common/components/button.tsx';
import { ErrorText } from '../../common/components/feedback.tsx';
import { BACK, Icon } from '../../common/components/icon.tsx';
import { STATUS_ICONS, Status } from '../../common/components/status.tsx';
import { Ago } from '../../common/components/time.tsx';
import { explain } from '../../common/state/explain.ts';
import { problemsInWords } from '../../common/state/forms.ts';
import { move, setPriority, showOthers } from '../state/case.ts';
import { mayManage, mayWrite, openBeside } from '../state/desk.ts';
import { Assignee } from './assignee.tsx';
import { useDesk, useWords } from './context.ts';
import { CustomerMenu } from './customer-menu.tsx';
import { Priority } from './priority.tsx';
import { SHUT } from './shapes.ts';

/** The head stays while the conversation scrolls. */
export function CaseHead({ incident }: { incident: TeamIncident }) {
  const desk = useDesk();
  const { t } = useWords();
  const heading = useRef<HTMLHeadingElement>(null);
  useLayoutEffect(() => {
    // The heading that stood for the incident while it was read is gone, and the focus with it.
    if (document.activeElement === document.body) heading.current?.focus({ preventScroll: true });
  }, []);
  return (
    <div class="head">
      <div class="title">
        <IconButton icon={BACK} label={t('back')} onClick={() => openBeside(desk, null)} />
        <h1 tabIndex={-1} dir="auto" ref={heading}>
          {incident.shortDescription}
        </h1>
      </div>
      <div class="meta">
        <span class="ticket">{incident.ticketNumber}</span>
        <Customer incident={incident} />
        <Reported incident={incident} />
        <bdi>{incident.category}</bdi>
        <span class="hold">
          <PriorityPicker incident={incident} />
          <Assignee incident={incident} />
        </span>
      </div>
      <Moves incident={incident} />
      <Refusal />
    </div>
  );
}

function Customer({ incident }: { incident: TeamIncident }) {
  const desk = useDesk();
  const { t } = useWords();
  const { customer } = incident;
  if (!customer) return <span>{t('queue.announcement')}</span>;
  const others = customer.incidentCount - 1;
  return (
    <span class="customer">
      {mayManage(desk) ? (
        <CustomerMenu customer={customer} />
      ) : (
        <bdi title={customer.email}>{customer.name}</bdi>
      )}
      {customer.isDisabled && (
        <span class="mark">
          <Icon shape={SHUT} />
          {t('customer.disabled')}
        </span>
      )}
      {others > 0 && (
        <button type="button" class="link" onClick={() => showOthers(desk, incident)}>
          {t('case.others', { count: others })}
        </button>
      )}
    </span>
  );
}

/** The word order is the language's: the time is set into the sentence as an element. */
function Reported({ incident }: { incident: TeamIncident }) {
  const { t } = useWords();
  const key = incident.customer ? 'case.reported' : 'case.announced';
  const [before, after] = t(key, { time: '\u0000' }).split('\u0000');
  return (
    <span>
      {before}
      <Ago at={incident.createdAt} />
      {after}
    </span>
  );
}

function PriorityPicker({ incident }: { incident: TeamIncident }) {
  const desk = useDesk();
  const { t } = useWords();
  if (!mayWrite(desk)) return <Priority priority={incident.priority} />;
  return (
    <select
      class={`pri ${incident.priority}`}
      aria-label={t('case.priority')}
      value={incident.priority}
      onChange={(event) => {
        const chosen = PRIORITIES.find((one) => one === event.currentTarget.value);
        if (chosen) void setPriority(desk, incident, chosen);
      }}
    >
      {[...PRIORITIES].reverse().map((one) => (
        <option key={one} value={one}>
          {t(`priority.${one}`)}
        </option>
      ))}
    </select>
  );
}

function Moves({ incident }: { incident: TeamIncident }) {
  const desk = useDesk();
  const { t } = useWords();
  const moving = desk.case.moving.value;
  const group = useRef<HTMLDivElement>(null);
  const isHere = useRef(false);
  useLayoutEffect(() => {
    // The button that moved it is gone, and the focus with it.
    if (isHere.current && document.activeElement === document.body) group.current?.focus();
    isHere.current = false;
  }, [incident.status]);
  const words: Partial<Record<StatusName, string>> = {
    RESOLVED: t('case.resolve'),
    CLOSED: t('case.close'),
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would make it a part of a form.
    <div class="moves" role="group" aria-label={t('case.moves')} ref={group} tabIndex={-1}>
      <span class={`now ${incident.status}`}>
        <Status status={incident.status} />
        <span class="unseen">{t('case.now')}</span>
      </span>
      {mayWrite(desk) &&
        incident.allowedMoves.map((to) => (
          <button
            key={to}
            type="button"
            class="ghost"
            aria-disabled={moving !== null || undefined}
            aria-label={words[to] ?? t('case.moveTo', { status: t(`status.${to}`) })}
            onClick={() => {
              isHere.current = true;
              void move(desk, incident, to);
            }}
          >
            {moving === to ? (
              <span class="spinner" aria-hidden="true" />
            ) : (
              <Icon {...STATUS_ICONS[to]} />
            )}
            {words[to] ?? t(`status.${to}`)}
          </button>
        ))}
    </div>
  );
}

/** Why a move or a change was refused. */
function Refusal() {
  const i18n = useWords();
  const failure = useDesk().case.refusal.value;
  if (!failure) return null;
  const [problem] = Object.values(problemsInWords(i18n, failure.problems));
  return (
    <div role="alert">
      <ErrorText>
        {failure.code === 'move_refused'
          ? i18n.t('refused.move')
          : (problem ?? explain(i18n, failure))}
      </ErrorText>
    </div>
  );
}
