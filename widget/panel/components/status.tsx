/** Status, everywhere the same: icon, word and colour together. */
import type { Status as StatusName } from '../../../shared/incident.ts';
import { useWords } from './context.ts';
import { Icon, type IconName } from './icon.tsx';

const ICONS: Record<StatusName, IconName> = {
  OPEN: 'open',
  ACKNOWLEDGED: 'seen',
  INVESTIGATION: 'eye',
  MITIGATED: 'shield',
  RESOLVED: 'ok',
  CLOSED: 'shut',
};

/** A status as a word with its sign. */
export function Status({ status, word }: { status: StatusName; word?: string }) {
  const { t } = useWords();
  return (
    <span class={`st ${status}`}>
      <Icon name={ICONS[status]} />
      {word ?? t(`status.${status}`)}
    </span>
  );
}

/** What waits here and has no status yet. */
export function Waiting({ word, isRefused }: { word: string; isRefused?: boolean }) {
  return (
    <span class={`st ${isRefused ? 'REFUSED' : 'CLOSED'}`}>
      <Icon name={isRefused ? 'warn' : 'cloud'} />
      {word}
    </span>
  );
}
