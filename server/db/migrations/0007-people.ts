/**
 * The team's work on customers: their list with its total, and what an erasure needs: a way along indexes to everything
 * that hangs on a customer, and the one way in which a row of the audit log may lose what tells of a person.
 */
export const name = '0007-people';

export const sql = /* sql */ `
-- Newest first: ids are sorted by time. Of one company the primary key serves it, of all companies this.
create index customers_id on customers (id);

-- How many customers a company has, kept by a trigger: the previous version keeps it right while it still runs.
create table customer_counts (
  company_id uuid primary key references companies,
  total integer not null
);
alter table customer_counts enable row level security;
alter table customer_counts force row level security;
do $$ begin
  execute format('create policy server on customer_counts to %I using (true)', current_user);
end $$;

create function count_customers() returns trigger language plpgsql security definer as $$
begin
  insert into customer_counts as c (company_id, total)
  select company_id, case tg_op when 'INSERT' then count(*) else -count(*) end from changed group by 1
  on conflict (company_id) do update set total = c.total + excluded.total;
  return null;
end $$;
do $$ begin
  execute format('alter function count_customers() set search_path = pg_catalog, %I, pg_temp', current_schema());
end $$;
create trigger count_added after insert on customers referencing new table as changed
  for each statement execute function count_customers();
create trigger count_gone after delete on customers referencing old table as changed
  for each statement execute function count_customers();
-- The triggers have locked the table: nobody is made between them and this.
insert into customer_counts (company_id, total) select company_id, count(*) from customers group by 1;

-- An incident's and a customer's deletion look for what hangs on them, once for each.
create index events_incident on events (company_id, incident_id);
create index outbox_incident on outbox (company_id, incident_id);
create index deliveries_by_customer on deliveries (company_id, customer_id, id) where customer_id is not null;
create index audit_log_customer on audit_log (actor_id, at, id) where actor_type = 'customer';

-- What an erasure takes out of the log. Three walls: no statement but the function below opens the way (as with
-- expire_audit_log), row security says the same, and whatever comes that way may turn these columns to null and change
-- nothing else. Who of the team acted, when, from where, and what they did stays.
create or replace function audit_log_stays() returns trigger language plpgsql as $$
begin
  if (tg_op = 'DELETE' and current_setting('porthole.audit_expires', true) = 'yes')
    or (tg_op = 'UPDATE' and current_setting('porthole.audit_blanks', true) = 'yes') then
    return null;
  end if;
  raise exception 'audit rows are neither changed nor deleted';
end $$;

create function audit_log_only_blanks() returns trigger language plpgsql as $$
declare
  blankable text[] := '{actor_id,ip,subject_id,before,after}';
begin
  if to_jsonb(new) - blankable is distinct from to_jsonb(old) - blankable
    or exists (select from unnest(blankable) as name
      where to_jsonb(new) -> name <> 'null' and to_jsonb(new) -> name is distinct from to_jsonb(old) -> name)
    -- Of the team's own rows, who and from where.
    or (old.actor_type <> 'customer' and (new.actor_id, new.ip) is distinct from (old.actor_id, old.ip)) then
    raise exception 'of an audit row nothing changes but what an erasure blanks';
  end if;
  return new;
end $$;
create trigger audit_log_only_blanks before update on audit_log
  for each row execute function audit_log_only_blanks();

do $$ begin
  execute format($policy$create policy server_blanks on audit_log for update to %I
    using (current_setting('porthole.audit_blanks', true) = 'yes')$policy$, current_user);
end $$;

-- Blanks what the log knows of a customer: in their own rows who it was and from which address, and in every row about
-- them or about what was theirs (gone: ids of incidents, comments, deliveries) to what it was done. Answers how many.
create function blank_audit_log(person uuid, gone uuid[]) returns integer language plpgsql as $$
declare
  own integer;
  about integer;
begin
  perform set_config('porthole.audit_blanks', 'yes', true);
  update audit_log set actor_id = null, ip = null, subject_id = null, before = null, after = null
  where actor_type = 'customer' and actor_id = person;
  get diagnostics own = row_count;
  update audit_log set subject_id = null, before = null, after = null where subject_id = any(gone || person);
  get diagnostics about = row_count;
  perform set_config('porthole.audit_blanks', 'no', true);
  return own + about;
end $$;
revoke execute on function blank_audit_log from public;
`;
