/** Keys that say what they may do and until when, the desk's sessions, and the log of who did what. */
export const name = '0003-keys-and-audit';

export const sql = /* sql */ `
alter table api_keys
  add column scopes text[] not null default '{read,write,manage}',
  add column expires_at timestamptz(3),
  -- The key that took over when this one was rotated.
  add column successor_id uuid references api_keys,
  -- When a request with this key was last refused: one audit row an hour is enough.
  add column refused_at timestamptz(3);
create index api_keys_newest on api_keys (created_at, id);

-- A session lives through its key: both are checked in one query.
create table desk_sessions (
  token_hash bytea primary key,
  id uuid not null unique,
  key_id uuid not null references api_keys on delete cascade,
  created_at timestamptz(3) not null default now(),
  last_seen_at timestamptz(3) not null default now(),
  expires_at timestamptz(3) not null
);
create index desk_sessions_key on desk_sessions (key_id);
create index desk_sessions_end on desk_sessions (expires_at);

-- How often a log-in has failed within an hour, by what failed and who: a row of the log for each would fill it.
create table login_failures (
  scope text not null,
  -- An account, or the network that a client came from.
  source text not null,
  failures integer not null default 1,
  since timestamptz(3) not null default now(),
  primary key (scope, source)
);
create index login_failures_since on login_failures (scope, since);

-- References nothing, so that it outlives what it tells of. Null company_id: belongs to no company.
create table audit_log (
  id uuid primary key,
  company_id uuid,
  -- The moment of writing, not the transaction's start: rows of one incident stay in their order.
  at timestamptz(3) not null default clock_timestamp(),
  actor_type text not null check (actor_type in ('key', 'customer', 'system')),
  actor_id uuid,
  actor_name text not null,
  ip text,
  action text not null,
  subject_type text,
  subject_id uuid,
  before jsonb,
  after jsonb
);
create index audit_log_newest on audit_log (at, id);
create index audit_log_company on audit_log (company_id, at, id);
create index audit_log_action on audit_log (action, at, id);
create index audit_log_company_action on audit_log (company_id, action, at, id);
create index audit_log_subject on audit_log (subject_id, at, id);

alter table audit_log enable row level security;
alter table audit_log force row level security;
do $$ begin
  execute format('create policy server_reads on audit_log for select to %I using (true)', current_user);
  execute format('create policy server_appends on audit_log for insert to %I with check (true)', current_user);
  execute format($policy$create policy server_expires on audit_log for delete to %I
    using (at < now() - interval '30 days')$policy$, current_user);
end $$;

-- Row security does not hold for a superuser, which the embedded database's only user is.
create function audit_log_stays() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' and current_setting('porthole.audit_expires', true) = 'yes' then
    return null;
  end if;
  raise exception 'audit rows are neither changed nor deleted';
end $$;
create trigger audit_log_stays before update or delete or truncate on audit_log
  for each statement execute function audit_log_stays();

-- The one way out, for rows that are older than the operator wants to keep them, and than 30 days in any case.
create function expire_audit_log(kept_days integer, most integer) returns integer language plpgsql as $$
declare
  expired integer;
begin
  perform set_config('porthole.audit_expires', 'yes', true);
  delete from audit_log where id in (
    select id from audit_log where at < now() - make_interval(days => greatest(kept_days, 30))
    order by at limit most);
  get diagnostics expired = row_count;
  perform set_config('porthole.audit_expires', 'no', true);
  return expired;
end $$;
revoke execute on function expire_audit_log from public;
`;
