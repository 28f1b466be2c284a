/** A mailed link that was followed: opens it, asks for a password where that is needed, says what came of it. */
import { useEffect, useState } from 'preact/hooks';
import type { Failure } from '../../common/api/result.ts';
import { Button } from '../../common/components/button.tsx';
import { Emblem, Skeleton, Trouble } from '../../common/components/feedback.tsx';
import { OK } from '../../common/components/status.tsx';
import { usePanel, useWords } from '../components/context.ts';
import { Screen } from '../components/screen.tsx';
import { openLink, wantsPassword } from '../state/account.ts';
import type { Panel } from '../state/panel.ts';
import { LETTER } from './door.tsx';
import { NewPasswordForm } from './password.tsx';

type Step =
  | { name: 'opening' | 'choose' | 'ended' }
  | { name: 'done'; isSet: boolean }
  | { name: 'failed'; failure: Failure };

/** Stands over every other screen until the customer goes on. */
export function LinkScreen() {
  const panel = usePanel();
  const { t } = useWords();
  const token = panel.link.value ?? '';
  const [step, setStep] = useState<Step>({ name: 'opening' });

  async function open(): Promise<void> {
    setStep({ name: 'opening' });
    const failure = await openLink(panel, token);
    setStep(failure ? stepAfter(failure) : { name: 'done', isSet: false });
  }
  useEffect(() => void open(), [token]);

  async function choose(password: string): Promise<Failure | null> {
    const failure = await openLink(panel, token, password);
    if (!failure) setStep({ name: 'done', isSet: true });
    if (failure?.code === 'link_ended') setStep({ name: 'ended' });
    return failure;
  }

  switch (step.name) {
    case 'opening':
      return (
        <Screen key={step.name}>
          <h1 class="unseen" tabIndex={-1}>
            {t('link.opening')}
          </h1>
          <Skeleton rows={4} />
        </Screen>
      );
    case 'failed':
      return (
        <Screen key={step.name}>
          <Trouble title={t('link.failed')} failure={step.failure} onRetry={() => void open()} />
        </Screen>
      );
    case 'choose':
      return (
        <Screen key={step.name}>
          <h1 tabIndex={-1}>{t('link.title')}</h1>
          <p class="quiet lead">{t('link.text')}</p>
          <NewPasswordForm button={t('link.button')} onSend={choose} />
        </Screen>
      );
    case 'ended':
      return <EndedScreen key={step.name} />;
    case 'done':
      return <DoneScreen key={step.name} isSet={step.isSet} />;
  }
}

function stepAfter(failure: Failure): Step {
  if (wantsPassword(failure)) return { name: 'choose' };
  // A link that has been cut short on its way is none either.
  const isEnded = failure.code === 'link_ended' || failure.code === 'invalid';
  return isEnded ? { name: 'ended' } : { name: 'failed', failure };
}

function DoneScreen({ isSet }: { isSet: boolean }) {
  const panel = usePanel();
  const { t } = useWords();
  const company = panel.company.value?.name ?? '';
  return (
    <Screen>
      <div class="empty">
        <Emblem
          icon={OK}
          title={t('link.done')}
          text={t(isSet ? 'link.doneSet' : 'link.doneText', { company })}
          isDone
        />
        <Button onClick={() => goOn(panel)}>{t('link.goOn')}</Button>
      </div>
    </Screen>
  );
}

/** It says what can be done instead, to who is logged in already as well. */
function EndedScreen() {
  const panel = usePanel();
  const { t } = useWords();
  const isIn = panel.customer.value !== null;
  return (
    <Screen>
      <div class="empty">
        <Emblem icon={LETTER} title={t('link.endedTitle')} text={t('link.endedText')} />
        <Button
          onClick={() => {
            panel.entryMode.value = 'login';
            goOn(panel);
          }}
        >
          {t(isIn ? 'link.goOn' : 'link.login')}
        </Button>
        {!isIn && panel.isMailOn.value && panel.company.value && (
          <p class="swap">
            <Button
              look="link"
              onClick={() => {
                panel.entryMode.value = 'login';
                panel.door.value = { name: 'forgot' };
                goOn(panel);
              }}
            >
              {t('link.another')}
            </Button>
          </p>
        )}
      </div>
    </Screen>
  );
}

/** What lies below comes into view. */
function goOn(panel: Panel): void {
  panel.link.value = null;
}
