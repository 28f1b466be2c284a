/**
 * The team's queue (who waits, how many of what, search) and announcements with the customers they affect. Counters are
 * kept by triggers, so that the previous version's code keeps them right while it still runs.
 */
export const name = '0002-queue-and-announcements';

/** Accents, points and vowel signs of the scripts that are written with and without them, and what is not seen at all. */
const MARKS = [
  ...[
    '\\u00ad',
    '\\u0300-\\u036f',
    '\\u0483-\\u0489',
    '\\u0591-\\u05bd',
    '\\u05bf',
    '\\u05c1\\u05c2',
  ],
  ...['\\u05c4\\u05c5', '\\u05c7', '\\u0610-\\u061a', '\\u0640', '\\u064b-\\u065f', '\\u0670'],
  ...['\\u06d6-\\u06dc', '\\u06df-\\u06e4', '\\u06e7\\u06e8', '\\u06ea-\\u06ed', '\\u1ab0-\\u1aff'],
  ...[
    '\\u1dc0-\\u1dff',
    '\\u200b-\\u200f',
    '\\u20d0-\\u20ff',
    '\\ufe00-\\ufe0f',
    '\\ufe20-\\ufe2f',
    '\\ufeff',
  ],
].join('');

/** What stands between words. By code point: what a class such as [:alnum:] holds differs between databases. */
const BETWEEN = [
  ...[
    '\\u0001-/',
    ':-@',
    '\\u005b-\\u0060',
    '\\u007b-\\u00bf',
    '\\u00d7',
    '\\u00f7',
    '\\u05be',
    '\\u05c0',
  ],
  ...[
    '\\u05c3',
    '\\u05c6',
    '\\u05f3\\u05f4',
    '\\u060c\\u060d',
    '\\u061b-\\u061f',
    '\\u066a-\\u066d',
  ],
  ...[
    '\\u06d4',
    '\\u0964\\u0965',
    '\\u2000-\\u200a',
    '\\u2010-\\u206f',
    '\\u20a0-\\u20cf',
    '\\u2190-\\u2bff',
  ],
  ...['\\u2e00-\\u2e7f', '\\u3000-\\u3004', '\\u3008-\\u3020', '\\u3030', '\\u30fb'],
  ...['\\ufffd', '\\U0001f000-\\U0001faff'],
].join('');

/** The words of `given`, each with the company before it. */
export const WORDS = `array(
    select right(company_id::text, 8) || left(word, 60)
    from unnest(regexp_split_to_array(
      -- Most texts are plain, and most of the work is not needed for them.
      case when octet_length(given) = length(given) then lower(given)
      else translate(regexp_replace(lower(normalize(given, NFKD)), '[${MARKS}]+', '', 'g'), 'ς', 'σ') end,
      '[${BETWEEN}]+')) as word
    where word <> '')`;

const STATUSES = ['open', 'acknowledged', 'investigation', 'mitigated', 'resolved', 'closed'];
const COUNTED = ['company_id', 'is_announcement', ...STATUSES, 'waiting'].join(', ');
/** For each status a count of those that have it. */
const countOf = (before: string, after: string) =>
  STATUSES.map((one) => `${before} status = '${one.toUpperCase()}'${after}`).join(', ');
const ADD_TO_COUNTS = `on conflict (company_id, is_announcement) do update set
    ${[...STATUSES, 'waiting'].map((one) => `${one} = c.${one} + excluded.${one}`).join(', ')}`;

