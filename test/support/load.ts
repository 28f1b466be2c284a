/** Customers and a team that go on asking whatever comes back; every answer is counted, what was acknowledged is kept. */
import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import { type Client, createClient, type Reply } from './client.ts';
import { expectData, PASSWORD, REPORT, short } from './factories.ts';
import { ADMIN_KEY } from './server-process.ts';

export interface Load {
  /** How often which status came; `cut` where there was no answer. */
  statuses: Map<number | 'cut', number>;
  /** Ids of incidents that were answered with 201. */
  acknowledged: string[];
  /** 503s that did not say when to come back. */
  withoutRetryAfter: number;
  /** Of the slowest request. */
  longestMs: number;
  inFlight: number;
  /** Ends each client after what it is doing. */
  stop(): Promise<void>;
}

/** Nobody insists without a breath; so the tests are not about how fast the clients are. */
const BREATH_MS = 20;

/** A customer of a new company, signed up. */
export async function signUp(url: string): Promise<{ token: string; companyId: string }> {
  const api = createClient(url);
  const company = { name: 'Acme', slug: `acme-${short()}` };
  const made = await api.post('/companies', { apiKey: ADMIN_KEY, body: company });
  const { id: companyId } = expectData(made, 201);
  const body = { email: `${short()}@example.com`, password: PASSWORD, name: 'Ann', companyId };
  return { companyId, ...expectData(await api.post('/customer/register', { body }), 201) };
}

/** Each client reports an incident, and then looks at the list: of the customer, of the team, of the companies. */
export function startLoad(url: string, token: string, clients: number): Load {
  const api = createClient(url);
  const looks = [
    () => api.get('/customer/get-incidents?limit=1', { token }),
    () => api.get('/incident-ticket?limit=1', { apiKey: ADMIN_KEY }),
    () => api.get('/customer/companies?limit=1'),
  ];
  const load: Omit<Load, 'stop'> = {
    statuses: new Map(),
    acknowledged: [],
    withoutRetryAfter: 0,
    longestMs: 0,
    inFlight: 0,
  };
  let isOver = false;
  const send = async (request: () => Promise<Reply>) => {
    const start = performance.now();
    load.inFlight += 1;
    const reply = await request().catch(cut);
    load.inFlight -= 1;
    load.longestMs = Math.max(load.longestMs, performance.now() - start);
    const status = reply?.status ?? 'cut';
    load.statuses.set(status, (load.statuses.get(status) ?? 0) + 1);
    if (status === 503 && !(Number(reply?.headers.get('retry-after')) > 0)) {
      load.withoutRetryAfter += 1;
    }
    if (status === 503 || status === 'cut') await wait(BREATH_MS);
    return reply;
  };
  const go = async (_: unknown, client: number) => {
    for (let turn = client; !isOver; turn += 1) {
      const made = await send(() => report(api, token));
      if (made?.status === 201) load.acknowledged.push(made.body.data.id);
      await send(looks[turn % looks.length] as () => Promise<Reply>);
    }
  };
  const running = Promise.all(Array.from({ length: clients }, go));
  return Object.assign(load, {
    async stop() {
      isOver = true;
      await running;
    },
  });
}

export const report = (api: Client, token: string) =>
  api.post('/customer/create-incident', { token, body: REPORT });

/** A line that is cut; anything else is a finding of the client's own checks. */
function cut(error: unknown): null {
  if (error instanceof TypeError) return null;
  throw error;
}

/** Which of these incidents are not in the database. */
export async function findLost(databaseUrl: string, ids: readonly string[]): Promise<string[]> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const { rows } = await client.query('select id from incidents').finally(() => client.end());
  const stored = new Set(rows.map((row) => row.id));
  return ids.filter((id) => !stored.has(id));
}

/** Milliseconds until the node says ready and takes a report again. */
export async function untilHealthy(url: string, token: string): Promise<number> {
  const api = createClient(url);
  const start = performance.now();
  for (;;) {
    const isReady = (await fetch(`${url}/readyz`)).status === 200;
    if (isReady && (await report(api, token)).status === 201) return performance.now() - start;
    await wait(BREATH_MS);
  }
}
