/** Writing to all customers of a company at once. All of it is a draft from the first letter on. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { PRIORITIES } from '../../../shared/incident.ts';
import { LIMITS } from '../../../shared/limits.ts';
import type { Failure } from '../../common/api/result.ts';
import { Button, IconButton } from '../../common/components/button.tsx';
import { DraftHint } from '../../common/components/draft-hint.tsx';
import { Emblem, ErrorText } from '../../common/components/feedback.tsx';
import { Field, TextArea, TextField, useFirstWrong } from '../../common/components/field.tsx';
import { BACK, WARN } from '../../common/components/icon.tsx';
import { explain } from '../../common/state/explain.ts';
import { problemsInWords } from '../../common/state/forms.ts';
import { useDesk, useWords } from '../components/context.ts';
import { checkAnnouncement, publish } from '../state/announcing.ts';
import { openBeside, scopeOf } from '../state/desk.ts';
import { announcementKey } from '../state/kept.ts';

export function AnnounceForm() {
  const desk = useDesk();
  const i18n = useWords();
  const { t } = i18n;
  const heading = useRef<HTMLHeadingElement>(null);
  const { form, draft, values, problems, failure, isBusy, submit, change } = useAnnouncement();
  useEffect(() => heading.current?.focus(), []);
  if (scopeOf(desk) === undefined) {
    return (
      <div class="empty">
        <Emblem icon={WARN} title={t('announce.chooseTitle')} text={t('announce.choose')} />
      </div>
    );
  }
  return (
    <>
      <div class="head">
        <div class="title">
          <IconButton icon={BACK} label={t('back')} onClick={() => openBeside(desk, null)} />
          <h1 tabIndex={-1} ref={heading}>
            {t('announce.title')}
          </h1>
        </div>
        <p class="quiet small">{t('announce.text')}</p>
      </div>
      <div class="body">
        <form class="sheet" ref={form} noValidate onSubmit={submit}>
          {failure && failure.problems.length === 0 && (
            <div class="refused" role="alert">
              <ErrorText>{explain(i18n, failure)}</ErrorText>
            </div>
          )}
          <TextField
            label={t('announce.summary')}
            value={values.summary ?? ''}
            error={problems.summary}
            limit={LIMITS.shortDescription}
            readOnly={isBusy}
            autoComplete="off"
            onText={(summary) => change({ summary })}
          />
          <TextArea
            label={t('announce.description')}
            placeholder={t('announce.placeholder')}
            rows={5}
            value={values.description ?? ''}
            error={problems.description}
            limit={LIMITS.description}
            readOnly={isBusy}
            onText={(description) => change({ description })}
          />
          <Field label={t('announce.priority')}>
            {(tied) => (
              <select
                {...tied}
                class="in"
                value={values.priority ?? 'HIGH'}
                onChange={(event) => change({ priority: event.currentTarget.value })}
              >
                {[...PRIORITIES].reverse().map((one) => (
                  <option key={one} value={one}>
                    {t(`priority.${one}`)}
                  </option>
                ))}
              </select>
            )}
          </Field>
          <div class="acts">
            <Button isSubmit isBusy={isBusy}>
              {t('announce.publish')}
            </Button>
            <DraftHint draft={draft} />
          </div>
        </form>
      </div>
    </>
  );
}

function useAnnouncement() {
  const desk = useDesk();
  const i18n = useWords();
  const key = announcementKey(desk);
  const draft = desk.drafts.open(key);
  const values = draft.values.value;
  const form = useRef<HTMLFormElement>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [problems, setProblems] = useState<Partial<Record<string, string>>>({});
  const [isBusy, setBusy] = useState(false);
  const [attempt, setAttempt] = useState(0);
  useFirstWrong(form, attempt);

  async function submit(event: Event): Promise<void> {
    event.preventDefault();
    if (isBusy) return;
    const found = checkAnnouncement(values);
    setFailure(null);
    setProblems(problemsInWords(i18n, found));
    setAttempt((count) => count + 1);
    if (found.length > 0) return;
    setBusy(true);
    const refused = await publish(desk);
    setBusy(false);
    setFailure(refused);
    setProblems(problemsInWords(i18n, refused?.problems ?? []));
    setAttempt((count) => count + 1);
  }

  function change(changed: Record<string, string>): void {
    if (isBusy) return;
    desk.drafts.write(key, changed);
    const fields = Object.keys(changed);
    setProblems(
      Object.fromEntries(Object.entries(problems).filter(([one]) => !fields.includes(one))),
    );
  }

  return { form, draft, values, problems, failure, isBusy, submit, change };
}
