/** Webhooks: listed, made, changed, tried out, removed; and what was sent to them. */
import { batch } from '@preact/signals';
import type { Delivery, Webhook, WebhookCreate, WebhookUpdate } from '../../../shared/types.ts';
import { ask } from '../../common/state/ask.ts';
import { announce } from '../../common/state/surroundings.ts';
import { takeNote } from './connection.ts';
import { chosenCompany, type Desk, go } from './desk.ts';

const FOLLOW_MS = 3_000;

/** Reads the webhooks of the company; a key over all companies has to have chosen one. */
export async function readWebhooks(desk: Desk): Promise<void> {
  const { webhooks, webhooksFailure } = desk.setUp;
  const companyId = chosenCompany(desk);
  if (!desk.session.peek()?.company && companyId === undefined) return;
  const { changes } = desk.setUp;
  const result = await desk.deps.api.webhooks(companyId);
  takeNote(desk, result);
  if (changes !== desk.setUp.changes) return readWebhooks(desk);
  if (companyId !== chosenCompany(desk)) return;
  batch(() => {
    webhooksFailure.value = result.ok || result.error.code === 'aborted' ? null : result.error;
    if (result.ok) webhooks.value = result.data;
  });
}

/** Makes a webhook and shows it with its secret; whether that worked. */
export async function createWebhook(desk: Desk, body: Partial<WebhookCreate>): Promise<boolean> {
  const { setUp } = desk;
  setUp.refusal.value = null;
  const companyId = chosenCompany(desk);
  const result = await desk.deps.api.createWebhook({ ...body, ...(companyId && { companyId }) });
  takeNote(desk, result);
  if (!result.ok) {
    setUp.refusal.value = result.error;
    return false;
  }
  const { secret, ...webhook } = result.data;
  setUp.changes += 1;
  batch(() => {
    setUp.webhooks.value = [...(setUp.webhooks.peek() ?? []), webhook];
    setUp.secret.value = { webhookId: webhook.id, secret, oldSecretUntil: null };
    go(desk, { page: 'webhooks', open: webhook.id }, { isReplacing: true });
  });
  announce(desk, desk.i18n.peek().t('webhook.created'));
  return true;
}

/** Changes a webhook; whether that worked. */
export async function updateWebhook(
  desk: Desk,
  id: string,
  change: WebhookUpdate,
): Promise<boolean> {
  const { setUp } = desk;
  setUp.refusal.value = null;
  const result = await desk.deps.api.updateWebhook(id, change);
  takeNote(desk, result);
  if (!result.ok) {
    setUp.refusal.value = result.error;
    return false;
  }
  put(desk, result.data);
  announce(desk, desk.i18n.peek().t('webhook.saved'));
  return true;
}

function put(desk: Desk, webhook: Webhook): void {
  const { webhooks } = desk.setUp;
  desk.setUp.changes += 1;
  webhooks.value = webhooks.peek()?.map((one) => (one.id === webhook.id ? webhook : one)) ?? null;
}

/** Removes a webhook, after asking. */
export async function deleteWebhook(desk: Desk, webhook: Webhook): Promise<void> {
  const { t } = desk.i18n.peek();
  const { setUp } = desk;
  const isSure = await ask(desk, {
    title: t('webhook.deleteTitle'),
    text: t('webhook.deleteText', { url: webhook.url }),
    confirm: t('webhook.delete'),
  });
  if (!isSure) return;
  const result = await desk.deps.api.deleteWebhook(webhook.id);
  takeNote(desk, result);
  if (!result.ok && result.error.code !== 'not_found') {
    setUp.refusal.value = result.error;
    return;
  }
  setUp.changes += 1;
  batch(() => {
    setUp.webhooks.value = setUp.webhooks.peek()?.filter(({ id }) => id !== webhook.id) ?? null;
    go(desk, { page: 'webhooks', open: null }, { isReplacing: true });
  });
  announce(desk, t('webhook.deleted'));
}

/** Sends a trial message, and shows it among the deliveries. */
export async function testWebhook(desk: Desk, id: string): Promise<void> {
  const { setUp } = desk;
  setUp.refusal.value = null;
  const result = await desk.deps.api.testWebhook(id);
  takeNote(desk, result);
  if (!result.ok) setUp.refusal.value = result.error;
  else announce(desk, desk.i18n.peek().t('webhook.tested'));
  await readDeliveries(desk, id);
}

/** Gives the webhook another secret, after asking; the one before signs along for a while. */
export async function rotateSecret(desk: Desk, id: string): Promise<void> {
  const { t } = desk.i18n.peek();
  const isSure = await ask(desk, {
    title: t('webhook.rotateTitle'),
    text: t('webhook.rotateText'),
    confirm: t('webhook.rotate'),
    isHarmless: true,
  });
  if (!isSure) return;
  const result = await desk.deps.api.rotateSecret(id);
  takeNote(desk, result);
  if (!result.ok) desk.setUp.refusal.value = result.error;
  else desk.setUp.secret.value = { webhookId: id, ...result.data };
}

/** Reads what was sent to a webhook, newest first; further pages come below. */
export async function readDeliveries(desk: Desk, webhookId: string, page = 1): Promise<void> {
  const { deliveries } = desk.setUp;
  const result = await desk.deps.api.deliveries(webhookId, page);
  takeNote(desk, result);
  const route = desk.route.peek();
  if (!result.ok || route.page !== 'webhooks' || route.open !== webhookId) return;
  const before = deliveries.peek();
  const known = new Map(before?.webhookId === webhookId ? before.items.map(byId) : []);
  for (const one of result.data.deliveries) known.set(one.id, one);
  const items = [...known.values()].sort((one, other) =>
    one.createdAt < other.createdAt ? 1 : -1,
  );
  deliveries.value = { webhookId, items, total: result.data.total };
}

const byId = (delivery: Delivery) => [delivery.id, delivery] as const;

/** Looks how the newest deliveries go, for as long as one of them is on its way. The answer ends it. */
export function followDeliveries(desk: Desk, webhookId: string): () => void {
  const timer = setInterval(() => {
    const list = desk.setUp.deliveries.peek();
    const isUnderWay = list?.items.some(({ status }) => status === 'pending');
    if (!isUnderWay || !desk.isActive.peek()) return;
    void readDeliveries(desk, webhookId);
    void readWebhooks(desk);
    const open = desk.setUp.delivery.peek();
    if (open?.status === 'pending') void openDelivery(desk, open.id);
  }, FOLLOW_MS);
  return () => clearInterval(timer);
}

/** Opens the attempts of a delivery, or closes them. */
export async function openDelivery(desk: Desk, id: string | null): Promise<void> {
  const { delivery } = desk.setUp;
  if (id === null) {
    delivery.value = null;
    return;
  }
  const result = await desk.deps.api.delivery(id);
  takeNote(desk, result);
  if (result.ok) delivery.value = result.data;
}

/** Sends a delivery again. */
export async function redeliver(desk: Desk, webhookId: string, id: string): Promise<void> {
  const result = await desk.deps.api.redeliver(id);
  takeNote(desk, result);
  if (!result.ok) {
    desk.setUp.refusal.value = result.error;
    return;
  }
  announce(desk, desk.i18n.peek().t('delivery.again'));
  await readDeliveries(desk, webhookId);
}
