/** The door: sign up or log in at the company chosen. */

import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Failure } from '../../common/api/result.ts';
import { Button } from '../../common/components/button.tsx';
import { TextField, useFirstWrong } from '../../common/components/field.tsx';
import { problemsInWords } from '../../common/state/forms.ts';
import { Attempt } from '../components/attempt.tsx';
import { usePanel, useWords } from '../components/context.ts';
import { EmailField } from '../components/email-field.tsx';
import { Announced, drawFrom, Waiting } from '../components/lazy.tsx';
import { PasswordField } from '../components/password-field.tsx';
import { Refused } from '../components/refused.tsx';
import { Screen } from '../components/screen.tsx';
import { chooseAgain, keepLink, openSession, prefillEntry } from '../state/doors.ts';
import { draftsOf } from '../state/drafts.ts';
import { checkEntry, type Problems } from '../state/forms.ts';
import { entryKey } from '../state/kept.ts';

/** The form; or what stands in its place while a link is asked for or waited for. */
export function EntryScreen() {
  const { door, files, isNaming } = usePanel();
  const touched = useRef(false);
  const inPlace = door.value;
  if (inPlace) return drawFrom(files.account, ({ DoorScreen }) => <DoorScreen door={inPlace} />);
  // Who types already goes on typing.
  if (isNaming.value && !touched.current) return <Waiting />;
  return (
    <Entry
      onTouch={() => {
        touched.current = true;
      }}
    />
  );
}

/** Sign-up and log-in, one form in two moods. What is typed (but the password) is kept as a draft. */
function Entry({ onTouch }: { onTouch: () => void }) {
  const panel = usePanel();
  const { t } = useWords();
  const mode = panel.entryMode.value;
  const notice = panel.notice.value;
  const route = panel.route.value;
  const ticket = panel.isLinked && route.name === 'incident' ? route.id : null;
  useLayoutEffect(() => keepLink(panel), [route]);
  const canChoose = panel.deps.linkedCompany === null || panel.notice.value === 'company_unknown';
  return (
    <Screen
      onBack={canChoose ? () => chooseAgain(panel) : undefined}
      key={mode}
      body={{ onInput: onTouch }}
    >
      <h1 tabIndex={-1}>{t(`${mode}.title`)}</h1>
      <p class="quiet lead">
        {mode === 'signup'
          ? t('signup.text')
          : ticket
            ? t('login.linked', { ticket })
            : t(notice === 'expired' ? 'login.expired' : 'login.text')}
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
  const mode = panel.entryMode.value;
  const isNew = mode === 'signup';
  return (
    <form ref={form} noValidate onSubmit={submit}>
      <EntryFailure failure={failure} />
      {isNew && (
        <TextField
          label={t('entry.name')}
          autoComplete="name"
          value={values.name ?? ''}
          error={problems.name}
          onText={(name) => change({ name })}
        />
      )}
      <EmailField
        isKnown={!isNew}
        value={values.email ?? ''}
        error={problems.email}
        onText={(email) => change({ email })}
      />
      <PasswordField
        label={t('entry.password')}
        isNew={isNew}
        value={password}
        error={problems.password}
        onText={setPassword}
      />
      <Attempt isBusy={isBusy}>{t(`${mode}.button`)}</Attempt>
      {!isNew && panel.isMailOn.value && (
        <p class="swap">
          <Button
            look="link"
            onClick={() => {
              panel.door.value = { name: 'forgot' };
            }}
          >
            {t('login.forgot')}
          </Button>
        </p>
      )}
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
function EntryFailure({ failure }: { failure: Failure | null }) {
  const panel = usePanel();
  const { t } = useWords();
  return (
    <Refused failure={failure}>
      {failure?.code === 'email_taken' && (
        <Button
          look="ghost"
          onClick={() => {
            panel.entryMode.value = 'login';
          }}
        >
          {t('login.takenButton')}
        </Button>
      )}
    </Refused>
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
