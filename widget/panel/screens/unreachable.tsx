/** The first screen when the server did not answer: says so, goes on trying. */
import { Button } from '../components/button.tsx';
import { usePanel, usePause, useWords } from '../components/context.ts';
import { Emblem } from '../components/feedback.tsx';
import { CLOUD } from '../components/icon.tsx';
import { Screen } from '../components/screen.tsx';
import { bootAgain } from '../state/session.ts';

/** No company, no customer, nothing read yet. */
export function UnreachableScreen() {
  const panel = usePanel();
  const { t } = useWords();
  const waitSeconds = usePause();
  return (
    <Screen>
      <div class="empty">
        <Emblem icon={CLOUD} title={t('boot.failed')} text={t('boot.failedText')} />
        <Button look="ghost" waitSeconds={waitSeconds} onClick={() => bootAgain(panel)}>
          {t('retry')}
        </Button>
      </div>
    </Screen>
  );
}
