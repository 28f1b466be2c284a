/** What only the team knows of an incident: technical findings, reach, place. Typed text is a draft until it is saved. */
import { useState } from 'preact/hooks';
import type { TeamIncident } from '../../../shared/types.ts';
import { Button } from '../../common/components/button.tsx';
import { TextArea, TextField } from '../../common/components/field.tsx';
import { Icon } from '../../common/components/icon.tsx';
import { problemsInWords } from '../../common/state/forms.ts';
import { announce } from '../../common/state/surroundings.ts';
import { change } from '../state/case.ts';
import { mayWrite } from '../state/desk.ts';
import { draftKey } from '../state/kept.ts';
import { useDesk, useWords } from './context.ts';
import { CHEVRON } from './shapes.ts';

const LONG = ['techDescription', 'impactSummary', 'blastRadius'] as const;
const SHORT = ['serviceArea', 'environment', 'region'] as const;
const FIELDS = [...LONG, ...SHORT];

/** Closed until somebody wants it; says how much there is to see. */
export function Details({ incident }: { incident: TeamIncident }) {
  const desk = useDesk();
  const { t } = useWords();
  const filled = FIELDS.filter((field) => incident[field]).length;
  const draft = desk.drafts.open(draftKey(desk, incident.id, 'details')).values.value;
  const isDrafting = Object.keys(draft).length > 0;
  const [isOpen, setOpen] = useState(isDrafting);
  return (
    <details class="details" open={isOpen} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <Icon shape={CHEVRON} />
        <b>{t('details.title')}</b>
        <span class="quiet small">
          {filled > 0 ? t('details.filled', { count: filled }) : t('details.none')}
        </span>
      </summary>
      {isOpen && <DetailsForm incident={incident} />}
    </details>
  );
}

function DetailsForm({ incident }: { incident: TeamIncident }) {
  const desk = useDesk();
  const i18n = useWords();
  const { t } = i18n;
  const key = draftKey(desk, incident.id, 'details');
  const draft = desk.drafts.open(key).values.value;
  const [isBusy, setBusy] = useState(false);
  const changed = FIELDS.filter(
    (field) => draft[field] !== undefined && draft[field] !== (incident[field] ?? ''),
  );
  const problems = problemsInWords(i18n, desk.case.refusal.value?.problems ?? []);
  const isReadOnly = isBusy || !mayWrite(desk);
  const field = (name: (typeof FIELDS)[number]) => ({
    label: t(`details.${name}`),
    value: draft[name] ?? incident[name] ?? '',
    error: problems[name],
    readOnly: isReadOnly,
    onText: (text: string) => desk.drafts.write(key, { [name]: text }),
  });

  async function save(event: Event): Promise<void> {
    event.preventDefault();
    if (isBusy) return;
    setBusy(true);
    const values = changed.map((name) => [name, draft[name]?.trim() || null]);
    const isDone = await change(desk, incident, Object.fromEntries(values));
    setBusy(false);
    if (!isDone) return;
    desk.drafts.clear(key);
    announce(desk, t('details.saved'));
  }

  return (
    <form noValidate onSubmit={save}>
      {LONG.map((name) => (
        <TextArea key={name} rows={2} {...field(name)} />
      ))}
      <div class="thirds">
        {SHORT.map((name) => (
          <TextField key={name} autoComplete="off" {...field(name)} />
        ))}
      </div>
      {changed.length > 0 && (
        <div class="acts">
          <Button isSubmit isBusy={isBusy}>
            {t('details.save')}
          </Button>
          <Button look="ghost" onClick={() => desk.drafts.clear(key)}>
            {t('details.discard')}
          </Button>
        </div>
      )}
    </form>
  );
}
