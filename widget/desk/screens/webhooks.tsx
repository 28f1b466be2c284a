/** Webhooks: the list, and beside it the one that is being set up or looked after. */
import { useEffect } from 'preact/hooks';
import type { Webhook } from '../../../shared/types.ts';
import { Button } from '../../common/components/button.tsx';
import { Emblem, Skeleton, Trouble } from '../../common/components/feedback.tsx';
import { CLOUD, Icon } from '../../common/components/icon.tsx';
import { useDesk, useWords } from '../components/context.ts';
import { PLUS } from '../components/shapes.ts';
import { WebhookState } from '../components/webhook-state.tsx';
import { go, scopeOf } from '../state/desk.ts';
import { NEW, writeRoute } from '../state/route.ts';
import { readWebhooks } from '../state/webhooks.ts';
import { NewWebhook, WebhookPage } from './webhook.tsx';

export function WebhooksScreen({ open }: { open: string | null }) {
  const desk = useDesk();
  const { t } = useWords();
  const scope = scopeOf(desk);
  // What is opened beside the list has the page's heading.
  const Heading = open === null ? 'h1' : 'h2';
  useEffect(() => void readWebhooks(desk), [scope, desk.session.value]);
  if (scope === undefined) {
    return (
      <main class="page">
        <div class="empty">
          <Emblem icon={CLOUD} title={t('webhook.chooseTitle')} text={t('webhook.choose')} />
        </div>
      </main>
    );
  }
  return (
    <main class="both">
      <section class="queue" aria-label={t('webhook.list')}>
        <div class="queue-head">
          <Heading class="unseen">{t('webhook.list')}</Heading>
          <Button onClick={() => go(desk, { page: 'webhooks', open: NEW })}>
            <Icon shape={PLUS} />
            {t('webhook.new')}
          </Button>
        </div>
        <List open={open} />
      </section>
      <div class="case">
        <Beside open={open} />
      </div>
    </main>
  );
}

function List({ open }: { open: string | null }) {
  const desk = useDesk();
  const { t } = useWords();
  const { webhooks, webhooksFailure } = desk.setUp;
  const listed = webhooks.value;
  if (!listed && webhooksFailure.value) {
    return (
      <Trouble
        title={t('webhook.failed')}
        failure={webhooksFailure.value}
        onRetry={() => void readWebhooks(desk)}
      />
    );
  }
  if (!listed) {
    return (
      <div class="rows-box">
        <Skeleton rows={3} />
      </div>
    );
  }
  if (listed.length === 0) {
    return (
      <div class="empty">
        <Emblem
          icon={CLOUD}
          title={t('webhook.emptyTitle')}
          text={t('webhook.emptyText')}
          level={2}
        />
      </div>
    );
  }
  return (
    <div class="rows-box">
      <ul aria-label={t('webhook.list')}>
        {listed.map((webhook) => (
          <WebhookRow key={webhook.id} webhook={webhook} isOpen={webhook.id === open} />
        ))}
      </ul>
    </div>
  );
}

function WebhookRow({ webhook, isOpen }: { webhook: Webhook; isOpen: boolean }) {
  const { t } = useWords();
  return (
    <li>
      <a
        class="item"
        href={writeRoute({ page: 'webhooks', open: webhook.id })}
        aria-current={isOpen ? 'true' : undefined}
      >
        <b dir="auto">{webhook.description || hostOf(webhook.url)}</b>
        <span class="line">
          <WebhookState webhook={webhook} />
        </span>
        <span class="line">
          <span class="whose" dir="ltr">
            {hostOf(webhook.url)}
          </span>
          <span class="last">{t(`webhook.${webhook.format}`)}</span>
        </span>
      </a>
    </li>
  );
}

function Beside({ open }: { open: string | null }) {
  const desk = useDesk();
  const { t } = useWords();
  if (open === NEW) return <NewWebhook />;
  const listed = desk.setUp.webhooks.value;
  const webhook = listed?.find((one) => one.id === open);
  if (webhook) return <WebhookPage webhook={webhook} key={webhook.id} />;
  if (open !== null && !listed) return <Skeleton rows={4} />;
  const isGone = open !== null;
  return (
    <div class="empty">
      <Emblem
        icon={CLOUD}
        title={t(isGone ? 'webhook.gone' : 'webhook.none')}
        text={t(isGone ? 'webhook.goneText' : 'webhook.noneText')}
        level={isGone ? 1 : 2}
      />
    </div>
  );
}

function hostOf(url: string): string {
  try {
    return new URL(url).host;
  } catch {
    return url;
  }
}