export const sql = /* sql */ `
-- Search. The words of a text, small and without accents, each with its company before it: so a search costs what this
-- company has of a word, whatever the others have. Both sides of a search go through this one function; what comes out
-- holds no ASCII but letters and digits, so it can be quoted into a query without harm.
create function search_words(company_id uuid, given text) returns text[] language sql immutable strict parallel safe
  return ${WORDS};

-- The cost is the true one: without it the planner would rather read every report of a company than the index.
create function search_document(company_id uuid, given text) returns tsvector
  language sql immutable strict parallel safe cost 4000
  return array_to_tsvector(search_words(company_id, given));

-- Beginnings of words, all of which must be there; null where no word is given.
create function search_query(company_id uuid, given text) returns tsquery
  language sql immutable strict parallel safe
  return (
    select string_agg('''' || word || ''':*', ' & ') from unnest(search_words(company_id, given)) as word)::tsquery;

alter table incidents
  -- Since when the customer waits for the team's next word or move.
  add column waiting_since timestamptz(3),
  -- Customers who said that an announcement affects them; kept by a trigger on incident_affected.
  add column affected_count integer not null default 0;
alter table incident_history add column author_name text;

-- A customer waits since their first word that the team has not answered, by a public comment or a move.
with answered as (
  select i.company_id, i.id, i.created_at, greatest(
    (select max(c.created_at) from comments c
      where c.company_id = i.company_id and c.incident_id = i.id and c.author_type = 'USER'),
    (select max(h.at) from incident_history h
      where h.company_id = i.company_id and h.incident_id = i.id and h.status <> 'OPEN')) as at
  from incidents i
  where i.customer_id is not null and i.status not in ('RESOLVED', 'CLOSED')
)
update incidents i set waiting_since = case when a.at is null then a.created_at else (
    select min(c.created_at) from comments c where c.company_id = i.company_id and c.incident_id = i.id
      and c.author_type = 'CUSTOMER' and c.created_at >= a.at) end
from answered a where i.company_id = a.company_id and i.id = a.id;
-- For reports that the previous version still takes.
alter table incidents alter column waiting_since set default now();

create table incident_affected (
  company_id uuid not null,
  incident_id uuid not null,
  customer_id uuid not null,
  at timestamptz(3) not null default now(),
  -- When the customer had seen that it is resolved.
  seen_at timestamptz(3),
  primary key (company_id, incident_id, customer_id),
  foreign key (company_id, incident_id) references incidents on delete cascade,
  foreign key (company_id, customer_id) references customers on delete cascade
);
create index incident_affected_newest on incident_affected (company_id, incident_id, at, customer_id);
create index incident_affected_customer on incident_affected (company_id, customer_id, at);

-- What the team's queue needs to know without counting rows: one row for customers' incidents, one for announcements.
create table team_counts (
  company_id uuid not null references companies,
  is_announcement boolean not null,
  open integer not null default 0,
  acknowledged integer not null default 0,
  investigation integer not null default 0,
  mitigated integer not null default 0,
  resolved integer not null default 0,
  closed integer not null default 0,
  waiting integer not null default 0,
  primary key (company_id, is_announcement)
);

-- Numbers handed out by generate-id, good for a day.
create table ticket_reservations (
  company_id uuid not null references companies,
  ticket_number text not null,
  key_id uuid not null,
  at timestamptz(3) not null default now(),
  primary key (company_id, ticket_number)
);

create index incidents_waiting on incidents (company_id, waiting_since, id) where waiting_since is not null;
create index incidents_status on incidents (company_id, status, created_at, id);
create index incidents_announcements on incidents (company_id, status, created_at, id) where customer_id is null;
-- A short list of what is yet to be sorted in: its sorting is done by whoever fills it, so it must not take long.
create index incidents_search on incidents
  using gin (search_document(company_id, short_description || ' ' || left(description, 1000)))
  with (gin_pending_list_limit = 256);
create index customers_search on customers using gin (search_document(company_id, name || ' ' || email))
  with (gin_pending_list_limit = 256);

create function count_added() returns trigger language plpgsql security definer as $$
begin
  insert into team_counts as c (${COUNTED})
  select company_id, customer_id is null, ${countOf('count(*) filter (where', ')')}, count(waiting_since)
  from added group by 1, 2
  ${ADD_TO_COUNTS};
  return null;
end $$;

create function count_changed() returns trigger language plpgsql security definer as $$
begin
  insert into team_counts as c (${COUNTED})
  select company_id, is_announcement, ${countOf('sum(by * (', ')::int)')}, sum(by * waits::int)
  from (values (1, new.company_id, new.customer_id is null, new.status, new.waiting_since is not null),
    (-1, old.company_id, old.customer_id is null, old.status, old.waiting_since is not null))
    as change(by, company_id, is_announcement, status, waits)
  where company_id is not null
  group by 1, 2
  ${ADD_TO_COUNTS};
  return null;
end $$;

create function count_affected() returns trigger language plpgsql security definer as $$
begin
  update incidents set affected_count = affected_count + case tg_op when 'INSERT' then 1 else -1 end
  where company_id = coalesce(new.company_id, old.company_id) and id = coalesce(new.incident_id, old.incident_id);
  return null;
end $$;

-- They run as their owner, for customers too: with a path on which nobody else can put a table.
do $$
declare
  name text;
begin
  foreach name in array array['count_added', 'count_changed', 'count_affected'] loop
    execute format('alter function %I() set search_path = pg_catalog, %I, pg_temp', name, current_schema());
  end loop;
end $$;

-- What makes incidents has locked the customer's counts and the ticket counter before: the company's one row is last.
create trigger count_added after insert on incidents referencing new table as added
  for each statement execute function count_added();
-- What changes them locks the customer's counts afterwards: there the company's row has to wait for the commit.
create constraint trigger count_moved after update on incidents deferrable initially deferred
  for each row when (old.status <> new.status or (old.waiting_since is null) <> (new.waiting_since is null))
  execute function count_changed();
create constraint trigger count_gone after delete on incidents deferrable initially deferred
  for each row execute function count_changed();
create trigger count_affected after insert or delete on incident_affected
  for each row execute function count_affected();

insert into team_counts (${COUNTED})
select company_id, customer_id is null, ${countOf('count(*) filter (where', ')')}, count(waiting_since)
from incidents group by 1, 2;

grant update (waiting_since) on incidents to porthole_customer;
grant select, insert, delete on incident_affected to porthole_customer;
grant update (seen_at) on incident_affected to porthole_customer;

do $$
declare
  name text;
begin
  foreach name in array array['incident_affected', 'team_counts', 'ticket_reservations'] loop
    execute format('alter table %I enable row level security', name);
    execute format('alter table %I force row level security', name);
    execute format('create policy server on %I to %I using (true)', name, current_user);
  end loop;
  -- Announcements can be read by every customer of the company, and changed by none.
  foreach name in array array['incidents', 'comments', 'incident_history'] loop
    execute format('create policy announcements on %I for select to porthole_customer
      using (company_id = app_company_id() and customer_id is null)', name);
  end loop;
end $$;
create policy own on incident_affected to porthole_customer
  using (company_id = app_company_id() and customer_id = app_customer_id())
  with check (company_id = app_company_id() and customer_id = app_customer_id()
    and exists (select from incidents i where i.company_id = incident_affected.company_id
      and i.id = incident_affected.incident_id and i.customer_id is null));

-- What a customer writes beside an incident belongs to one of their own. A report that is being made by the same
-- statement cannot be seen yet: asked is whether it is known to be somebody else's, or an announcement.
create function is_anothers(of_company uuid, incident uuid) returns boolean language sql stable security definer as $$
  select exists (select from incidents i where i.company_id = of_company and i.id = incident
    and i.customer_id is distinct from app_customer_id())
$$;
do $$ begin
  execute format('alter function is_anothers set search_path = pg_catalog, %I, pg_temp', current_schema());
end $$;
-- In the policies that let them write, not in restrictive ones: those would hold for the owner too, who is a member.
alter policy own on incident_history with check (
  company_id = app_company_id() and customer_id = app_customer_id() and not is_anothers(company_id, incident_id));
alter policy own_company on outbox with check (
  company_id = app_company_id() and not is_anothers(company_id, incident_id));
-- That an announcement affects them is for the team alone.
alter policy own on events with check (
  company_id = app_company_id() and customer_id = app_customer_id()
  and (not is_anothers(company_id, incident_id) or (kind = 'incident.affected' and is_internal
    and exists (select from incidents i where i.company_id = events.company_id and i.id = events.incident_id
      and i.customer_id is null))));
-- The incidents that a customer can read are no longer only their own.
alter policy own_incident on comments with check (
  company_id = app_company_id() and customer_id = app_customer_id() and author_type = 'CUSTOMER'
  and exists (select from incidents i where i.company_id = comments.company_id and i.id = comments.incident_id
    and i.customer_id = app_customer_id()));
`;
