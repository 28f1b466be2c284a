/**
 * What a customer writes: an incident or a comment, each in one statement with everything that belongs to it (history,
 * counts, event, outbox, idempotency key), so that it is one round trip and one durable commit (DESIGN §5).
 */
import { hash } from 'node:crypto';
import type { QueryConfig } from 'pg';
import { LIMITS } from '../../shared/limits.ts';
import type { CustomerActor } from './customer-door.ts';
import { incidentRef, type RefColumn } from './incident-ref.ts';
import { TICKET_NUMBER } from './tickets.ts';

type Owner = Pick<CustomerActor, 'companyId' | 'customerId'>;

/** Made by the application, so that one statement can use them in several places. */
export interface ReportIds {
  result: string;
  history: string;
  event: string;
  outbox: string;
}

/** A reply that opens the incident again is two pieces of news. */
export interface CommentIds extends ReportIds {
  secondEvent: string;
  secondOutbox: string;
}

/** A request's key with a hash of what it asks for; the hash of another request under the same key differs. */
export interface Idempotency {
  key: string | undefined;
  requestHash: Buffer;
}

/** `operation` and `input` (parsed, so that spelling does not matter) make the request's identity. */
export function idempotency(
  key: string | undefined,
  operation: string,
  input: unknown,
): Idempotency {
  return { key, requestHash: hash('sha256', JSON.stringify([operation, input]), 'buffer') };
}

// A second request with the same key waits here for the first one's commit, and then claims nothing.
const CLAIM = `insert into idempotency_keys (company_id, customer_id, key, request_hash, result_id, created_at)`;

const CREATE = {
  name: 'incident-create',
  text: /* sql */ `
    with owner as (
      -- Gone with the session: then nothing below writes anything.
      select company_id, customer_id from incident_counts
      where company_id = $1::uuid and customer_id = $2::uuid and app_customer_id() = $2
    ), claimed as (
      ${CLAIM} select company_id, customer_id, $8, $9::bytea, $3::uuid, clock_timestamp()
      from owner where $8::text is not null
      on conflict do nothing returning created_at
    ), counted as (
      update incident_counts set last_seq = last_seq + 1, open = open + 1
      where company_id = $1 and customer_id = $2 and exists (select from owner)
        and ($8::text is null or exists (select from claimed))
      returning last_seq
    ), ticket as (
      -- Holds the row of this company and day until the commit: no gaps, and no other company waits.
      insert into ticket_counters (company_id, day, last)
      select $1, (now() at time zone 'UTC')::date, 1 from counted
      on conflict (company_id, day) do update set last = ticket_counters.last + 1
      returning day, last
    ), made as (
      insert into incidents (company_id, id, customer_id, customer_seq, ticket_number, short_description, description,
        priority, category, status, source, created_at, updated_at, waiting_since)
      select $1, $3::uuid, $2, last_seq, ${TICKET_NUMBER},
        $4::text, $5::text, $6::text, $7::text, 'OPEN', 'PORTAL', at, at, at
      from counted, ticket,
        (select coalesce((select created_at from claimed), clock_timestamp()) as at) as moment
      returning ticket_number, created_at
    ), history as (
      insert into incident_history (company_id, incident_id, id, customer_id, status, at)
      select $1, $3, $10::uuid, $2, 'OPEN', created_at from made
    ), event as (
      insert into events (company_id, id, incident_id, customer_id, kind, is_internal, payload)
      select $1, $11::uuid, $3, $2, 'incident.created', false, '{}' from made
    ), told as (
      insert into outbox (company_id, id, incident_id, kind, payload)
      select $1, $12::uuid, $3, 'incident.created', '{}' from made
    )
    select ticket_number, created_at from made`,
};

/** Answers one row `{ ticket_number, created_at }`, or none when the key was used before (or the session is over). */
export function createIncidentQuery(
  { companyId, customerId }: Owner,
  ids: ReportIds,
  input: { shortDescription: string; description: string; priority: string; category: string },
  { key, requestHash }: Idempotency,
): QueryConfig {
  const { shortDescription, description, priority, category } = input;
  return {
    ...CREATE,
    values: [
      companyId,
      customerId,
      ids.result,
      shortDescription,
      description,
      priority,
      category,
      key ?? null,
      requestHash,
      ids.history,
      ids.event,
      ids.outbox,
    ],
  };
}

