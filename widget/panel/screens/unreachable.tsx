/** The first screen when the server did not answer: says so, goes on trying. */
import { Button } from '../../common/components/button.tsx';
import { usePause } from '../../common/components/context.ts';
import { Emblem } from '../../common/components/feedback.tsx';
import { CLOUD } from '../../common/components/icon.tsx';
import { usePanel, useWords } from '../components/context.ts';
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
