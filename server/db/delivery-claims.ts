/**
 * The queue (DESIGN §7): which deliveries a worker takes, and what became of them. Every function is one short
 * transaction; nothing is held while something is sent.
 *
 * Webhooks are claimed by endpoint: `due_at` of each says when it is worth a look, so a claim visits only endpoints with
 * something to do, takes at most two deliveries of each from an index that starts with the endpoint, and is never in
 * sight of the 100,000 rows that wait for a dead one. Those who lock an endpoint's row lock no other after it.
 */
import type { Knex } from 'knex';
import type { Database } from './connection.ts';

/** Times are the database's, which all nodes share; a test that lets days pass moves them ahead. */
export interface ClaimClock {
  aheadMs(): number;
}

/** A delivery that this worker has for the length of its lease. */
export interface Claim {
  companyId: string;
  id: string;
  /** This attempt's number, from 1. */
  attempt: number;
  /** The same, from 1 again when somebody sends it again by hand: by it the schedule goes. */
  tries: number;
  kind: 'webhook' | 'email';
  event: string;
  recipient: string;
  incidentId: string | null;
  customerId: string | null;
  payload: unknown;
  isForced: boolean;
  createdAt: string;
}

export interface WebhookClaim extends Claim {
  webhookId: string;
  url: string;
  format: 'standard' | 'slack';
  /** All that sign, the newest first. */
  secrets: string[];
}

interface ClaimOptions {
  limit: number;
  leaseMs: number;
  clock: ClaimClock;
}

const TAKEN = `c.company_id as "companyId", c.id, c.attempts as attempt, c.tries, c.kind, c.event, c.recipient,
  c.incident_id as "incidentId", c.customer_id as "customerId", c.payload, c.is_forced as "isForced",
  c.created_at as "createdAt"`;

/**
 * Counts the attempt when it begins, so that the attempt of a worker that dies is seen. Pending is what has a next time:
 * asked by status, a planner without statistics would go through all that is pending.
 */
const CLAIM = `
  update deliveries d
  set attempts = attempts + 1, tries = tries + 1, leased_until = now() + :ahead + :lease, digest_key = null
  from picked p
  where d.company_id = p.company_id and d.id = p.id and d.next_attempt_at is not null
  returning d.*
), begun as (
  insert into delivery_attempts (company_id, delivery_id, number, started_at)
  select company_id, id, attempts, clock_timestamp() from claimed`;

/** `isFailing` asks for endpoints that failed last, or for the others: each kind has its own room in a worker. */
export function claimWebhooks(
  { knex }: Database,
  { limit, leaseMs, clock, isFailing }: ClaimOptions & { isFailing: boolean },
): Promise<WebhookClaim[]> {
  const times = bindTimes(knex, clock, leaseMs);
  return knex.transaction(async (trx) => {
    const { rows: hooks } = await trx.raw(
      `select company_id, id from webhooks
       where (failures > 0) = :isFailing and due_at <= now() + :ahead and paused_at is null and deleted_at is null
       order by due_at limit :limit for no key update skip locked`,
      { ...times, isFailing, limit },
    );
    if (hooks.length === 0) return [];
    const lanes = {
      companies: hooks.map((one: { company_id: string }) => one.company_id),
      ids: hooks.map((one: { id: string }) => one.id),
    };
    const { rows } = await trx.raw(
      `with lane as materialized (
        select w.*, case when failures > 0 then 1 else 2 end - (
          select count(*) from deliveries d where d.company_id = w.company_id and d.webhook_id = w.id
            and d.kind = 'webhook' and d.leased_until > now() + :ahead) as room
        from webhooks w join unnest(cast(:companies as uuid[]), cast(:ids as uuid[])) as mine (company_id, id) using (company_id, id)
      ), picked as materialized (
        -- Materialized, with a limit that the planner can read: else it may begin with the backlog itself.
        select lane.company_id, due.id from lane, lateral (
          select first.id, row_number() over () as place from (
            select d.id from deliveries d
            where d.company_id = lane.company_id and d.webhook_id = lane.id and d.kind = 'webhook'
              and d.status = 'pending' and d.next_attempt_at <= now() + :ahead
              and (d.leased_until is null or d.leased_until <= now() + :ahead)
            order by d.next_attempt_at, d.id limit 2) as first) as due
        where due.place <= lane.room
      ), claimed as (${CLAIM}
      )
      select ${TAKEN}, lane.id as "webhookId", lane.url, lane.format,
        array_remove(array[lane.secret, case when lane.old_secret_until > now() then lane.old_secret end], null)
          as secrets
      from claimed c join lane on lane.company_id = c.company_id and lane.id = c.webhook_id
      order by c.next_attempt_at, c.id`,
      { ...times, ...lanes },
    );
    await trx.raw(
      `update webhooks w set due_at = webhook_due(w, now() + :ahead)
       from unnest(cast(:companies as uuid[]), cast(:ids as uuid[])) as mine (company_id, id)
       where w.company_id = mine.company_id and w.id = mine.id`,
      { ...times, ...lanes },
    );
    return rows;
  });
}

/**
 * There is one mail server for all: the companies take turns, and those that have the fewest under way come first. `busy`:
 * the companies of those under way here, one for each mail.
 */
