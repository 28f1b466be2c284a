/**
 * Webhooks of a company's team. Their secrets lie here in plain text: they have to sign, and a hash cannot. They are in no
 * list, no log and no audit row; only the answer that makes one shows it.
 */
import type { Knex } from 'knex';
import { LIMITS } from '../../shared/limits.ts';
import type { Webhook, WebhookCreate, WebhookUpdate } from '../../shared/types.ts';
import type { Database } from './connection.ts';
import { WEBHOOK_DELETED } from './delivery-sweep.ts';

/** Company of the key, or null for an admin key. */
type Scope = string | null;

/** As many waiting deliveries a command touches: while it holds an endpoint, every company's changes may wait for it. */
const STEP = 1_000;

interface WebhookRow {
  id: string;
  company_id: string;
  url: string;
  format: 'standard' | 'slack';
  events: Webhook['events'];
  description: string;
  paused_at: string | null;
  paused_reason: Webhook['pausedReason'];
  failing_since: string | null;
  last_success_at: string | null;
  last_error: string | null;
  is_rotating: boolean;
  created_at: string;
  updated_at: string;
}

const COLUMNS = [
  ...['id', 'company_id', 'url', 'format', 'events', 'description', 'paused_at', 'paused_reason'],
  ...['failing_since', 'last_success_at', 'last_error', 'created_at', 'updated_at'],
];

function webhooks(db: Knex, scope: Scope) {
  const query = db<WebhookRow>('webhooks')
    .whereNull('deleted_at')
    .select(...COLUMNS)
    .select({ is_rotating: db.raw('coalesce(old_secret_until > now(), false)') });
  return scope === null ? query : query.where('company_id', scope);
}

/** In the order of their making. A company has few of them. */
export async function listWebhooks({ knex }: Database, companyId: string): Promise<Webhook[]> {
  return (await webhooks(knex, companyId).orderBy(['created_at', 'id'])).map(toWebhook);
}

/** Null where it is absent or another company's. */
export async function findWebhook(db: Knex, scope: Scope, id: string): Promise<Webhook | null> {
  const row = await webhooks(db, scope).where({ id }).first();
  return row === undefined ? null : toWebhook(row as WebhookRow);
}

/** As `findWebhook`, and nothing is sent or changed there until the transaction ends. */
export async function lockWebhook(
  trx: Knex.Transaction,
  scope: Scope,
  id: string,
): Promise<Webhook | null> {
  const row = await webhooks(trx, scope).where({ id }).forNoKeyUpdate().first();
  return row === undefined ? null : toWebhook(row as WebhookRow);
}

/** Null when the company has as many as one may have. */
export async function insertWebhook(
  trx: Knex.Transaction,
  id: string,
  companyId: string,
  { url, format, events, description }: Omit<WebhookCreate, 'companyId'>,
  secret: string,
): Promise<Webhook | null> {
  // Two that are made at the same time wait for each other here.
  await trx('companies').where({ id: companyId }).forNoKeyUpdate().first('id');
  const counted = await trx('webhooks')
    .where({ company_id: companyId })
    .whereNull('deleted_at')
    .count({ total: '*' })
    .first();
  if (Number(counted?.total) >= LIMITS.webhooks) return null;
  await trx('webhooks').insert({
    ...{ id, company_id: companyId, url, format, events, description, secret },
  });
  return findWebhook(trx, companyId, id);
}

/** Writes what is given. Taken up again, it gets what has waited at once, and is judged anew. */
export async function updateWebhook(
  trx: Knex.Transaction,
  { companyId, id, isPaused: wasPaused }: Webhook,
  { url, format, events, description, isPaused }: WebhookUpdate,
): Promise<void> {
  const given = Object.entries({ url, format, events, description });
  const columns = Object.fromEntries(given.filter(([, value]) => value !== undefined));
  const ref = { company_id: companyId, id };
  const isResumed = isPaused === false && wasPaused;
  await trx('webhooks')
    .where(ref)
    .update({
      ...columns,
      ...(isPaused === true && !wasPaused
        ? { paused_at: trx.fn.now(3), paused_reason: 'by_team' }
        : {}),
      ...(isResumed
        ? { paused_at: null, paused_reason: null, failures: 0, failing_since: null }
        : {}),
      // Another address deserves a try at once.
      ...(isResumed || url !== undefined ? { blocked_until: null, due_at: trx.fn.now(3) } : {}),
      updated_at: trx.fn.now(3),
    });
  if (!isResumed) return;
  // What has not been tried is due already. Of what has failed, the first; more than that comes at its own time.
  const failed = waitingFor(trx, companyId, id).where('next_attempt_at', '>', trx.fn.now());
  await trx('deliveries')
    .where({ company_id: companyId })
    .whereIn('id', failed)
    .update({ next_attempt_at: trx.fn.now(3) });
}

const waitingFor = (trx: Knex.Transaction, companyId: string, id: string) =>
  trx('deliveries')
    .where({ company_id: companyId, webhook_id: id, kind: 'webhook', status: 'pending' })
    .orderBy(['next_attempt_at', 'id'])
    .limit(STEP)
    .select('id');

/** Somebody wants something sent there now, whatever rest it was given. */
export async function disturbWebhook(
  trx: Knex.Transaction,
  { companyId, id }: Webhook,
): Promise<void> {
  await trx('webhooks')
    .where({ company_id: companyId, id })
    .update({ blocked_until: null, due_at: trx.fn.now(3) });
}

/** The old secret signs beside the new one until then. Returns that time. */
export async function replaceSecret(
  trx: Knex.Transaction,
  { companyId, id }: Webhook,
  secret: string,
  overlapHours: number,
): Promise<string> {
  const [row] = await trx('webhooks')
    .where({ company_id: companyId, id })
    .update({
      old_secret: trx.ref('secret'),
      old_secret_until: trx.raw("now() + ? * interval '1 hour'", [overlapHours]),
      secret,
      updated_at: trx.fn.now(3),
    })
    .returning('old_secret_until');
  return row.old_secret_until;
}

/** Its deliveries stay in the log; what still waited is not sent, and of much of it the sweep says so. */
export async function removeWebhook(
  trx: Knex.Transaction,
  { companyId, id }: Webhook,
): Promise<void> {
  await trx('webhooks')
    .where({ company_id: companyId, id })
    .update({ deleted_at: trx.fn.now(3), secret: '', old_secret: null, due_at: null });
  await trx('deliveries')
    .where({ company_id: companyId })
    .whereIn('id', waitingFor(trx, companyId, id))
    .update({
      status: 'skipped',
      last_error: WEBHOOK_DELETED,
      next_attempt_at: null,
      done_at: trx.fn.now(3),
    });
}

function toWebhook(row: WebhookRow): Webhook {
  return {
    id: row.id,
    companyId: row.company_id,
    url: row.url,
    events: row.events,
    format: row.format,
    description: row.description,
    isPaused: row.paused_at !== null,
    pausedAt: row.paused_at,
    pausedReason: row.paused_reason,
    failingSince: row.failing_since,
    lastSuccessAt: row.last_success_at,
    lastError: row.last_error,
    isRotating: row.is_rotating,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}
