/** "Is it this?": a known problem that sounds like what is being typed, offered before it is sent. */
import { useEffect, useState } from 'preact/hooks';
import type { Announcement } from '../../../shared/types.ts';
import type { Failure } from '../../common/api/result.ts';
import { Button } from '../../common/components/button.tsx';
import { ErrorText } from '../../common/components/feedback.tsx';
import { Ago } from '../../common/components/time.tsx';
import { explain } from '../../common/state/explain.ts';
import { announce } from '../../common/state/surroundings.ts';
import { setAffected } from '../state/announcements.ts';
import { go } from '../state/host.ts';
import { Known } from './announcements.tsx';
import { usePanel, useWords } from './context.ts';

export interface SuggestionProps {
  announcement: Announcement;
  /** Somebody whose problem is another one is not asked again. */
  onDifferent: () => void;
}

/** Yes leads back to the list, where it stands; what was typed stays a draft. */
export function Suggestion({ announcement, onDifferent }: SuggestionProps) {
  const panel = usePanel();
  const i18n = useWords();
  const { t } = i18n;
  const text = announcement.updates.at(-1)?.content || announcement.description;
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);

  useEffect(() => {
    announce(panel, `${t('news.isItThis')} ${announcement.shortDescription}`);
  }, []);

  async function confirm(): Promise<void> {
    setBusy(true);
    const failed = await setAffected(panel, announcement, true);
    setBusy(false);
    setFailure(failed);
    if (failed || panel.phase.peek() !== 'in') return;
    panel.drafts?.saveAll();
    panel.notice.value = 'draft_kept';
    go(panel, { name: 'home' });
  }

  return (
    <section class="card offer" aria-label={t('news.isItThis')}>
      <div>
        <p class="small meta">{t('news.isItThis')}</p>
        <h2 dir="auto">{announcement.shortDescription}</h2>
        <p class="small meta">
          <Known status={announcement.status} /> · <Ago at={announcement.createdAt} />
        </p>
        {text && (
          <p class="small latest" dir="auto">
            {text}
          </p>
        )}
        <div class="choices">
          <Button look="ghost" isBusy={isBusy} onClick={() => void confirm()}>
            {t('news.isThis')}
          </Button>
          <Button look="link" onClick={onDifferent}>
            {t('news.isNotThis')}
          </Button>
        </div>
        {failure && (
          <div role="alert">
            <ErrorText>{explain(i18n, failure)}</ErrorText>
          </div>
        )}
      </div>
    </section>
  );
}
