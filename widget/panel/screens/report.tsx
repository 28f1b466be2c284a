/** The form to report a problem. */
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { PRIORITIES, type Priority } from '../../../shared/incident.ts';
import { TYPED } from '../../../shared/limits.ts';
import type { Failure } from '../../common/api/result.ts';
import { Button } from '../../common/components/button.tsx';
import { usePause } from '../../common/components/context.ts';
import { DraftHint } from '../../common/components/draft-hint.tsx';
import { ErrorText } from '../../common/components/feedback.tsx';
import { Field, TextArea, TextField, useFirstWrong } from '../../common/components/field.tsx';
import { explain } from '../../common/state/explain.ts';
import { problemsInWords } from '../../common/state/forms.ts';
import { usePanel, useWords } from '../components/context.ts';
import { Announced } from '../components/lazy.tsx';
import { Screen } from '../components/screen.tsx';
import { draftsOf, type Values } from '../state/drafts.ts';
import type { Problems } from '../state/forms.ts';
import { go } from '../state/host.ts';
import { reportKey } from '../state/kept.ts';
import { checkReport, prefillReport } from '../state/report-form.ts';
import { send } from '../state/sending.ts';

const USUAL_PRIORITY: Priority = 'MEDIUM';

/** The report form. All of it is a draft from the first letter on. */
export function ReportScreen() {
  const panel = usePanel();
  const { t } = useWords();
  const { form, draft, values, problems, failure, isBusy, submit, change } = useReport();
  const waitSeconds = usePause();
  const chosen = (values.priority ?? USUAL_PRIORITY) as Priority;
  const { match, onDifferent } = useMatch(values);
  const Suggestion = usePanel().files.news.parts.value?.Suggestion;
  return (
    <Screen
      title={t('report.title')}
      onBack={() => go(panel, { name: 'home' })}
      foot={
        <div class="stack">
          {failure && <ReportFailure failure={failure} />}
          <Button isSubmit isBusy={isBusy} waitSeconds={waitSeconds} form="report">
            {t(isBusy ? 'report.sending' : 'report.send')}
          </Button>
          <DraftHint draft={draft} />
        </div>
      }
    >
      <Announced isBrief />
      <form id="report" ref={form} noValidate onSubmit={submit}>
        <TextField
          data-focus
          label={t('report.shortDescription')}
          value={values.shortDescription ?? ''}
          error={problems.shortDescription}
          limit={TYPED.shortDescription}
          readOnly={isBusy}
          autoComplete="off"
          onText={(shortDescription) => change({ shortDescription })}
        />
        <TextArea
          label={t('report.description')}
          placeholder={t('report.placeholder')}
          rows={4}
          value={values.description ?? ''}
          error={problems.description}
          limit={TYPED.description}
          readOnly={isBusy}
          onText={(description) => change({ description })}
        />
        {/* Below both fields: neither moves while somebody writes in it. */}
        {match && Suggestion && (
          <Suggestion key={match.id} announcement={match} onDifferent={onDifferent} />
        )}
        <PriorityChips chosen={chosen} onChoose={(priority) => change({ priority })} />
        <Categories
          chosen={values.category ?? ''}
          error={problems.category}
          onChoose={(category) => change({ category })}
        />
      </form>
    </Screen>
  );
}

/** A known problem that sounds like the one being typed, until somebody says that theirs is another. */
function useMatch(values: Values) {
  const panel = usePanel();
  const [different, setDifferent] = useState<readonly string[]>([]);
  const { shortDescription = '', description = '' } = values;
  const offered = panel.announcements.value.filter(
    (one) => !one.isAffected && !different.includes(one.id),
  );
  const find = panel.files.news.parts.value?.findMatch;
  const match = find?.(`${shortDescription} ${description}`, offered) ?? null;
  return { match, onDifferent: () => match && setDifferent([...different, match.id]) };
}

