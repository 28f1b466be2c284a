/**
 * Words of SQL in every string of every operation (BAR 15, the short form; the long one is sqlmap's): the answer is that
 * to harmless words of the same length, and a table that the words would drop is still there.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROUTES } from '../../server/app.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { rowsOf, withoutRequestId } from '../support/factories.ts';
import {
  addressOf,
  again,
  buildWorld,
  type GoodRequest,
  goodRequests,
  isCredential,
} from '../support/good-requests.ts';
import { everyTestShows, shows } from '../support/shows.ts';

everyTestShows(15);

/** Ends every kind of quoting that there is: put into a statement, it is an error at least. */
const HOSTILE = `q'"$$\\' or 'q'='q'; drop table sql_canary; --`;
/** Nothing that SQL would read, and as good or bad for the checks of a field. */
const HARMLESS = HOSTILE.replace(/[^a-z ]/g, '!');

/** A stream's answer has no end; its parameters are numbers, and sqlmap asks for it too. */
const OPERATIONS = ROUTES.filter(({ spec }) => !spec.path.endsWith('/events')).map(
  ({ spec }) => `${spec.method.toUpperCase()} ${spec.path.replace(/:(\w+)/g, '{$1}')}`,
);

let app: TestApp;
let requests: GoodRequest[];
beforeAll(async () => {
  app = await startApp({ webhooksAllowLoopback: true });
  requests = goodRequests(await buildWorld(app));
  await rowsOf(app, 'create table sql_canary as select 1 as alive');
});
afterAll(() => rowsOf(app, 'drop table sql_canary'));

type Place = 'params' | 'query' | 'headers' | 'body';
const PLACES: readonly Place[] = ['params', 'query', 'headers', 'body'];

/** Wherever a text may stand, the credential aside. */
const placesOf = (request: GoodRequest) =>
  PLACES.flatMap((place) =>
    Object.entries(request[place] ?? {})
      .filter(([name, value]) => typeof value === 'string' && !isCredential(name))
      .map(([name]) => ({ place, name })),
  );

function spoil(request: GoodRequest, place: Place, name: string, text: string): GoodRequest {
  const next = again(request, name);
  return { ...next, [place]: { ...next[place], [name]: text } };
}

/** The status, and where nothing was written every byte but the words themselves. */
async function outcome(request: GoodRequest): Promise<string> {
  const { method, headers, body } = request;
  const reply = await app.api.send(method, addressOf(request), { headers, ...(body && { body }) });
  // Of both: an earlier request may have left either of them in a row that is read.
  const bytes = [HOSTILE, HARMLESS].reduce(
    (all, text) => all.replaceAll(JSON.stringify(text).slice(1, -1), '…'),
    withoutRequestId(reply),
  );
  return `${reply.status} ${method === 'GET' ? bytes : (reply.body.code ?? '')}`;
}

describe('the requests that are spoilt below', () => {
  it('are good ones', async () => {
    const world = await buildWorld(app);
    const refused: string[] = [];
    for (const name of OPERATIONS) {
      // What they are about is new: some of them end it.
      const all = goodRequests(name.startsWith('GET') ? world : await buildWorld(app));
      const request = all.find((one) => one.name === name);
      if (request === undefined) throw new Error(`${name} has no request`);
      const { method, headers, body } = request;
      const reply = await app.api.send(method, addressOf(request), {
        headers,
        ...(body && { body }),
      });
      if (reply.status >= 300) refused.push(`${name}: ${reply.status} ${reply.text}`);
    }
    expect(refused).toEqual([]);
  });
});

describe('SQL in a string', () => {
  it.each(OPERATIONS)('is a text like any other: %s', async (operation) => {
    const request = requests.find(({ name }) => name === operation);
    if (request === undefined) throw new Error(`${operation} has no request`);
    let sent = 0;
    for (const { place, name } of placesOf(request)) {
      const expected = await outcome(spoil(request, place, name, HARMLESS));
      const actual = await outcome(spoil(request, place, name, HOSTILE));
      expect(actual, name).toBe(expected);
      sent += 2;
    }
    expect(await rowsOf(app, 'select alive from sql_canary')).toEqual([{ alive: 1 }]);
    shows(15, { 'operations asked': 1, 'requests with and without SQL': sent });
  });
});
