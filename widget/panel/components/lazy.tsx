/** Screens that come in a file of their own, once they are wanted (or shortly before). */
import type { FunctionComponent } from 'preact';
import { useEffect } from 'preact/hooks';
import { failed } from '../api/result.ts';
import { useWords } from './context.ts';
import { Skeleton, Trouble } from './feedback.tsx';
import type { Parts } from './parts.ts';
import { Screen } from './screen.tsx';

export interface LazyProps<T, P extends object> {
  parts: Parts<T>;
  pick: (parts: T) => FunctionComponent<P>;
  props: P;
}

/** One of the parts, with a skeleton until it is there. */
export function Lazy<T extends object, P extends object>({ parts, pick, props }: LazyProps<T, P>) {
  const loaded = parts.loaded.value;
  useEffect(parts.load, [parts]);
  if (loaded === null) return <Waiting />;
  if (loaded === 'failed') return <Missing onRetry={parts.load} />;
  const Part = pick(loaded);
  return <Part {...props} />;
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
