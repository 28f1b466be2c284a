/** A new password: chosen by who came with a mailed link, or changed by who knows the old one. */
import { useRef, useState } from 'preact/hooks';
import type { Failure } from '../../common/api/result.ts';
import { Button } from '../../common/components/button.tsx';
import { Emblem } from '../../common/components/feedback.tsx';
import { useFirstWrong } from '../../common/components/field.tsx';
import { OK } from '../../common/components/status.tsx';
import { problemsInWords } from '../../common/state/forms.ts';
import { Attempt } from '../components/attempt.tsx';
import { usePanel, useWords } from '../components/context.ts';
import { PasswordField } from '../components/password-field.tsx';
import { Refused } from '../components/refused.tsx';
import { Screen } from '../components/screen.tsx';
import { changePassword } from '../state/account.ts';
import { inWords, type Problems, passwordChecks } from '../state/forms.ts';
import { go } from '../state/host.ts';

/** Behind the account's menu. */
export function PasswordScreen() {
  const panel = usePanel();
  const { t } = useWords();
  const [isDone, setDone] = useState(false);
  const home = () => go(panel, { name: 'home' });

  async function send(password: string, current: string): Promise<Failure | null> {
    const failure = await changePassword(panel, current, password);
    setDone(!failure && panel.customer.peek() !== null);
    return failure;
  }

  if (isDone) {
    return (
      <Screen key="done" title={t('password.title')} onBack={home}>
        <div class="empty">
          <Emblem
            icon={OK}
            title={t('password.done')}
            text={t('password.doneText')}
            isDone
            level={2}
          />
          <Button onClick={home}>{t('password.home')}</Button>
        </div>
      </Screen>
    );
  }
  return (
    <Screen title={t('password.title')} onBack={home}>
      <p class="quiet lead">{t('password.text')}</p>
      <NewPasswordForm isCurrentAsked button={t('password.button')} onSend={send} />
    </Screen>
  );
}

interface FormProps {
  isCurrentAsked?: boolean;
  button: string;
  /** Answers with what went wrong. */
  onSend: (password: string, current: string) => Promise<Failure | null>;
}

/** The field or fields. What is typed is kept nowhere, and gone with the screen. */
export function NewPasswordForm({ isCurrentAsked = false, button, onSend }: FormProps) {
  const { customer } = usePanel();
  const i18n = useWords();
  const { t } = i18n;
  const form = useRef<HTMLFormElement>(null);
  const [current, setCurrent] = useState('');
  const [password, setPassword] = useState('');
  const [failure, setFailure] = useState<Failure | null>(null);
  const [problems, setProblems] = useState<Problems>({});
  const [isBusy, setBusy] = useState(false);
  const [tried, setTried] = useState(0);
  useFirstWrong(form, tried);

  function show(refused: Failure | null, wrong: Problems): void {
    setFailure(refused);
    setProblems(wrong);
    setTried((count) => count + 1);
  }

  async function submit(event: Event): Promise<void> {
    event.preventDefault();
    if (isBusy) return;
    const wrong = inWords(i18n, [
      ['currentPassword', 'missing', isCurrentAsked && current === ''],
      ...passwordChecks(password),
    ]);
    show(null, wrong);
    if (Object.keys(wrong).length > 0) return;
    setBusy(true);
    const refused = await onSend(password, current);
    setBusy(false);
    if (refused?.code === 'wrong_credentials') {
      show(null, { currentPassword: t('password.wrong') });
    } else show(refused, problemsInWords(i18n, refused?.problems ?? []));
  }

  return (
    <form ref={form} noValidate onSubmit={submit}>
      <Refused failure={failure} />
      {/* Whose password it is, for password managers. */}
      {customer.value && (
        <input hidden readOnly autoComplete="username" value={customer.value.email} />
      )}
      {isCurrentAsked && (
        <PasswordField
          label={t('password.current')}
          isNew={false}
          value={current}
          error={problems.currentPassword}
          onText={setCurrent}
        />
      )}
      <PasswordField
        label={t('password.new')}
        isNew
        value={password}
        error={problems.password}
        onText={setPassword}
      />
      <Attempt isBusy={isBusy}>{button}</Attempt>
    </form>
  );
}
