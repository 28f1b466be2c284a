/** One line on top for what concerns everything: offline, not reached, a pause, no live line. */
import { usePause } from '../../common/components/context.ts';
import { CLOUD, Icon } from '../../common/components/icon.tsx';
import { useDesk, useWords } from './context.ts';

/** Nothing, while all is well. */
export function ConnectionBanner() {
  const desk = useDesk();
  const { t, span } = useWords();
  const pause = usePause();
  const trouble = !desk.isOnline.value
    ? t('banner.offline')
    : pause > 0
      ? t('banner.paused', { time: span(pause) })
      : !desk.isReached.value
        ? t('banner.unreached')
        : desk.stream.value === 'down' && t('banner.polling');
  return (
    <div class="banner" role="status" aria-live={pause > 0 ? 'off' : 'polite'}>
      {trouble && (
        <p class="off">
          <Icon shape={CLOUD} />
          <span>{trouble}</span>
        </p>
      )}
    </div>
  );
}
