/** Status, everywhere the same: icon, word and colour together. */
import type { Status as StatusName } from '../../../shared/incident.ts';
import { useCommonWords } from './context.ts';
import { Icon, type IconProps } from './icon.tsx';

const RING = 'M10 3.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13';
export const OK = `${RING}m-2.8 6.7 2 2 3.7-4.2`;

export const STATUS_ICONS: Record<StatusName, IconProps> = {
  OPEN: { shape: RING },
  ACKNOWLEDGED: { shape: RING, solid: 'M10 3.5v13a6.5 6.5 0 0 0 0-13Z' },
  INVESTIGATION: { shape: RING, solid: 'M10 7.8a2.2 2.2 0 1 0 0 4.4 2.2 2.2 0 0 0 0-4.4' },
  MITIGATED: {
    shape: 'M10 3.2 15.5 5v4.6c0 3.4-2.3 5.8-5.5 7.2-3.2-1.4-5.5-3.8-5.5-7.2V5Z',
  },
  RESOLVED: { shape: OK },
  CLOSED: { shape: `${RING}M7.2 10h5.6` },
};

/** A status as a word with its sign. */
export function Status({ status, word }: { status: StatusName; word?: string }) {
  const { t } = useCommonWords();
  return (
    <span class={`st ${status}`}>
      <Icon {...STATUS_ICONS[status]} />
      {word ?? t(`status.${status}`)}
    </span>
  );
}
