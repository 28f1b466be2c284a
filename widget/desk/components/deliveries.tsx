/** What was sent to a webhook: each delivery with its attempts, and the button that sends it again. */
import { useEffect } from 'preact/hooks';
import type { Delivery, DeliveryAttempt } from '../../../shared/types.ts';
import { Button } from '../../common/components/button.tsx';
import { CLOUD, Icon, WARN } from '../../common/components/icon.tsx';
import { OK, STATUS_ICONS } from '../../common/components/status.tsx';
import { Ago } from '../../common/components/time.tsx';
import { until } from '../i18n/until.ts';
import { followDeliveries, openDelivery, readDeliveries, redeliver } from '../state/webhooks.ts';
import { useDesk, useWords } from './context.ts';

const LOOKS = {
  pending: { look: 'OPEN', icon: { shape: CLOUD } },
  delivered: { look: 'RESOLVED', icon: { shape: OK } },
  failed: { look: 'FAILED', icon: { shape: WARN } },
  skipped: { look: 'CLOSED', icon: STATUS_ICONS.CLOSED },
} as const;

export function Deliveries({ webhookId }: { webhookId: string }) {
  const desk = useDesk();
  const { t } = useWords();
  useEffect(() => void readDeliveries(desk, webhookId), [webhookId]);
  useEffect(() => followDeliveries(desk, webhookId), [webhookId]);
  const list = desk.setUp.deliveries.value;
  const items = list?.webhookId === webhookId ? list.items : null;
  return (
    <section class="deliveries" aria-label={t('delivery.list')}>
      <h2>{t('delivery.list')}</h2>
      {items?.length === 0 && <p class="quiet">{t('delivery.none')}</p>}
      <ul>
        {items?.map((delivery) => (
          <DeliveryRow key={delivery.id} delivery={delivery} webhookId={webhookId} />
        ))}
      </ul>
      {list && items && items.length < list.total && (
        <Button
          look="ghost"
          onClick={() => void readDeliveries(desk, webhookId, Math.floor(items.length / 20) + 1)}
        >
          {t('delivery.more')}
        </Button>
      )}
    </section>
  );
}

function DeliveryRow({ delivery, webhookId }: { delivery: Delivery; webhookId: string }) {
  const desk = useDesk();
  const { t } = useWords();
  const { id, status, event } = delivery;
  const { look, icon } = LOOKS[status];
  const open = desk.setUp.delivery.value;
  const isOpen = open?.id === id;
  return (
    <li>
      <div class="line">
        <span class={`st ${look}`}>
          <Icon {...icon} />
          {t(`delivery.${status}`)}
        </span>
        <code>{event}</code>
        <span class="last quiet">
          <Ago at={delivery.createdAt} />
        </span>
      </div>
      <div class="line">
        <span class="quiet small">
          <HowItGoes delivery={delivery} webhookId={webhookId} />
        </span>
        <span class="last">
          <Button
            look="link"
            aria-expanded={isOpen}
            onClick={() => void openDelivery(desk, isOpen ? null : id)}
          >
            {t('delivery.details')}
          </Button>
          {(status !== 'pending' || delivery.nextAttemptAt !== null) && (
            <Button look="link" onClick={() => void redeliver(desk, webhookId, id)}>
              {t(status === 'pending' ? 'delivery.now' : 'delivery.resend')}
            </Button>
          )}
        </span>
      </div>
      {isOpen && (
        <ol class="attempts">
          {open.attemptLog.length === 0 && <li>{t('delivery.noAttempt')}</li>}
          {open.attemptLog.map((attempt) => (
            <Attempt key={attempt.number} attempt={attempt} />
          ))}
        </ol>
      )}
    </li>
  );
}

/** How often it was tried, what came of it, and what it waits for. */
function HowItGoes({ delivery, webhookId }: { delivery: Delivery; webhookId: string }) {
  const desk = useDesk();
  const { t, language } = useWords();
  const { status, attempts, nextAttemptAt, lastError } = delivery;
  const isPending = status === 'pending';
  const webhook = desk.setUp.webhooks.value?.find((one) => one.id === webhookId);
  // Behind an address that fails, one delivery at a time tries whether it answers again.
  if (isPending && attempts === 0 && webhook?.failingSince) return <>{t('delivery.held')}</>;
  return (
    <>
      {t('delivery.attempts', { count: attempts })}
      {isPending &&
        attempts > 0 &&
        nextAttemptAt &&
        `, ${t('delivery.next', { time: until(language, nextAttemptAt, desk.clock.value) })}`}
      {lastError && ` · ${lastError}`}
    </>
  );
}

function Attempt({ attempt }: { attempt: DeliveryAttempt }) {
  const { t } = useWords();
  const { number, startedAt, durationMs, status, error, answer } = attempt;
  return (
    <li>
      <b>{t('delivery.attempt', { number })}</b>{' '}
      <span class="quiet">
        <Ago at={startedAt} />
        {' · '}
        {durationMs === null ? t('delivery.underWay') : t('delivery.took', { ms: durationMs })}
        {status !== null && ` · ${status}`}
      </span>
      {error && <p class="small">{error}</p>}
      {answer && <pre dir="ltr">{answer}</pre>}
    </li>
  );
}
