/** One line below the bar for what concerns everything: offline, not reached, a pause. */
import { usePause } from '../../common/components/context.ts';
import { CLOUD, Icon } from '../../common/components/icon.tsx';
import { usePanel, useWords } from './context.ts';

/** Nothing, while all is well. */
export function ConnectionBanner() {
  const panel = usePanel();
  const { t, span } = useWords();
  const pause = usePause();
  const waiting = panel.outbox.parcels.value.filter((parcel) => parcel.reason === null).length;
  // The screen that says so at length needs no line that repeats it.
  if (panel.phase.value === 'failed') return null;
  const trouble = !panel.isOnline.value
    ? t('banner.offline')
    : pause > 0
      ? t('banner.paused', { time: span(pause) })
      : !panel.isReached.value && t('banner.unreached');
  return (
    <div role="status" aria-live={pause > 0 ? 'off' : 'polite'}>
      {trouble && (
        <p class="off">
          <Icon shape={CLOUD} />
          <span>
            {trouble} {waiting > 0 && t('banner.waiting', { count: waiting })}
          </span>
        </p>
      )}
    </div>
  );
}
