/** What more rows cost: the same requests with 10,000 incidents and with 400,000, far pages, and a customer who has very many. */
import { contest, described, type Job, type Request, ratio, timing } from '../contest.ts';
import { type Bench, type Figure, judged, type Part, type Row } from '../part.ts';
import { gets, listOf, lists } from '../requests.ts';
import { type Side, startOurs } from '../sides.ts';

export const growth: Part = {
  name: 'growth',
  says: 'what more rows cost: all lists against those of a small database, page 1,000 against page 1, 25,000 incidents against 20',
  run,
};

async function run({ databases, isShort, defer }: Bench): Promise<Row[]> {
  const [large, small] = [await databases.full(), await databases.small()];
  const databasePid = (await databases.postgres()).pid();
  const [onLarge, onSmall] = [
    await startOurs({ databaseUrl: large.url }),
    await startOurs({ databaseUrl: small.url }),
  ];
  for (const side of [onLarge, onSmall]) defer(() => side.end());
  const { seconds, rounds } = timing({ isShort }, { seconds: 3, rounds: 7 });
  const job = (requests: Request[]): Job => ({ requests, connections: 16, seconds });
  const sizes = [large, small].map(({ size }) => size.incidents.toLocaleString('en')).join(' to ');

  const bySize = async (what: string, on: (side: Side) => Request[]) => {
    const result = await contest([onSmall, onLarge], (side) => job(on(side)), {
      rounds,
      databasePid,
    });
    const note = `${described(result, onLarge)}; small: ${described(result, onSmall)}`;
    const title = `${what}, time at ${sizes} incidents`;
    return judged(title, ratio(result, onSmall, onLarge), { atMost: 1.5 }, { note });
  };
  /** Two kinds of request to one server: it takes part twice. */
  const byKind = async (what: string, heavy: Request[], light: Request[], atMost: number) => {
    const [heavily, lightly] = [
      { ...onLarge, name: 'heavy' },
      { ...onLarge, name: 'light' },
    ];
    const jobs = new Map([
      [heavily, job(heavy)],
      [lightly, job(light)],
    ]);
    const turns = await contest([heavily, lightly], (side) => jobs.get(side) ?? job(light), {
      ...{ rounds, databasePid },
    });
    const times: Figure = ratio(turns, lightly, heavily);
    const note = `${described(turns, heavily)}; against: ${described(turns, lightly)}`;
    return judged(what, times, { atMost }, { note });
  };

  const { busiest } = large;
  const far = isShort ? 100 : 1_000;
  const of = (side: Side) => (side === onLarge ? large : small).people;
  return [
    await bySize('list', (side) => lists(of(side))),
    await bySize('get', (side) => gets(of(side))),
    await byKind(
      `page ${far} to page 1, time`,
      [listOf(busiest, `limit=20&page=${far}`)],
      [listOf(busiest, 'limit=20&page=1')],
      2,
    ),
    // One row, so that what is compared is the counting and not the writing down.
    await byKind(
      `exact total of ${Math.round(large.size.incidents / 16).toLocaleString('en')} incidents to that of 20, time`,
      [listOf(busiest, 'limit=1')],
      large.people.map((one) => listOf(one, 'limit=1')),
      1.5,
    ),
  ];
}
