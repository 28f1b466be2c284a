/**
 * Customers and teams who go on writing while nodes are killed: reports, replies, moves, comments and notes, several at
 * once on the same incidents. What was acknowledged is kept, to be looked for afterwards.
 */
import { STATUSES, type Status } from '../../shared/incident.ts';
import { createClient } from './client.ts';
import { expectData, PASSWORD, REPORT, short } from './factories.ts';
import { ask, type WayIn } from './fleet.ts';
import type { Random } from './random.ts';
import { ADMIN_KEY } from './server-process.ts';

/** A company with one customer and one team. */
export interface Tenant {
  companyId: string;
  customer: { id: string; token: string };
  teamEmail: string;
}

/** A change that was answered with yes; all but notes have to be told outside. */
export type Acknowledged = {
  companyId: string;
  incidentId: string;
  by: 'customer' | 'team';
} & (
  | { kind: 'report' }
  | { kind: 'comment' | 'note'; commentId: string }
  | { kind: 'move'; status: Status; at: string }
);

export interface Writing {
  acknowledged: Acknowledged[];
  /** Ends each writer after what it is doing. */
  done: Promise<unknown>;
}

export async function buildTenant(way: WayIn): Promise<Tenant> {
  const api = createClient(await way.url(0));
  const teamEmail = `team-${short()}@acme.example`;
  const body = { name: 'Acme', slug: `acme-${short()}`, teamEmails: [teamEmail] };
  const made = await api.post('/companies', { apiKey: ADMIN_KEY, body });
  const { id: companyId } = expectData(made, 201);
  const account = { email: `${short()}@example.com`, password: PASSWORD, name: 'Ann', companyId };
  const opened = await api.post('/customer/register', { body: account });
  const { token, customer } = expectData(opened, 201);
  return { companyId, customer: { id: customer.id, token }, teamEmail };
}

/** Of each tenant the customer and the team write at the same time, each on a node of their own while it is up. */
export function startWriting(
  way: WayIn,
  random: Random,
  tenants: readonly Tenant[],
  isOver: (count: number) => boolean,
): Writing {
  const acknowledged: Acknowledged[] = [];
  const note = (one: Acknowledged) => acknowledged.push(one);
  const goesOn = () => !isOver(acknowledged.length);
  const lanes = tenants.flatMap((tenant, index) => {
    const incidents: string[] = [];
    const lane = { way, random, tenant, incidents, note, goesOn };
    return [
      writeAsCustomer({ ...lane, node: index % 2 }),
      writeAsTeam({ ...lane, node: 1 - (index % 2) }),
    ];
  });
  return { acknowledged, done: Promise.all(lanes) };
}

interface Lane {
  way: WayIn;
  random: Random;
  tenant: Tenant;
  /** Of both lanes of the tenant. */
  incidents: string[];
  node: number;
  note(one: Acknowledged): void;
  goesOn(): boolean;
}

/** Incidents on which people write at a time; older ones are left alone. */
const OPEN_ONES = 3;

/** Sends everything again under its key until there is an answer. */
async function writeAsCustomer({ way, random, tenant, incidents, node, note, goesOn }: Lane) {
  const { companyId, customer } = tenant;
  const insist = async (path: string, body: object) => {
    const call = { token: customer.token, body, headers: { 'idempotency-key': short() + short() } };
    for (;;) {
      const reply = await ask(way, node, (api) => api.post(path, call));
      if (reply !== null && reply.status !== 503) return reply;
    }
  };
  while (goesOn()) {
    const incidentId = random.next() < 0.35 ? undefined : random.pick(incidents.slice(-OPEN_ONES));
    if (incidentId === undefined) {
      const { id } = expectData(await insist('/customer/create-incident', REPORT), 201);
      incidents.push(id);
      note({ companyId, incidentId: id, by: 'customer', kind: 'report' });
    } else {
      const reply = await insist(`/customer/${incidentId}/comments`, { content: 'Any news?' });
      if (reply.body.code === 'incident_closed') continue;
      const { id: commentId } = expectData(reply, 201);
      note({ companyId, incidentId, by: 'customer', kind: 'comment', commentId });
    }
  }
}

/** Never repeats: what was cut off may have happened or not. */
async function writeAsTeam({ way, random, tenant, incidents, node, note, goesOn }: Lane) {
  const { companyId } = tenant;
  const send = (method: string, path: string, body: object) =>
    ask(way, node, (api) => api.send(method, path, { apiKey: ADMIN_KEY, body }));
  const refusals = ['move_refused', 'incident_closed'];
  const moves = new Set<string>();
  while (goesOn()) {
    const incidentId = random.pick(incidents.slice(-OPEN_ONES));
    if (incidentId === undefined) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      continue;
    }
    if (random.next() < 0.5) {
      const isInternal = random.next() < 0.2;
      const path = `/incident-ticket/${incidentId}/comments`;
      const reply = await send('POST', path, { content: 'We look into it.', isInternal });
      if (reply === null || reply.status === 503 || refusals.includes(reply.body.code)) continue;
      const { id: commentId } = expectData(reply, 201);
      note({ companyId, incidentId, by: 'team', kind: isInternal ? 'note' : 'comment', commentId });
    } else {
      const reply = await send('PUT', `/incident-ticket/${incidentId}`, {
        status: random.pick(STATUSES.slice(1)),
      });
      if (reply === null || reply.status === 503 || refusals.includes(reply.body.code)) continue;
      const { status, at } = expectData(reply, 200).history.at(-1);
      // Staying is no move: then the last one is an earlier one.
      if (moves.has(`${incidentId} ${at}`)) continue;
      moves.add(`${incidentId} ${at}`);
      note({ companyId, incidentId, by: 'team', kind: 'move', status, at });
    }
  }
}
