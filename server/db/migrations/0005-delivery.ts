/**
 * Delivery (DESIGN §7): where the team and its systems are told, and every message that leaves as a row with its
 * attempts. Customers have no business here: none of the new tables is granted to their role.
 */
export const name = '0005-delivery';

export const sql = /* sql */ `
alter table companies add column team_emails text[] not null default '{}', add column host_page_url text;

alter table customers add column mail_updates boolean not null default true, add column locale text;

-- How far a change with many recipients has been turned into deliveries, and when one that failed is tried again.
alter table outbox add column expanded_to uuid, add column retry_at timestamptz(3);
create index outbox_done on outbox (done_at) where done_at is not null;

create table webhooks (
  company_id uuid not null references companies,
  id uuid not null,
  url text not null,
  format text not null check (format in ('standard', 'slack')),
  events text[] not null,
  description text not null,
  -- In plain text: it has to sign, and a hash cannot.
  secret text not null,
  old_secret text,
  old_secret_until timestamptz(3),
  paused_at timestamptz(3),
  paused_reason text check (paused_reason in ('by_team', 'gone', 'failing')),
  -- Since when there has been nothing but failures, how many in a row, and until when the endpoint is left in peace.
  failing_since timestamptz(3),
  failures integer not null default 0,
  blocked_until timestamptz(3),
  last_success_at timestamptz(3),
  last_error text,
  -- When it is worth looking for something to send, at the earliest; null while nothing waits.
  due_at timestamptz(3),
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now(),
  deleted_at timestamptz(3),
  primary key (company_id, id)
);
create index webhooks_id on webhooks (id);
create index webhooks_due on webhooks ((failures > 0), due_at)
  where due_at is not null and paused_at is null and deleted_at is null;

create table deliveries (
  company_id uuid not null references companies,
  -- What the receiver sees of it: webhook-id, or the left half of Message-ID. Sorted by time.
  id uuid not null,
  kind text not null check (kind in ('webhook', 'email')),
  webhook_id uuid,
  -- The change that it tells of; of several in one mail, the first.
  outbox_id uuid,
  -- Null: a test.
  incident_id uuid,
  -- Null: not to a customer.
  customer_id uuid,
  event text not null,
  recipient text not null,
  -- A webhook's body as it is sent (json, which keeps the text), or what a mail is about, by ids.
  payload json not null,
  status text not null default 'pending' check (status in ('pending', 'delivered', 'failed', 'skipped')),
  attempts integer not null default 0,
  -- Since somebody last sent it by hand: by them the schedule goes.
  tries integer not null default 0,
  next_attempt_at timestamptz(3),
  leased_until timestamptz(3),
  -- While it is set, more of the same incident for the same reader goes into the same mail.
  digest_key text,
  -- Sent again by hand: also where the reader has read it in the panel.
  is_forced boolean not null default false,
  last_status integer,
  last_error text,
  created_at timestamptz(3) not null default now(),
  done_at timestamptz(3),
  primary key (company_id, id),
  foreign key (company_id, webhook_id) references webhooks,
  foreign key (company_id, incident_id) references incidents on delete cascade,
  foreign key (company_id, customer_id) references customers on delete cascade,
  check ((kind = 'webhook') = (webhook_id is not null)),
  check ((status = 'pending') = (next_attempt_at is not null))
);
-- Claiming: of one endpoint in the order of their times, so that its backlog costs no other endpoint a look.
create index deliveries_of_webhook on deliveries (company_id, webhook_id, next_attempt_at, id)
  where status = 'pending' and kind = 'webhook';
create index deliveries_leased on deliveries (company_id, webhook_id, leased_until)
  where leased_until is not null and kind = 'webhook';
-- Mails: when the next one is due, and of one company in the order of their times.
create index deliveries_mail on deliveries (next_attempt_at, id) where status = 'pending' and kind = 'email';
create index deliveries_mail_of on deliveries (company_id, next_attempt_at, id) where status = 'pending' and kind = 'email';
create unique index deliveries_digest on deliveries (company_id, digest_key) where digest_key is not null;
-- Reading: newest first by id, in every way that the lists can be asked.
create index deliveries_id on deliveries (id);
create index deliveries_by_status on deliveries (company_id, status, id);
create index deliveries_by_kind on deliveries (company_id, kind, status, id);
create index deliveries_by_incident on deliveries (company_id, incident_id, id);
create index deliveries_by_webhook on deliveries (company_id, webhook_id, id);
create index deliveries_by_webhook_status on deliveries (company_id, webhook_id, status, id);
create index deliveries_done on deliveries (done_at) where done_at is not null;

-- Written when an attempt begins: that of a killed server stays without an outcome, and is seen.
create table delivery_attempts (
  company_id uuid not null,
  delivery_id uuid not null,
  number integer not null,
  started_at timestamptz(3) not null,
  duration_ms integer,
  status integer,
  error text,
  answer text,
  primary key (company_id, delivery_id, number),
  foreign key (company_id, delivery_id) references deliveries on delete cascade
);

-- When an endpoint is worth a look at the earliest: when something is due and there is room for it (two at a time, one
-- while it fails), or when the lease of something under way ends. To be asked while the endpoint's row is locked, in a
-- statement of its own: its snapshot must be younger than the lock.
create function webhook_due(hook webhooks, at timestamptz) returns timestamptz language sql stable as $$
  select case
    when busy.n >= case when hook.failures > 0 then 1 else 2 end or next.at is null then busy.until
    else least(busy.until, greatest(next.at, hook.blocked_until)) end
  from (
    select count(*) as n, min(leased_until) as until from deliveries
    where company_id = hook.company_id and webhook_id = hook.id and kind = 'webhook' and leased_until > $2
  ) as busy, (
    select (
      select next_attempt_at from deliveries
      where company_id = hook.company_id and webhook_id = hook.id and kind = 'webhook' and status = 'pending'
        and (leased_until is null or leased_until <= $2)
      order by next_attempt_at, id limit 1) as at
  ) as next
$$;

do $$
declare
  name text;
begin
  foreach name in array array['webhooks', 'deliveries', 'delivery_attempts'] loop
    execute format('alter table %I enable row level security', name);
    execute format('alter table %I force row level security', name);
    execute format('create policy server on %I to %I using (true)', name, current_user);
  end loop;
end $$;
`;
