/**
 * What was acknowledged, compared with what stands in the database, what receivers of webhooks have read, and what streams
 * were told.
 */
import { expect, vi } from 'vitest';
import { type Chain, openChain } from './chain.ts';
import type { WayIn } from './fleet.ts';
import { ADMIN_KEY } from './server-process.ts';
import type { Received } from './webhook-receiver.ts';
import type { Acknowledged, Tenant } from './writers.ts';

// biome-ignore lint/suspicious/noExplicitAny: rows of every shape.
export type Query = (sql: string, values?: unknown[]) => Promise<any[]>;

/** A message of which the receiver has read everything; `isAccepted` when it said yes. */
export interface Receipt {
  id: string;
  path: string;
  json: Received['json'];
  isAccepted: boolean;
}

/** Waits until everything that is in the outbox has been told. */
export const untilSettled = (query: Query, timeout: number) =>
  vi.waitFor(
    async () => {
      const [left] =
        await query(`select (select count(*) from outbox where done_at is null)::int as changes,
        (select count(*) from deliveries where status = 'pending')::int as deliveries`);
      expect(left).toEqual({ changes: 0, deliveries: 0 });
    },
    { timeout, interval: 500 },
  );

/**
 * What was acknowledged has arrived, by what the receivers read; and they read all that the database holds, no more.
 * Answers how much has not arrived.
 */
export async function expectDelivered(
  query: Query,
  acknowledged: readonly Acknowledged[],
  receipts: readonly Receipt[],
): Promise<number> {
  const accepted = new Map(receipts.filter((one) => one.isAccepted).map((one) => [one.id, one]));
  const told = countBy([...accepted.values()], ({ json: { type, data } }) =>
    nameOf(type, data.incident.id, data.comment?.id, data.movedTo),
  );
  const expected = countBy(
    acknowledged.filter(({ kind }) => kind !== 'note'),
    (one) => {
      if (one.kind === 'report') return nameOf('incident.created', one.incidentId);
      if (one.kind !== 'move') return nameOf('comment.created', one.incidentId, one.commentId);
      const event = one.status === 'RESOLVED' ? 'incident.resolved' : 'incident.updated';
      return nameOf(event, one.incidentId, undefined, one.status);
    },
  );
  const missing = [...expected].filter(([name, count]) => (told.get(name) ?? 0) < count);
  expect(missing).toEqual([]);

  const stored = await query(`select d.id, o.kind, o.incident_id, o.payload, d.status
    from outbox o left join deliveries d on d.company_id = o.company_id and d.outbox_id = o.id and d.kind = 'webhook'`);
  expect(stored.filter(({ status }) => status !== 'delivered')).toEqual([]);
  const ids = new Set(stored.map(({ id }) => id));
  expect(ids.size).toBe(stored.length);
  expect([...ids].filter((id) => !accepted.has(id))).toEqual([]);
  expect(receipts.filter(({ id }) => !ids.has(id))).toEqual([]);
  // One id, one message: whatever comes again is the same.
  const bodies = new Set(receipts.map(({ id, json }) => `${id} ${JSON.stringify(json)}`));
  expect(bodies.size).toBe(ids.size);
  return missing.length;
}

const nameOf = (event: string, incidentId: string, commentId?: string, status?: string | null) =>
  [event, incidentId, commentId ?? '', status ?? ''].join(' ');

export function countBy<T>(all: readonly T[], name: (one: T) => string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const one of all) counts.set(name(one), (counts.get(name(one)) ?? 0) + 1);
  return counts;
}

export interface Told {
  chain: Chain;
  /** Null: the team, of all companies. */
  customerId: string | null;
}

/** On each of so many nodes one of each customer, and one of the team. */
export async function openChains(
  way: WayIn,
  size: number,
  tenants: readonly Tenant[],
): Promise<Told[]> {
  const chains: Told[] = [];
  for (let node = 0; node < size; node += 1) {
    const team = await openChain(way, node, '/incident-ticket/events', { apiKey: ADMIN_KEY });
    chains.push({ chain: team, customerId: null });
    for (const { customer } of tenants) {
      const { id, token } = customer;
      chains.push({
        chain: await openChain(way, node, '/customer/events', { token }),
        customerId: id,
      });
    }
  }
  return chains;
}

/** What each was told is what is stored for it, in the order of (xid, id); and within an incident in that of time. */
export async function expectStreams(
  query: Query,
  chains: readonly Told[],
  tenants: readonly Tenant[],
): Promise<number> {
  let connections = 0;
  for (const { chain, customerId } of chains) {
    const stored = await query(
      `select id from events where $1::uuid is null or (customer_id = $1 and not is_internal) order by xid, id`,
      [customerId],
    );
    const expected = stored.map(({ id }) => id.replaceAll('-', ''));
    await vi.waitFor(
      () => expect(chain.events().length).toBeGreaterThanOrEqual(expected.length),
      20_000,
    );
    expect(chain.signals().filter((one) => one !== 'ready' && one !== 'bye')).toEqual([]);
    expect(chain.events().map(({ id }) => id?.split('-').at(-1))).toEqual(expected);
    connections += chain.connections();
  }
  for (const { companyId } of tenants) await expectOrderWithin(query, companyId);
  return connections;
}

/** The order of events is the order in which an incident's comments, notes and moves were written, by their own times. */
async function expectOrderWithin(query: Query, companyId: string) {
  const said = await query(
    `select e.incident_id, m.created_at as at from events e
     join (select id, created_at from comments union all select id, created_at from responder_notes) m
       on m.id = (e.payload->>'commentId')::uuid
     where e.company_id = $1 order by e.incident_id, e.xid, e.id`,
    [companyId],
  );
  const early = said.filter(({ incident_id, at }, index) => {
    const before = said[index - 1];
    return before?.incident_id === incident_id && at < before.at;
  });
  expect(early).toEqual([]);
  const moved = await query(
    `select i.id,
       (select array_agg(status order by at, h.id) from incident_history h where h.incident_id = i.id) as history,
       (select array_agg(coalesce(payload->>'status', 'OPEN') order by xid, e.id) from events e
         where e.incident_id = i.id and (e.kind = 'incident.created' or e.payload ? 'status')) as told
     from incidents i where company_id = $1`,
    [companyId],
  );
  expect(moved.map(({ told }) => told)).toEqual(moved.map(({ history }) => history));
}
