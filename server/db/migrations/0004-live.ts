/** Live updates: what a stream that comes back has missed is found without reading anybody else's events. */
export const name = '0004-live';

export const sql = /* sql */ `
-- The moment of writing, not the transaction's start: of one incident, whose writers take turns, time never runs back.
alter table events alter column created_at set default clock_timestamp();

-- A customer's own events, and (with a null customer) the announcements of their company.
create index events_customer on events (company_id, customer_id, xid, id) where not is_internal;
create index events_company on events (company_id, xid, id);
-- The janitor's way to what is old.
create index events_age on events (created_at);
`;
