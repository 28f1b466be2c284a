/**
 * One Idempotency-Key across `kill -9`: fifty requests at once, the server killed among them, and fifty more to its
 * successor make one incident and one answer. On the embedded database, and on PostgreSQL where TEST_DATABASE_URL names
 * a server.
 */
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { lookAtRest } from '../support/at-rest.ts';
import { createClient, type Reply } from '../support/client.ts';
import { REPORT } from '../support/factories.ts';
import { startFleet } from '../support/fleet.ts';
import { insist } from '../support/insist.ts';
import { type OwnDatabase, ownDatabase } from '../support/own-database.ts';
import { createRandom } from '../support/random.ts';
import { shows } from '../support/shows.ts';
import { buildTenant } from '../support/writers.ts';

const ROUNDS = 4;
const PARALLEL = 50;

let database: OwnDatabase;
beforeAll(async () => {
  database = await ownDatabase();
});
afterAll(() => database.remove());

it('makes one incident and one answer, whoever is killed in between', async () => {
  const random = createRandom();
  const fleet = await startFleet(database.settings, 1);
  const { customer } = await buildTenant(fleet);
  const { token } = customer;
  const report = async (key: string, body: object = REPORT): Promise<Reply | null> =>
    createClient(await fleet.url(0))
      .post('/customer/create-incident', { token, body, headers: { 'idempotency-key': key } })
      .catch(() => null);
  const atOnce = (key: string) => Array.from({ length: PARALLEL }, () => report(key));

  const made: string[] = [];
  let early = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const key = `round-${round}`;
    let answered = 0;
    const sends = atOnce(key).map((send) => send.finally(() => (answered += 1)));
    const enough = random.below(PARALLEL);
    await vi.waitFor(() => expect(answered).toBeGreaterThanOrEqual(enough), {
      timeout: 60_000,
      interval: 1,
    });
    await fleet.kill(0);
    const before = (await Promise.all(sends)).filter((one) => one?.status === 201);
    const after = await Promise.all(
      Array.from({ length: PARALLEL }, () => insist(() => report(key))),
    );
    const answers = [...before, ...after].map((one) => `${one?.status} ${one?.text}`);
    expect([...new Set(answers)]).toEqual([`201 ${after[0]?.text}`]);
    const other = await report(key, { ...REPORT, priority: 'LOW' });
    expect([other?.status, other?.body.code]).toEqual([422, 'idempotency_key_reused']);
    made.push(after[0]?.body.data.id);
    early += before.length;
  }
  await fleet.end();
  const stored = await lookAtRest(database, (query) =>
    query<{ id: string }>('select id from incidents order by created_at'),
  );
  expect(stored.map(({ id }) => id)).toEqual(made);
  shows(26, {
    'keys across a kill': ROUNDS,
    'answered before the kill': early,
    'incidents made': stored.length,
  });
  console.log(
    `seed ${random.seed}: ${ROUNDS} keys, ${early} of ${ROUNDS * PARALLEL} answered before the kill, ${stored.length} incidents`,
  );
});