function PriorityChips({
  chosen,
  onChoose,
}: {
  chosen: Priority;
  onChoose: (one: Priority) => void;
}) {
  const { t } = useWords();
  return (
    <fieldset class="field" aria-describedby="priority-hint">
      <legend>{t('report.priority')}</legend>
      <div class="chips">
        {PRIORITIES.map((one) => (
          <label key={one} class={one}>
            <input
              type="radio"
              name="priority"
              checked={one === chosen}
              onChange={() => onChoose(one)}
            />
            <span>{t(`priority.${one}`)}</span>
          </label>
        ))}
      </div>
      <p class="hint" id="priority-hint" aria-live="polite">
        {t(`priorityHint.${chosen}`)}
      </p>
    </fieldset>
  );
}

interface CategoriesProps {
  chosen: string;
  error: string | undefined;
  onChoose: (category: string) => void;
}

function Categories({ chosen, error, onChoose }: CategoriesProps) {
  const panel = usePanel();
  const { t } = useWords();
  const categories = panel.company.value?.categories ?? [];
  if (categories.length === 1) return null;
  return (
    <Field label={t('report.category')} error={error}>
      {(tied) => (
        <select
          {...tied}
          class="in"
          value={chosen}
          onChange={(event) => onChoose(event.currentTarget.value)}
        >
          <option value="" disabled>
            {t('report.choose')}
          </option>
          {categories.map((category) => (
            <option key={category} value={category}>
              {category}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

function ReportFailure({ failure }: { failure: Failure }) {
  const i18n = useWords();
  if (failure.problems.length > 0) return null;
  return (
    <div role="alert">
      <ErrorText>{explain(i18n, failure)}</ErrorText>
    </div>
  );
}

function useReport() {
  const panel = usePanel();
  const i18n = useWords();
  const customer = panel.customer.value;
  const key = customer ? reportKey(customer) : '';
  const draft = draftsOf(panel).open(key);
  const values = draft.values.value;
  const form = useRef<HTMLFormElement>(null);
  const [isBusy, setBusy] = useState(false);
  const [attempt, setAttempt] = useState(0);
  const failure = panel.outbox.refused.value[key] ?? null;
  const refusal = problemsInWords(i18n, failure?.problems ?? []);
  const [problems, setProblems] = useState<Problems>(refusal);
  const prefill = panel.prefill.value;
  useLayoutEffect(() => prefillReport(panel), [prefill]);
  useFirstWrong(form, attempt);

  function judge(found: Problems): boolean {
    setProblems(found);
    setAttempt((count) => count + 1);
    return Object.keys(found).length === 0;
  }

  async function submit(event: Event): Promise<void> {
    event.preventDefault();
    if (isBusy) return;
    const report = complete(values, panel.company.peek()?.categories ?? []);
    if (!judge(checkReport(i18n, report))) return;
    setBusy(true);
    const outcome = await send(panel, null, report);
    setBusy(false);
    if (outcome.state === 'refused') {
      judge(problemsInWords(i18n, panel.outbox.refused.peek()[key]?.problems ?? []));
      return;
    }
    if (panel.route.peek().name !== 'report') return;
    // Logged out meanwhile: it goes out after the log-in, and the list shows how it went.
    if (panel.phase.peek() !== 'in') return go(panel, { name: 'home' });
    const incident = outcome.state === 'sent' ? outcome.incident : null;
    go(panel, {
      name: 'sent',
      id: incident?.id ?? null,
      ticketNumber: incident?.ticketNumber ?? null,
    });
  }

  function change(changed: Values): void {
    if (isBusy) return;
    draftsOf(panel).write(key, changed);
    const fields = Object.keys(changed);
    const left = Object.entries(problems).filter(([field]) => !fields.includes(field));
    if (left.length < Object.keys(problems).length) setProblems(Object.fromEntries(left));
  }

  return { form, draft, values, problems, failure, isBusy, submit, change };
}

function complete(values: Values, categories: readonly string[]): Values {
  return {
    shortDescription: values.shortDescription ?? '',
    description: values.description ?? '',
    priority: values.priority ?? USUAL_PRIORITY,
    category: values.category ?? (categories.length === 1 ? (categories[0] ?? '') : ''),
  };
}
