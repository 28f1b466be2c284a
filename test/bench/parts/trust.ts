/** What trust costs: list and create with row security, session check and limits, beside the same server without them. */
import pg from 'pg';
import { contest, described, type Job, type Request, ratio, timing } from '../contest.ts';
import { buildWithDoor } from '../other-door.ts';
import { type Bench, type Part, type Row, spelled } from '../part.ts';
import { creates, lists } from '../requests.ts';
import { startOurs } from '../sides.ts';

export const trust: Part = {
  name: 'trust',
  says: 'what row security, session check and limits cost: requests a second with them and without',
  isAside: 'when short',
  run,
};

async function run(bench: Bench): Promise<Row[]> {
  const { databases, isShort, defer } = bench;
  const dataset = await databases.small();
  const databasePid = (await databases.postgres()).pid();
  const [url, openUrl] = [await databases.copy(dataset), await databases.copy(dataset)];
  await liftRowSecurity(openUrl);
  const on = await startOurs({ databaseUrl: url });
  defer(() => on.end());
  const main = await buildWithDoor('open', bench);
  const settings = { NODE_ENV: 'development', RATE_LIMITS: 'off' };
  const off = await startOurs({ databaseUrl: openUrl, main, settings });
  defer(() => off.end());

  const { seconds, rounds } = timing({ isShort }, { seconds: 3, rounds: 7 });
  const measure = async (what: string, requests: Request[]) => {
    const job: Job = { requests, connections: 16, seconds };
    const result = await contest([on, off], () => job, { rounds, databasePid });
    const note = `with: ${described(result, on)}; without: ${described(result, off)}`;
    const reached = spelled(ratio(result, on, off));
    return { what: `${what}, with trust to without`, reached, note };
  };
  return [
    await measure('list', lists(dataset.people)),
    await measure('create', creates(dataset.people)),
  ];
}

/** The tables without their second wall. */
async function liftRowSecurity(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client
    .query(`do $$ declare name text; begin
      for name in select relname from pg_class where relrowsecurity and relnamespace = current_schema()::regnamespace
      loop execute format('alter table %I no force row level security, disable row level security', name); end loop;
    end $$`)
    .finally(() => client.end());
}