export async function claimMails(
  { knex }: Database,
  { limit, leaseMs, clock, busy }: ClaimOptions & { busy: readonly string[] },
): Promise<Claim[]> {
  const isDue = `kind = 'email' and status = 'pending' and next_attempt_at <= now() + :ahead
    and (leased_until is null or leased_until <= now() + :ahead)`;
  const { rows } = await knex.raw(
    `with recursive waiting as (
      (select company_id from deliveries where kind = 'email' and status = 'pending' order by company_id limit 1)
      union all
      select (select d.company_id from deliveries d
        where d.kind = 'email' and d.status = 'pending' and d.company_id > waiting.company_id order by d.company_id limit 1)
      from waiting where waiting.company_id is not null
    ), turn as materialized (
      select waiting.company_id, due.id from waiting, lateral (
        select first.*, row_number() over (order by next_attempt_at, id) as place from (
          select id, next_attempt_at from deliveries where company_id = waiting.company_id and ${isDue}
          order by next_attempt_at, id limit :limit) as first) as due
      order by due.place + (select count(*) from unnest(cast(:busy as uuid[])) as b where b = waiting.company_id),
        due.next_attempt_at, due.id limit :limit
    ), picked as materialized (
      select d.company_id, d.id from deliveries d
      where (d.company_id, d.id) in (select company_id, id from turn) and ${isDue}
      for update skip locked
    ), claimed as (${CLAIM}
    )
    select ${TAKEN} from claimed c order by c.next_attempt_at, c.id`,
    { ...bindTimes(knex, clock, leaseMs), limit, busy: [...busy] },
  );
  return rows;
}

export type Outcome =
  | { kind: 'delivered' }
  | { kind: 'failed'; error: string }
  | { kind: 'skipped'; error: string }
  /** Tried again after `afterMs`. */
  | { kind: 'again'; error: string; afterMs: number };

export interface Attempted {
  outcome: Outcome;
  durationMs: number;
  /** HTTP or SMTP status, where there was one. */
  status: number | null;
  answer: string | null;
  /** The address that it went to: it may have changed since it was put into the queue. */
  recipient: string;
}

/** Writes what became of an attempt. A late success counts even when another worker has taken the delivery meanwhile. */
export async function recordAttempt(
  trx: Knex,
  clock: ClaimClock,
  { companyId, id, attempt }: Pick<Claim, 'companyId' | 'id' | 'attempt'>,
  { outcome, durationMs, status, answer, recipient }: Attempted,
): Promise<void> {
  const error = outcome.kind === 'delivered' ? null : outcome.error;
  await trx('delivery_attempts')
    .where({ company_id: companyId, delivery_id: id, number: attempt })
    .update({ duration_ms: durationMs, status, error, answer });
  const isAgain = outcome.kind === 'again';
  await trx.raw(
    `update deliveries set leased_until = null, recipient = :recipient, last_status = :status, last_error = :error,
       status = :state, done_at = case when :isAgain then null else now() end,
       next_attempt_at = case when :isAgain then now() + :ahead + :after end
     where company_id = :companyId and id = :id and status = 'pending'
       and (attempts = :attempt or :state = 'delivered')`,
    {
      ...{ companyId, id, attempt, status, error, isAgain, recipient },
      state: isAgain ? 'pending' : outcome.kind,
      after: interval(trx, isAgain ? outcome.afterMs : 0),
      ahead: interval(trx, clock.aheadMs()),
    },
  );
}

/** Gives back what a stopping worker could not finish: another one takes it at once. */
export async function releaseClaims(
  { knex }: Database,
  claims: readonly Pick<Claim, 'companyId' | 'id' | 'attempt'>[],
): Promise<void> {
  for (const { companyId, id, attempt } of claims) {
    await knex.transaction(async (trx) => {
      const ref = { company_id: companyId, id };
      await trx.raw(
        `update webhooks w set due_at = now() from deliveries d
         where d.company_id = :company_id and d.id = :id and w.company_id = d.company_id and w.id = d.webhook_id`,
        ref,
      );
      await trx('deliveries')
        .where({ ...ref, attempts: attempt, status: 'pending' })
        .update({ leased_until: null });
      await trx('delivery_attempts')
        .where({ company_id: companyId, delivery_id: id, number: attempt })
        .update({ error: 'The server was stopped before an answer came.' });
    });
  }
}

/** What there is to do now, and when the next thing is due: null when nothing is. No mail is before `mailRestMs`. */
export async function lookAhead(
  { knex }: Database,
  clock: ClaimClock,
  mailRestMs: number,
): Promise<{ hasNews: boolean; dueInMs: number | null }> {
  const { rows } = await knex
    .raw(
      `with due as (
      (select due_at as at from webhooks where due_at is not null and paused_at is null and deleted_at is null
        and (failures > 0) = false order by due_at limit 1)
      union all
      (select due_at from webhooks where due_at is not null and paused_at is null and deleted_at is null
        and (failures > 0) = true order by due_at limit 1)
      union all
      (select greatest(next_attempt_at, leased_until, now() + :ahead + :rest) from deliveries where kind = 'email' and status = 'pending'
        and (leased_until is null or leased_until <= now() + :ahead)
        order by next_attempt_at, id limit 1)
      union all
      (select retry_at from outbox where done_at is null and retry_at > now() order by created_at, id limit 1)
    )
    select exists (select from outbox where done_at is null and (retry_at is null or retry_at <= now())) as "hasNews",
      (extract(epoch from min(at) - (now() + :ahead)) * 1000)::float8 as "dueInMs" from due`,
      { ahead: interval(knex, clock.aheadMs()), rest: interval(knex, mailRestMs) },
    )
    .options({ name: 'worker-look-ahead' });
  return rows[0];
}

function bindTimes(db: Knex, clock: ClaimClock, leaseMs: number) {
  return { ahead: interval(db, clock.aheadMs()), lease: interval(db, leaseMs) };
}

export const interval = (db: Knex, ms: number) => db.raw('make_interval(secs => ?)', [ms / 1000]);
