/**
 * The outbox (DESIGN §7): changes that somebody outside has to be told of. A row is turned into deliveries and marked as
 * done in one transaction, so that neither can be without the other.
 */
import type { Knex } from 'knex';
import type { Priority, Status } from '../../shared/incident.ts';
import type { WebhookEvent } from '../../shared/types.ts';
import { type ClaimClock, interval } from './delivery-claims.ts';

/** A change with all that its deliveries are made of; nothing in it is internal. */
export interface Change {
  companyId: string;
  id: string;
  kind: WebhookEvent;
  /** Of a move: the status it led to. */
  movedTo: Status | null;
  at: string;
  /** Of a change with many recipients: the last customer who has a delivery already. */
  expandedTo: string | null;
  company: { name: string; slug: string; teamEmails: string[]; isDisabled: boolean };
  incident: {
    id: string;
    ticketNumber: string;
    shortDescription: string;
    description: string;
    priority: Priority;
    category: string;
    status: Status;
    createdAt: string;
    updatedAt: string;
    resolvedAt: string | null;
    closedAt: string | null;
    /** Null: opened by its customer. */
    openedBy: string | null;
  };
  /** Null: an announcement. */
  customer: { id: string; name: string; email: string; wantsMail: boolean } | null;
  comment: {
    id: string;
    content: string;
    authorType: 'CUSTOMER' | 'USER';
    authorName: string;
    createdAt: string;
  } | null;
}

/** Locks changes that nobody works on, the oldest first. */
export async function takeChanges(trx: Knex.Transaction, limit: number): Promise<Change[]> {
  // Few wait, says what the planner knows, and sorts all of them: after a rush that is every change for each batch.
  await trx.raw('set local enable_bitmapscan = off');
  const { rows } = await trx
    .raw(
      // Taken first, and only then looked at with all that belongs to them: else every one that waits would be.
      `with taken as materialized (
       select company_id, id, incident_id, kind, payload, created_at, expanded_to from outbox
       where done_at is null and (retry_at is null or retry_at <= now())
       order by created_at, id limit ? for update skip locked
     )
     select o.company_id, o.id, o.kind, o.payload, o.created_at as at, o.expanded_to,
       co.name as company_name, co.slug, co.team_emails, co.disabled_at as company_disabled_at,
       i.id as incident_id, i.ticket_number, i.short_description, i.description, i.priority, i.category, i.status,
       i.created_at, i.updated_at, i.resolved_at, i.closed_at,
       (select h.author_name from incident_history h where h.company_id = i.company_id and h.incident_id = i.id
         order by h.at, h.id limit 1) as opened_by,
       i.customer_id, c.name as customer_name, c.email, c.mail_updates, c.disabled_at as customer_disabled_at,
       m.id as comment_id, m.content, m.author_type, m.author_name, m.created_at as commented_at
     from taken o
     join incidents i on i.company_id = o.company_id and i.id = o.incident_id
     join companies co on co.id = o.company_id
     left join customers c on c.company_id = i.company_id and c.id = i.customer_id
     left join comments m on m.company_id = o.company_id and m.incident_id = o.incident_id
       and m.id = (o.payload->>'commentId')::uuid
     order by o.created_at, o.id`,
      [limit],
    )
    .options({ name: 'outbox-take' });
  return rows.map(toChange);
}

// biome-ignore lint/suspicious/noExplicitAny: the row comes from the driver untyped and is mapped here, once.
function toChange(row: any): Change {
  return {
    companyId: row.company_id,
    id: row.id,
    kind: row.kind,
    movedTo: row.payload.status ?? null,
    at: row.at,
    expandedTo: row.expanded_to,
    company: {
      name: row.company_name,
      slug: row.slug,
      teamEmails: row.team_emails,
      isDisabled: row.company_disabled_at !== null,
    },
    incident: {
      id: row.incident_id,
      ticketNumber: row.ticket_number,
      shortDescription: row.short_description,
      description: row.description,
      priority: row.priority,
      category: row.category,
      status: row.status,
      createdAt: row.created_at,
      updatedAt: row.updated_at,
      resolvedAt: row.resolved_at,
      closedAt: row.closed_at,
      openedBy: row.opened_by,
    },
    customer:
      row.customer_id === null
        ? null
        : {
            id: row.customer_id,
            name: row.customer_name,
            email: row.email,
            wantsMail: row.mail_updates && row.customer_disabled_at === null,
          },
    comment:
      row.comment_id === null
        ? null
        : {
            id: row.comment_id,
            content: row.content,
            authorType: row.author_type,
            authorName: row.author_name,
            createdAt: row.commented_at,
          },
  };
}

export interface ChangeProgress {
  companyId: string;
  id: string;
  /** Null: all of it is done. */
  expandedTo: string | null;
}

export async function markChanges(
  trx: Knex.Transaction,
  progress: readonly ChangeProgress[],
): Promise<void> {
  await trx
    .raw(
      `update outbox o set expanded_to = p.expanded_to, done_at = case when p.expanded_to is null then now() end
     from jsonb_to_recordset(?::jsonb) as p (company_id uuid, id uuid, expanded_to uuid)
     where o.company_id = p.company_id and o.id = p.id`,
      [
        JSON.stringify(
          progress.map((one) => ({
            ...{ company_id: one.companyId, id: one.id, expanded_to: one.expandedTo },
          })),
        ),
      ],
    )
    .options({ name: 'outbox-mark' });
}