// The clock is read after the lock is had (now() would tell when the transaction began to wait for it), so that the
// conversation's times are in the order of its writing.
const COMMENT = (column: RefColumn) => ({
  name: `comment-create-by-${column}`,
  text: /* sql */ `
    with target as (
      select id, status, comment_count from incidents
      where company_id = $1::uuid and customer_id = $2::uuid and ${column} = $3 and app_customer_id() = $2
      for update
    ), open_target as (
      select id, status from target where status <> 'CLOSED' and comment_count < ${LIMITS.comments}
    ), claimed as (
      ${CLAIM} select $1, $2, $6, $7::bytea, $4::uuid, clock_timestamp()
      from open_target where $6::text is not null
      on conflict do nothing returning created_at
    ), made as (
      insert into comments (company_id, incident_id, id, customer_id, author_type, author_name, content,
        created_at, updated_at)
      select $1, id, $4, $2, 'CUSTOMER', current_setting('app.customer_name'), $5::text, at, at
      from open_target,
        lateral (select coalesce((select created_at from claimed), clock_timestamp()) as at
          where open_target.id is not null) as moment
      where $6::text is null or exists (select from claimed)
      returning incident_id, created_at
    ), reopened as (
      select id, made.created_at as at from open_target join made on made.incident_id = id
      where status = 'RESOLVED'
    ), touched as (
      update incidents i set comment_count = comment_count + 1, updated_at = made.created_at,
        waiting_since = coalesce(waiting_since, made.created_at),
        status = case status when 'RESOLVED' then 'OPEN' else status end,
        resolved_at = case status when 'RESOLVED' then null else resolved_at end
      from made where i.company_id = $1 and i.id = made.incident_id
    ), counted as (
      update incident_counts set open = open + 1, resolved = resolved - 1
      where company_id = $1 and customer_id = $2 and exists (select from reopened)
    ), history as (
      insert into incident_history (company_id, incident_id, id, customer_id, status, at)
      select $1, id, $8::uuid, $2, 'OPEN', at from reopened
    ), news as (
      select $9::uuid as event_id, $11::uuid as outbox_id, incident_id, 'comment.created' as kind,
        jsonb_build_object('commentId', $4) as payload from made
      union all
      select $10::uuid, $12::uuid, id, 'incident.updated', '{"status":"OPEN"}' from reopened
    ), event as (
      insert into events (company_id, id, incident_id, customer_id, kind, is_internal, payload)
      select $1, event_id, incident_id, $2, kind, false, payload from news
    ), told as (
      insert into outbox (company_id, id, incident_id, kind, payload)
      select $1, outbox_id, incident_id, kind, payload from news
    )
    select target.status, made.created_at from target left join made on true`,
});
const COMMENT_BY = { id: COMMENT('id'), ticket_number: COMMENT('ticket_number') };

/**
 * Answers one row `{ status, created_at }`: the status before, and null for `created_at` when nothing was written;
 * no row where the incident is absent or somebody else's. `ref` is an id or a ticket number.
 */
export function createCommentQuery(
  { companyId, customerId }: Owner,
  ref: string,
  ids: CommentIds,
  { content }: { content: string },
  { key, requestHash }: Idempotency,
): QueryConfig {
  const { column, value } = incidentRef(ref);
  const { result, history, event, secondEvent, outbox, secondOutbox } = ids;
  return {
    ...COMMENT_BY[column],
    values: [
      ...[companyId, customerId, value, result, content, key ?? null, requestHash],
      ...[history, event, secondEvent, outbox, secondOutbox],
    ],
  };
}

const SEEN = (column: RefColumn) => ({
  name: `incident-seen-by-${column}`,
  text: /* sql */ `
    with target as (
      select id from incidents where company_id = $1 and customer_id = $2 and ${column} = $3
    ), seen as (
      update incidents set is_unread = false
      where company_id = $1 and customer_id = $2 and id = (select id from target) and is_unread
        and ($4::timestamptz is null or updated_at <= $4)
      returning id
    ), counted as (
      update incident_counts set unread = unread - 1
      where company_id = $1 and customer_id = $2 and exists (select from seen)
    )
    select id from target`,
});
const SEEN_BY = { id: SEEN('id'), ticket_number: SEEN('ticket_number') };

/**
 * Marks the team's news as seen, those until `updatedAt` where that is given: a message that came while this was on its way
 * has not been on screen. Answers a row when the incident is there, seen before or not.
 */
export function seenQuery(
  { companyId, customerId }: Owner,
  ref: string,
  updatedAt?: string,
): QueryConfig {
  const { column, value } = incidentRef(ref);
  return { ...SEEN_BY[column], values: [companyId, customerId, value, updatedAt ?? null] };
}

const EARLIER = {
  name: 'idempotency-earlier',
  text: /* sql */ `
    select k.request_hash as "requestHash", k.result_id as "resultId", k.created_at as "createdAt",
      i.ticket_number as "ticketNumber"
    from idempotency_keys k
    left join incidents i on i.company_id = k.company_id and i.id = k.result_id
    where k.company_id = $1 and k.customer_id = $2 and k.key = $3`,
};

/** What an earlier request with the same key made; the key's row was written in the same instant as its result. */
export interface EarlierResult {
  requestHash: Buffer;
  resultId: string;
  createdAt: string;
  ticketNumber: string | null;
}

/** Answers an EarlierResult row when the key was used, by this request or by one before; nothing is asked without a key. */
export const earlierQuery = (
  { companyId, customerId }: Owner,
  key: string | undefined,
): QueryConfig[] =>
  key === undefined ? [] : [{ ...EARLIER, values: [companyId, customerId, key] }];
