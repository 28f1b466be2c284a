/** Who of the team has an incident: a name that turns into a field. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { TeamIncident } from '../../../shared/types.ts';
import { Button } from '../../common/components/button.tsx';
import { Icon } from '../../common/components/icon.tsx';
import { change } from '../state/case.ts';
import { mayWrite } from '../state/desk.ts';
import { useDesk, useWords } from './context.ts';
import { PERSON } from './shapes.ts';

/** Shows whom it is assigned to, and lets that be changed. Empty means nobody. */
export function Assignee({ incident }: { incident: TeamIncident }) {
  const desk = useDesk();
  const { t } = useWords();
  const [typed, setTyped] = useState<string | null>(null);
  const button = useRef<HTMLButtonElement>(null);
  const wasOpen = useRef(false);
  const isOpen = typed !== null;
  useEffect(() => {
    if (wasOpen.current && !isOpen) button.current?.focus();
    wasOpen.current = isOpen;
  }, [isOpen]);
  const words = (
    <>
      <Icon shape={PERSON} />
      <bdi>{incident.assignedToEmail ?? t('case.unassigned')}</bdi>
    </>
  );
  if (!mayWrite(desk)) return <span class="assignee">{words}</span>;
  if (typed === null) {
    return (
      <button
        type="button"
        class="assignee"
        ref={button}
        aria-label={`${t('case.assignee')}: ${incident.assignedToEmail ?? t('case.unassigned')}`}
        onClick={() => setTyped(incident.assignedToEmail ?? '')}
      >
        {words}
      </button>
    );
  }

  async function save(event: Event): Promise<void> {
    event.preventDefault();
    const assignedToEmail = typed?.trim() || null;
    const isSame = assignedToEmail === incident.assignedToEmail;
    if (isSame || (await change(desk, incident, { assignedToEmail }))) setTyped(null);
  }

  return (
    <form class="assign" noValidate onSubmit={save}>
      <input
        class="in"
        type="email"
        dir="ltr"
        autoComplete="off"
        autoCapitalize="none"
        spellcheck={false}
        aria-label={t('case.assignTo')}
        placeholder={t('case.assignTo')}
        value={typed}
        ref={(element) => {
          if (element && !wasOpen.current) element.focus();
        }}
        onInput={(event) => setTyped(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return;
          event.stopPropagation();
          setTyped(null);
        }}
      />
      <Button look="ghost" isSubmit>
        {t('case.save')}
      </Button>
    </form>
  );
}
