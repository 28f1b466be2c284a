/** At the door, in place of the form: asking for a link, and waiting for the mail with it. */
import { useRef, useState } from 'preact/hooks';
import type { Failure } from '../../common/api/result.ts';
import { Button } from '../../common/components/button.tsx';
import { useSecondsUntil } from '../../common/components/context.ts';
import { Emblem } from '../../common/components/feedback.tsx';
import { useFirstWrong } from '../../common/components/field.tsx';
import { isEmpty, problemsInWords } from '../../common/state/forms.ts';
import { announce } from '../../common/state/surroundings.ts';
import { Attempt } from '../components/attempt.tsx';
import { usePanel, useWords } from '../components/context.ts';
import { EmailField } from '../components/email-field.tsx';
import { Refused } from '../components/refused.tsx';
import { Screen } from '../components/screen.tsx';
import { askForLink } from '../state/account.ts';
import { draftsOf } from '../state/drafts.ts';
import { inWords, type Problems } from '../state/forms.ts';
import { entryKey } from '../state/kept.ts';
import type { Door, Mailed, Panel } from '../state/panel.ts';

export const LETTER =
  'M3 6.5A1.5 1.5 0 0 1 4.5 5h11A1.5 1.5 0 0 1 17 6.5v7a1.5 1.5 0 0 1-1.5 1.5h-11A1.5 1.5 0 0 1 3 13.5zm.5.5L10 11l6.5-4';
/** So long a mail may take: another one sooner would only cross it. */
const AGAIN_AFTER_MS = 60_000;

export function DoorScreen({ door }: { door: Door }) {
  return door.name === 'forgot' ? <ForgotScreen /> : <MailedScreen {...door} />;
}

/** Asks for the address; what was typed into the form is there already. */
function ForgotScreen() {
  const panel = usePanel();
  const i18n = useWords();
  const { t } = i18n;
  const key = entryKey(panel.company.value?.id ?? '');
  const { email = '' } = draftsOf(panel).open(key).values.value;
  const form = useRef<HTMLFormElement>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [problems, setProblems] = useState<Problems>({});
  const [isBusy, setBusy] = useState(false);
  const [tried, setTried] = useState(0);
  useFirstWrong(form, tried);

  async function submit(event: Event): Promise<void> {
    event.preventDefault();
    if (isBusy) return;
    const wrong = inWords(i18n, [['email', 'missing', isEmpty(email)]]);
    setFailure(null);
    setProblems(wrong);
    setTried((count) => count + 1);
    if (wrong.email) return;
    setBusy(true);
    const refused = await askForLink(panel, email);
    setBusy(false);
    setFailure(refused);
    setProblems(problemsInWords(i18n, refused?.problems ?? []));
    setTried((count) => count + 1);
  }

  return (
    <Screen onBack={() => leave(panel)}>
      <h1 tabIndex={-1}>{t('forgot.title')}</h1>
      <p class="quiet lead">{t('forgot.text')}</p>
      <form ref={form} noValidate onSubmit={submit}>
        <Refused failure={failure} />
        <EmailField
          isKnown
          value={email}
          error={problems.email}
          onText={(typed) => draftsOf(panel).write(key, { email: typed })}
        />
        <Attempt isBusy={isBusy}>{t('forgot.button')}</Attempt>
      </form>
    </Screen>
  );
}

/** To which address, what to do next, and what to do when nothing comes. */
function MailedScreen({ purpose, email, at, sendAgain }: Mailed) {
  const panel = usePanel();
  const { t } = useWords();
  const [failure, setFailure] = useState<Failure | null>(null);
  const [isBusy, setBusy] = useState(false);
  const isAsked = purpose === 'password';
  const wait = useSecondsUntil(at + AGAIN_AFTER_MS);

  async function again(event: Event): Promise<void> {
    event.preventDefault();
    if (isBusy || wait > 0) return;
    setBusy(true);
    setFailure(null);
    const refused = await sendAgain();
    setBusy(false);
    setFailure(refused);
    if (!refused) announce(panel, t('mailed.sentAgain'));
  }

  return (
    <Screen onBack={() => leave(panel)}>
      <div class="empty">
        <Emblem icon={LETTER} title={t('mailed.title')} text={t(`mailed.${purpose}`, { email })} />
        <p class="quiet small">{t('mailed.nothing')}</p>
        <form noValidate onSubmit={again}>
          <Refused failure={failure} />
          <Attempt look="ghost" isBusy={isBusy} waitSeconds={wait}>
            {t('mailed.again')}
          </Attempt>
        </form>
        <p class="swap">
          <Button look="link" onClick={() => leave(panel, isAsked ? { name: 'forgot' } : null)}>
            {t('mailed.other')}
          </Button>
        </p>
      </div>
    </Screen>
  );
}

/** Back to the form, with what was typed; or to where else the address is asked for. */
function leave(panel: Panel, door: Door | null = null): void {
  panel.check.peek()?.stop();
  panel.door.value = door;
}
