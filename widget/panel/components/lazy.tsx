/** Screens, and what stands on them, that come in a file of their own: what shows until it is there. */
import type { ComponentChild } from 'preact';
import { failed } from '../../common/api/result.ts';
import { Skeleton, Trouble } from '../../common/components/feedback.tsx';
import type { LazyFile } from '../state/files.ts';
import { usePanel, useWords } from './context.ts';
import { Screen } from './screen.tsx';

/** Draws from a file, or shows that it is on its way, or that it cannot be had. */
export function drawFrom<T>(file: LazyFile<T>, draw: (parts: T) => ComponentChild): ComponentChild {
  const parts = file.parts.value;
  if (parts) return draw(parts);
  if (file.isMissing.value) return <Missing onRetry={file.load} />;
  return <Waiting />;
}

/** What the company has announced; nothing until its file is here. */
export function Announced({ isBrief }: { isBrief?: boolean }) {
  const { announcements, files } = usePanel();
  const parts = files.news.parts.value;
  return parts && announcements.value.length > 0 ? <parts.Announcements isBrief={isBrief} /> : null;
}

/** A screen on its way. */
export function Waiting() {
  const { t } = useWords();
  return (
    <Screen>
      <h1 class="unseen">{t('loading')}</h1>
      <Skeleton rows={4} />
    </Screen>
  );
}

function Missing({ onRetry }: { onRetry: () => void }) {
  const { t } = useWords();
  return (
    <Screen>
      <Trouble title={t('boot.failed')} failure={failed('network').error} onRetry={onRetry} />
    </Screen>
  );
}
