/** The door: one field for the key. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Failure } from '../../common/api/result.ts';
import { Button } from '../../common/components/button.tsx';
import { usePause } from '../../common/components/context.ts';
import { ErrorText } from '../../common/components/feedback.tsx';
import { TextField, useFirstWrong } from '../../common/components/field.tsx';
import { explain } from '../../common/state/explain.ts';
import { problemsInWords } from '../../common/state/forms.ts';
import { ConnectionBanner } from '../components/banner.tsx';
import { useDesk, useWords } from '../components/context.ts';
import { logIn } from '../state/session.ts';

/** Asks for the key. Nothing of it is kept where a script could read it. */
export function LogInScreen() {
  const desk = useDesk();
  const { t } = useWords();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (desk.isExpired.peek()) heading.current?.focus();
  }, []);
  return (
    <div class="door">
      <ConnectionBanner />
      <main>
        <h1 ref={heading} tabIndex={-1}>
          {t('login.title')}
        </h1>
        <p class="quiet lead">{t(desk.isExpired.value ? 'login.expired' : 'login.text')}</p>
        <KeyForm />
      </main>
    </div>
  );
}

function KeyForm() {
  const desk = useDesk();
  const i18n = useWords();
  const { t } = i18n;
  const form = useRef<HTMLFormElement>(null);
  const [key, setKey] = useState('');
  const [isShown, setShown] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(desk.bootFailure.peek());
  const [isBusy, setBusy] = useState(false);
  const [attempt, setAttempt] = useState(0);
  const waitSeconds = usePause();
  useFirstWrong(form, attempt);
  const problem = problemsInWords(i18n, failure?.problems ?? []).key;

  async function submit(event: Event): Promise<void> {
    event.preventDefault();
    if (isBusy) return;
    const typed = key.trim();
    if (typed === '') {
      setFailure({
        code: 'invalid',
        message: '',
        problems: [{ field: 'key', problem: 'missing', message: '' }],
        waitMs: null,
      });
    } else {
      setBusy(true);
      setFailure(await logIn(desk, typed));
      setBusy(false);
    }
    setAttempt((count) => count + 1);
  }

  return (
    <form ref={form} noValidate onSubmit={submit}>
      {failure && !problem && (
        <div class="refused" role="alert">
          <ErrorText>{isWrongKey(failure) ? t('login.wrong') : explain(i18n, failure)}</ErrorText>
        </div>
      )}
      <TextField
        label={t('login.key')}
        type={isShown ? 'text' : 'password'}
        // A password manager may keep it: that is a safer place than a note.
        autoComplete="current-password"
        autoCapitalize="none"
        spellcheck={false}
        dir="ltr"
        value={key}
        error={problem}
        hint={t('login.hint')}
        onText={setKey}
        after={
          <button
            type="button"
            class="peek"
            aria-label={t(isShown ? 'login.hideKey' : 'login.showKey')}
            onClick={() => setShown(!isShown)}
          >
            {t(isShown ? 'login.hide' : 'login.show')}
          </button>
        }
      />
      <Button isSubmit isBusy={isBusy} waitSeconds={waitSeconds}>
        {t('login.button')}
      </Button>
    </form>
  );
}

const isWrongKey = ({ code }: Failure) => code === 'unauthorized' || code === 'wrong_credentials';
