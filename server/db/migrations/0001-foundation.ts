/**
 * The first schema (DESIGN §5): every tenant table starts its key with company_id, customer work runs as the role
 * porthole_customer under forced row security, and what is internal lies in tables on which that role has no grant.
 */
export const name = '0001-foundation';

export const sql = /* sql */ `
-- Where it has been made beforehand, for a user who may make none, that is enough.
do $$ begin
  if not exists (select from pg_roles where rolname = 'porthole_customer') then
    create role porthole_customer nologin;
  end if;
exception when duplicate_object or unique_violation then null; end $$;

-- From PostgreSQL 16 on, a role's maker may administer it without being allowed to take it on.
do $$
declare
  needed text := case when current_setting('server_version_num')::int >= 160000 then 'set' else 'member' end;
begin
  if not pg_has_role(current_user, 'porthole_customer', needed) then
    execute format('grant porthole_customer to %I', current_user);
  end if;
end $$;

-- The two settings of a customer's transaction; null outside of one, which matches no row.
create function app_company_id() returns uuid language sql stable parallel safe as
  $$ select nullif(current_setting('app.company_id', true), '')::uuid $$;
create function app_customer_id() returns uuid language sql stable parallel safe as
  $$ select nullif(current_setting('app.customer_id', true), '')::uuid $$;

create table companies (
  id uuid primary key,
  slug text not null unique,
  name text not null,
  -- The words of name and slug, small and without accents: sorts the public list and feeds its search.
  search_name text not null,
  accent text,
  greeting text,
  categories text[] not null,
  allowed_origins text[] not null,
  is_listed boolean not null,
  disabled_at timestamptz(3),
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now()
);
create index companies_listed on companies (search_name, id) where is_listed and disabled_at is null;
create index companies_search on companies using gin (to_tsvector('simple', search_name));

create table customers (
  company_id uuid not null references companies,
  id uuid not null,
  email text not null,
  -- The address in lower case: one account per address and company.
  email_key text not null,
  name text not null,
  password_hash text not null,
  disabled_at timestamptz(3),
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now(),
  primary key (company_id, id),
  unique (company_id, email_key)
);
-- Serves the login that names no company.
create index customers_email on customers (email_key);

create table sessions (
  company_id uuid not null,
  id uuid not null,
  customer_id uuid not null,
  created_at timestamptz(3) not null default now(),
  last_seen_at timestamptz(3) not null default now(),
  expires_at timestamptz(3) not null,
  revoked_at timestamptz(3),
  primary key (company_id, id),
  foreign key (company_id, customer_id) references customers on delete cascade
);
create index sessions_customer on sessions (company_id, customer_id);

-- Null company_id: an admin key, over all companies.
create table api_keys (
  id uuid primary key,
  company_id uuid references companies,
  name text not null,
  prefix text not null,
  secret_hash bytea not null unique,
  created_at timestamptz(3) not null default now(),
  last_used_at timestamptz(3),
  revoked_at timestamptz(3)
);
create index api_keys_company on api_keys (company_id, created_at);

create table ticket_counters (
  company_id uuid not null references companies,
  day date not null,
  last integer not null,
  primary key (company_id, day)
);

-- What a customer's list needs to know without counting rows: kept by the statements that create and move incidents.
create table incident_counts (
  company_id uuid not null,
  customer_id uuid not null,
  last_seq integer not null default 0,
  open integer not null default 0,
  acknowledged integer not null default 0,
  investigation integer not null default 0,
  mitigated integer not null default 0,
  resolved integer not null default 0,
  closed integer not null default 0,
  -- Incidents with news that the customer has not looked at.
  unread integer not null default 0,
  primary key (company_id, customer_id),
  foreign key (company_id, customer_id) references customers on delete cascade
);

create table incidents (
  company_id uuid not null references companies,
  id uuid not null,
  -- Null: opened by the team for the whole company.
  customer_id uuid,
  -- 1, 2, 3 … for each customer without gaps: the order of their list, its cursor, and its page numbers.
  customer_seq integer,
  ticket_number text not null,
  short_description text not null,
  description text not null,
  priority text not null check (priority in ('INFORMATIONAL', 'LOW', 'MEDIUM', 'HIGH', 'CRITICAL')),
  category text not null,
  status text not null
    check (status in ('OPEN', 'ACKNOWLEDGED', 'INVESTIGATION', 'MITIGATED', 'RESOLVED', 'CLOSED')),
  source text not null,
  comment_count integer not null default 0,
  is_unread boolean not null default false,
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now(),
  resolved_at timestamptz(3),
  closed_at timestamptz(3),
  primary key (company_id, id),
  unique (company_id, ticket_number),
  foreign key (company_id, customer_id) references customers
);
create unique index incidents_customer on incidents (company_id, customer_id, customer_seq);
create index incidents_customer_status on incidents (company_id, customer_id, status, customer_seq);
create index incidents_company on incidents (company_id, created_at, id);
-- For admin keys, which work over all companies.
create index incidents_newest on incidents (created_at, id);
create index incidents_id on incidents (id);

create table incident_internals (
  company_id uuid not null,
  incident_id uuid not null,
  tech_description text,
  impact_summary text,
  blast_radius text,
  service_area text,
  environment text,
  region text,
  assigned_to_email text,
  primary key (company_id, incident_id),
  foreign key (company_id, incident_id) references incidents on delete cascade
);

-- customer_id repeats the incident's, so that row security is one comparison.
create table comments (
  company_id uuid not null,
  incident_id uuid not null,
  id uuid not null,
  customer_id uuid,
  author_type text not null check (author_type in ('CUSTOMER', 'USER')),
  author_name text not null,
  content text not null,
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now(),
  primary key (company_id, incident_id, id),
  foreign key (company_id, incident_id) references incidents on delete cascade
);

create table responder_notes (
  company_id uuid not null,
  incident_id uuid not null,
  id uuid not null,
  author_name text not null,
  content text not null,
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now(),
  primary key (company_id, incident_id, id),
  foreign key (company_id, incident_id) references incidents on delete cascade
);

create table incident_history (
  company_id uuid not null,
  incident_id uuid not null,
  id uuid not null,
  customer_id uuid,
  status text not null,
  at timestamptz(3) not null default now(),
  primary key (company_id, incident_id, id),
  foreign key (company_id, incident_id) references incidents on delete cascade
);

-- One row for each change; (xid, id) is its place in the order that readers can rely on (DESIGN §7).
create table events (
  company_id uuid not null,
  id uuid not null,
  xid xid8 not null default pg_current_xact_id(),
  incident_id uuid not null,
  customer_id uuid,
  kind text not null,
  is_internal boolean not null,
  payload jsonb not null,
  created_at timestamptz(3) not null default now(),
  primary key (company_id, id),
  foreign key (company_id, incident_id) references incidents on delete cascade
);
create index events_order on events (xid, id);

-- What must be told to somebody outside, written in the transaction of the change itself.
create table outbox (
  company_id uuid not null,
  id uuid not null,
  incident_id uuid not null,
  kind text not null,
  payload jsonb not null,
  created_at timestamptz(3) not null default now(),
  done_at timestamptz(3),
  primary key (company_id, id),
  foreign key (company_id, incident_id) references incidents on delete cascade
);
create index outbox_waiting on outbox (created_at, id) where done_at is null;

create table idempotency_keys (
  company_id uuid not null,
  customer_id uuid not null,
  key text not null,
  request_hash bytea not null,
  -- The incident or comment that the first request made.
  result_id uuid not null,
  created_at timestamptz(3) not null default now(),
  primary key (company_id, customer_id, key),
  foreign key (company_id, customer_id) references customers on delete cascade
);

grant select, insert on incidents, comments, incident_history, idempotency_keys to porthole_customer;
grant update (status, comment_count, is_unread, updated_at, resolved_at) on incidents to porthole_customer;
grant select, insert, update on ticket_counters to porthole_customer;
grant select, update on incident_counts to porthole_customer;
grant insert on events, outbox to porthole_customer;

do $$
declare
  own_rows text := 'company_id = app_company_id() and customer_id = app_customer_id()';
  name text;
begin
  foreach name in array array['customers', 'sessions', 'ticket_counters', 'incident_counts', 'incidents',
    'incident_internals', 'comments', 'responder_notes', 'incident_history', 'events', 'outbox', 'idempotency_keys']
  loop
    execute format('alter table %I enable row level security', name);
    execute format('alter table %I force row level security', name);
    -- Forced means that the owner needs a policy too: the server's own work, whose stores name the company.
    execute format('create policy server on %I to %I using (true)', name, current_user);
  end loop;
  foreach name in array array['incidents', 'incident_history', 'incident_counts', 'events', 'idempotency_keys'] loop
    execute format('create policy own on %I to porthole_customer using (%s)', name, own_rows);
  end loop;
end $$;
create policy own on comments for select to porthole_customer
  using (company_id = app_company_id() and customer_id = app_customer_id());
create policy own_incident on comments for insert to porthole_customer with check (
  company_id = app_company_id() and customer_id = app_customer_id() and author_type = 'CUSTOMER'
  and exists (select from incidents i where i.company_id = comments.company_id and i.id = comments.incident_id));
create policy own_company on outbox for insert to porthole_customer with check (company_id = app_company_id());
create policy own_company on ticket_counters to porthole_customer using (company_id = app_company_id());
`;
