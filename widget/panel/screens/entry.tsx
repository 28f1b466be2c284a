/** The door: sign up or log in at the company chosen. */

import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Failure } from '../../common/api/result.ts';
import { Button } from '../../common/components/button.tsx';
import { usePause } from '../../common/components/context.ts';
import { ErrorText } from '../../common/components/feedback.tsx';
import { TextField, useFirstWrong } from '../../common/components/field.tsx';
import { explain } from '../../common/state/explain.ts';
import { problemsInWords } from '../../common/state/forms.ts';
import { usePanel, useWords } from '../components/context.ts';
import { Announced } from '../components/lazy.tsx';
import { Screen } from '../components/screen.tsx';
import { chooseAgain, keepLink, openSession, prefillEntry } from '../state/doors.ts';
import { draftsOf } from '../state/drafts.ts';
import { checkEntry, type Problems } from '../state/forms.ts';
import { entryKey } from '../state/kept.ts';

/** Sign-up and log-in, one form in two moods. What is typed (but the password) is kept as a draft. */
export function EntryScreen() {
  const panel = usePanel();
  const { t } = useWords();
  const mode = panel.entryMode.value;
  const notice = panel.notice.value;
  const route = panel.route.value;
  const ticket = panel.isLinked && route.name === 'incident' ? route.id : null;
  useLayoutEffect(() => keepLink(panel), [route]);
  const canChoose = panel.deps.linkedCompany === null || panel.notice.value === 'company_unknown';
  return (
    <Screen onBack={canChoose ? () => chooseAgain(panel) : undefined} key={mode}>
      <h1 tabIndex={-1}>{t(`${mode}.title`)}</h1>
      <p class="quiet lead">
        {mode === 'login' && ticket
          ? t('login.linked', { ticket })
          : t(notice === 'expired' && mode === 'login' ? 'login.expired' : `${mode}.text`)}
      </p>
      <Announced />
      <EntryForm />
    </Screen>
  );
}

function EntryForm() {
  const panel = usePanel();
  const { t } = useWords();
  const { form, values, password, setPassword, problems, failure, isBusy, submit, change } =
    useEntry();
  const [isShown, setShown] = useState(false);
  const waitSeconds = usePause();
  const mode = panel.entryMode.value;
  const isNew = mode === 'signup';
  return (
    <form ref={form} noValidate onSubmit={submit}>
      {failure && <EntryFailure failure={failure} />}
      {isNew && (
        <TextField
          label={t('entry.name')}
          autoComplete="name"
          value={values.name ?? ''}
          error={problems.name}
          onText={(name) => change({ name })}
        />
      )}
      <TextField
        label={t('entry.email')}
        type="email"
        inputMode="email"
        autoComplete={isNew ? 'email' : 'username'}
        autoCapitalize="none"
        spellcheck={false}
        dir="ltr"
        value={values.email ?? ''}
        error={problems.email}
        onText={(email) => change({ email })}
      />
      <TextField
        label={t('entry.password')}
        type={isShown ? 'text' : 'password'}
        autoComplete={isNew ? 'new-password' : 'current-password'}
        autoCapitalize="none"
        spellcheck={false}
        dir="ltr"
        value={password}
        error={problems.password}
        hint={isNew && !problems.password ? t('entry.passwordHint') : undefined}
        onText={setPassword}
        after={
          <button
            type="button"
            class="peek"
            aria-label={t(isShown ? 'entry.hidePassword' : 'entry.showPassword')}
            onClick={() => setShown(!isShown)}
          >
            {t(isShown ? 'entry.hide' : 'entry.show')}
          </button>
        }
      />
      <Button isSubmit isBusy={isBusy} waitSeconds={waitSeconds}>
        {t(`${mode}.button`)}
      </Button>
      <p class="quiet swap">
        {t(`${mode}.other`)}{' '}
        <Button
          look="link"
          onClick={() => {
            panel.entryMode.value = isNew ? 'login' : 'signup';
          }}
        >
          {t(`${mode}.otherButton`)}
        </Button>
      </p>
    </form>
  );
}

/** What concerns the form as a whole, with the way on where there is one. */
function EntryFailure({ failure }: { failure: Failure }) {
  const panel = usePanel();
  const i18n = useWords();
  const { t } = i18n;
  const isTaken = failure.code === 'email_taken';
  if (failure.code === 'invalid') return null;
  return (
    <div class="refused" role="alert">
      <ErrorText>
        {isTaken
          ? t('login.taken')
          : failure.code === 'wrong_credentials'
            ? t('login.wrong')
            : explain(i18n, failure)}
      </ErrorText>
      {isTaken && (
        <Button
          look="ghost"
          onClick={() => {
            panel.entryMode.value = 'login';
          }}
        >
          {t('login.takenButton')}
        </Button>
      )}
    </div>
  );
}

function useEntry() {
  const panel = usePanel();
  const i18n = useWords();
  const key = entryKey(panel.company.value?.id ?? '');
  const values = draftsOf(panel).open(key).values.value;
  const form = useRef<HTMLFormElement>(null);
  const [password, setPassword] = useState('');
  const [problems, setProblems] = useState<Problems>({});
  const [failure, setFailure] = useState<Failure | null>(null);
  const [isBusy, setBusy] = useState(false);
  const [attempt, setAttempt] = useState(0);
  const prefill = panel.prefill.value;
  useLayoutEffect(() => prefillEntry(panel), [prefill]);
  useFirstWrong(form, attempt);

  async function submit(event: Event): Promise<void> {
    event.preventDefault();
    if (isBusy) return;
    const typed = { email: '', name: '', ...values, password };
    const wrong = checkEntry(i18n, typed, panel.entryMode.peek() === 'signup');
    setFailure(null);
    setProblems(wrong);
    setAttempt((count) => count + 1);
    if (Object.keys(wrong).length > 0) return;
    setBusy(true);
    const refused = await openSession(panel, typed);
    setBusy(false);
    setFailure(refused);
    setProblems(problemsInWords(i18n, refused?.problems ?? []));
    setAttempt((count) => count + 1);
  }

  const change = (changed: Record<string, string>) => draftsOf(panel).write(key, changed);
  return { form, values, password, setPassword, problems, failure, isBusy, submit, change };
}
