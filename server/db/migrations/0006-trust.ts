/** Trust (issue 4): confirmed addresses and mailed links, keys of companies that sign their customers in, limits, and what may be used once. */
export const name = '0006-trust';

export const sql = /* sql */ `
-- A mailed link. What it ends in is sealed by the server's key and stands in no table: a copy of this one opens nothing.
create table account_links (
  company_id uuid not null references companies,
  id uuid not null,
  purpose text not null check (purpose in ('sign-up', 'password')),
  -- Whose password it sets; null: of a sign-up, or asked for by an address that nobody has, and mailed to nobody.
  customer_id uuid,
  email text not null,
  -- In lower case, as customers have it.
  email_key text not null,
  name text,
  password_hash text,
  locale text,
  -- What the browser was answered that signed up: from elsewhere the password has to be chosen anew.
  proof_hash bytea,
  created_at timestamptz(3) not null default now(),
  expires_at timestamptz(3) not null,
  used_at timestamptz(3),
  primary key (company_id, id),
  foreign key (company_id, customer_id) references customers on delete cascade,
  check (purpose = 'password' or customer_id is null)
);
create index account_links_customer on account_links (company_id, customer_id);
create index account_links_email on account_links (company_id, email_key);
create index account_links_end on account_links (expires_at);

-- With which a company's own backend says who its customer is. In plain text: a hash cannot verify a signature.
create table identity_keys (
  company_id uuid not null references companies,
  id uuid not null,
  name text not null,
  secret text not null,
  created_at timestamptz(3) not null default now(),
  last_used_at timestamptz(3),
  primary key (company_id, id)
);
create index identity_keys_id on identity_keys (id);

-- Solved challenges and signed tokens that have been used. All zeros for a company: belongs to none.
create table spent_once (
  company_id uuid not null,
  kind text not null check (kind in ('challenge', 'identity')),
  id text not null,
  expires_at timestamptz(3) not null,
  primary key (company_id, kind, id)
);
create index spent_once_end on spent_once (expires_at);

-- Counted attempts, as rate-limiter-flexible keeps them. Keys are hashes: no address of anybody stands here.
create table rate_limits (
  key varchar(255) primary key,
  points integer not null default 0,
  expire bigint
);
create index rate_limits_end on rate_limits (expire);

do $$
declare
  name text;
begin
  foreach name in array array['account_links', 'identity_keys', 'spent_once'] loop
    execute format('alter table %I enable row level security', name);
    execute format('alter table %I force row level security', name);
    execute format('create policy server on %I to %I using (true)', name, current_user);
  end loop;
end $$;

-- Last, since everybody waits for them: they change no row.
alter table companies add column requires_verified_email boolean not null default false;

-- Null: has only ever come signed in by the company. The previous version compares such an account with nobody's hash.
alter table customers alter column password_hash drop not null;
alter table customers
  -- Since when the address is known to be theirs.
  add column verified_at timestamptz(3),
  -- What the company calls them, where it signs them in.
  add column external_id text;
`;
