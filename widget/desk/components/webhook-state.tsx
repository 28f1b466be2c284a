/** Whether a webhook works: sign, word and colour together. */
import type { Webhook } from '../../../shared/types.ts';
import { Icon, WARN } from '../../common/components/icon.tsx';
import { OK, STATUS_ICONS } from '../../common/components/status.tsx';
import { useTimes } from '../../common/components/time.tsx';
import { useWords } from './context.ts';

export function WebhookState({ webhook }: { webhook: Webhook }) {
  const { t } = useWords();
  const { exact } = useTimes();
  if (webhook.isPaused) {
    return (
      <span class="st CLOSED">
        <Icon {...STATUS_ICONS.CLOSED} />
        {t(`webhook.paused.${webhook.pausedReason ?? 'unknown'}`)}
      </span>
    );
  }
  if (webhook.failingSince) {
    return (
      <span class="st FAILED" title={exact(webhook.failingSince)}>
        <Icon shape={WARN} />
        {t('webhook.failing')}
      </span>
    );
  }
  return (
    <span class="st RESOLVED">
      <Icon shape={OK} />
      {t('webhook.active')}
    </span>
  );
}