/** Puts a change off whose deliveries could not be made: it must not stand in the way of the others. */
export async function putOff(
  db: Knex,
  { companyId, id }: Pick<Change, 'companyId' | 'id'>,
  ms: number,
) {
  await db('outbox')
    .where({ company_id: companyId, id })
    .update({ retry_at: db.raw('now() + ?', [interval(db, ms)]) });
}

export interface Reader {
  customerId: string;
  email: string;
}

/** Customers who said that an announcement affects them and who take mails, after one of them; in the order of ids. */
export async function affectedReaders(
  trx: Knex.Transaction,
  { companyId, incident, expandedTo }: Change,
  limit: number,
): Promise<{ readers: Reader[]; last: string | null }> {
  const { rows } = await trx.raw(
    `select a.customer_id as "customerId", c.email, c.mail_updates and c.disabled_at is null as "wantsMail"
     from incident_affected a join customers c on c.company_id = a.company_id and c.id = a.customer_id
     where a.company_id = :companyId and a.incident_id = :incidentId
       and (cast(:after as uuid) is null or a.customer_id > :after)
     order by a.customer_id limit :limit`,
    { companyId, incidentId: incident.id, after: expandedTo, limit },
  );
  const last = rows.length < limit ? null : rows.at(-1).customerId;
  return { readers: rows.filter((one: { wantsMail: boolean }) => one.wantsMail), last };
}

export interface WebhookTarget {
  companyId: string;
  id: string;
  url: string;
  format: 'standard' | 'slack';
  events: WebhookEvent[];
}

/** Of these companies; a paused one collects what it will be sent when it is taken up again. */
export async function webhookTargets(
  trx: Knex.Transaction,
  companyIds: readonly string[],
): Promise<WebhookTarget[]> {
  const rows = await trx('webhooks')
    .whereIn('company_id', [...new Set(companyIds)])
    .whereNull('deleted_at')
    .select('company_id', 'id', 'url', 'format', 'events');
  return rows.map(({ company_id, ...rest }) => ({ companyId: company_id, ...rest }));
}

/** One more of several things that one mail tells of; the texts are read when it is sent. */
export interface News {
  kind: 'created' | 'comment' | 'moved';
  commentId?: string;
  status?: Status;
  at: string;
}

export interface NewDelivery {
  companyId: string;
  id: string;
  webhookId: string | null;
  outboxId: string | null;
  incidentId: string | null;
  customerId: string | null;
  event: string;
  recipient: string;
  /** A webhook's body, or `{ news }` of a mail. */
  payload: object;
  /** Set: joins the waiting mail that has the same key, and waits for more. */
  digestKey: string | null;
  waitMs: number;
}

/** Two of them with one digest key must have been joined before. */
export async function insertDeliveries(
  trx: Knex.Transaction,
  clock: ClaimClock,
  deliveries: readonly NewDelivery[],
): Promise<void> {
  if (deliveries.length === 0) return;
  // In one order on every node: two that join the same mails must not wait for each other in a circle.
  const rows = [...deliveries]
    .sort((a, b) => compare(a.digestKey ?? '', b.digestKey ?? '') || compare(a.id, b.id))
    .map(toRow);
  await trx.raw(
    `insert into deliveries (company_id, id, kind, webhook_id, outbox_id, incident_id, customer_id, event, recipient,
       payload, digest_key, next_attempt_at)
     select company_id, id, case when webhook_id is null then 'email' else 'webhook' end, webhook_id, outbox_id,
       incident_id, customer_id, event, recipient, payload, digest_key,
       now() + :ahead + make_interval(secs => wait_ms / 1000.0)
     from json_to_recordset(cast(:rows as json)) as d (company_id uuid, id uuid, webhook_id uuid, outbox_id uuid,
       incident_id uuid, customer_id uuid, event text, recipient text, payload json, digest_key text, wait_ms int)
     on conflict (company_id, digest_key) where digest_key is not null do update
     set payload = json_build_object('news',
       (deliveries.payload -> 'news')::jsonb || (excluded.payload -> 'news')::jsonb)`,
    { ahead: interval(trx, clock.aheadMs()), rows: JSON.stringify(rows) },
  );
  const hooks = rows.filter((row) => row.webhook_id !== null);
  if (hooks.length === 0) return;
  await trx.raw(
    `update webhooks w set due_at = least(coalesce(w.due_at, 'infinity'), greatest(now() + :ahead, w.blocked_until))
     from (
       -- Locked in one order on every node, as above; an update alone takes them as its plan finds them.
       select company_id, id from webhooks
       where (company_id, id) in (select * from unnest(cast(:companies as uuid[]), cast(:ids as uuid[])))
       order by company_id, id for no key update) as h
     where w.company_id = h.company_id and w.id = h.id`,
    {
      ahead: interval(trx, clock.aheadMs()),
      companies: hooks.map((row) => row.company_id),
      ids: hooks.map((row) => row.webhook_id),
    },
  );
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

const toRow = (one: NewDelivery) => ({
  ...{ company_id: one.companyId, id: one.id, webhook_id: one.webhookId, outbox_id: one.outboxId },
  ...{ incident_id: one.incidentId, customer_id: one.customerId, event: one.event },
  ...{ recipient: one.recipient, payload: one.payload, digest_key: one.digestKey },
  wait_ms: one.waitMs,
});
