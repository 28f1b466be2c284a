/**
 * `kill -9` in the middle of reports and replies: whatever was acknowledged is there after the restart, whole. On the
 * embedded database, and on PostgreSQL where TEST_DATABASE_URL names a server.
 */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { lookAtRest } from '../support/at-rest.ts';
import { createClient } from '../support/client.ts';
import { expectData } from '../support/factories.ts';
import { insist } from '../support/insist.ts';
import { report, signUp } from '../support/load.ts';
import { type OwnDatabase, ownDatabase } from '../support/own-database.ts';
import { createRandom } from '../support/random.ts';
import { startServer } from '../support/server-process.ts';
import { shows } from '../support/shows.ts';

const ROUNDS = process.env.LONG === '1' ? 30 : 3;
const WRITERS = 4;

let database: OwnDatabase;
beforeAll(async () => {
  database = await ownDatabase();
});
afterAll(() => database.remove());

/** What was answered with yes. */
interface Acknowledged {
  incidents: string[];
  comments: string[];
  inFlight: number;
}

/** Reports and replies until the server is gone. */
async function writeUntilKilled(url: string, token: string, noted: Acknowledged): Promise<void> {
  const api = createClient(url);
  const send = async (request: () => ReturnType<typeof api.post>) => {
    noted.inFlight += 1;
    // Written twice it would be no loss either.
    const reply = await insist(request).catch(() => null);
    if (reply === null) return null;
    noted.inFlight -= 1;
    return expectData(reply, 201).id as string;
  };
  for (;;) {
    const incident = await send(() => report(api, token));
    if (incident === null) return;
    noted.incidents.push(incident);
    const body = { content: 'It is back now.' };
    const comment = await send(() => api.post(`/customer/${incident}/comments`, { token, body }));
    if (comment === null) return;
    noted.comments.push(comment);
  }
}

it(
  'loses no acknowledged incident, comment, session or ticket number',
  async () => {
    const random = createRandom();
    let server = await startServer(database.settings);
    const { token } = await signUp(server.url);
    const noted: Acknowledged = { incidents: [], comments: [], inFlight: 0 };
    for (let round = 1; round <= ROUNDS; round += 1) {
      const writing = Array.from({ length: WRITERS }, () =>
        writeUntilKilled(server.url, token, noted),
      );
      setTimeout(() => void server.end('SIGKILL'), 300 + random.below(700));
      await Promise.all(writing);
      await server.end('SIGKILL');
      server = await startServer(database.settings);
      // The session stands; and what follows is written under it.
      expectData(await createClient(server.url).get('/customer/me', { token }), 200);
    }
    await server.end();

    const [incidents, comments, numbers] = await lookAtRest(database, async (query) => [
      (await query<{ id: string }>('select id from incidents')).map(({ id }) => id),
      (await query<{ id: string }>('select id from comments')).map(({ id }) => id),
      await query<{ number: number }>(
        `select right(ticket_number, 4)::int as number from incidents i join companies c on c.id = i.company_id
         where c.slug like 'acme-%' order by 1`,
      ),
    ]);
    const lost = [
      ...noted.incidents.filter((id) => !incidents.includes(id)),
      ...noted.comments.filter((id) => !comments.includes(id)),
    ];
    const acknowledged = noted.incidents.length + noted.comments.length;
    console.log(
      `seed ${random.seed}: killed ${ROUNDS} times with ${noted.inFlight} requests in flight, ${acknowledged} acknowledged, ${lost.length} lost`,
    );
    expect(acknowledged).toBeGreaterThan(0);
    expect(lost).toEqual([]);
    expect(numbers.map(({ number }) => number)).toEqual(numbers.map((_, index) => index + 1));
    shows(32, {
      'kills of a node': ROUNDS,
      'requests in flight at the kill': noted.inFlight,
      'acknowledged writes': acknowledged,
      'acknowledged writes lost': lost.length,
    });
  },
  120_000 + ROUNDS * 15_000,
);
