/**
 * Words of SQL in every string of every operation (BAR 15, the short form; the long one is sqlmap's): the answer is that
 * to harmless words of the same length, and a table that the words would drop is still there.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MAIL_IS_ON, startApp, type TestApp } from '../support/app.ts';
import { rowsOf, withoutRequestId } from '../support/factories.ts';
import { hasId, named, OPERATIONS, type Operation } from '../support/operations/operations.ts';
import {
  isCredential,
  joined,
  type RequestParts,
  wholeRequest,
} from '../support/operations/request.ts';
import { rowOf } from '../support/operations/rows.ts';
import { buildWorld, type World } from '../support/operations/world.ts';
import { everyTestShows, shows } from '../support/shows.ts';

everyTestShows(15);

/** Ends every kind of quoting that there is: put into a statement, it is an error at least. */
const HOSTILE = `q'"$$\\' or 'q'='q'; drop table sql_canary; --`;
/** Nothing that SQL would read, and as good or bad for the checks of a field. */
const HARMLESS = HOSTILE.replace(/[^a-z ]/g, '!');

/** A stream's answer has no end; its parameters are numbers, and sqlmap asks for it too. */
const ENDING = OPERATIONS.filter(({ isStream }) => !isStream);

let app: TestApp;
beforeAll(async () => {
  app = await startApp({ webhooksAllowLoopback: true, smtp: MAIL_IS_ON });
  await rowsOf(app, 'create table sql_canary as select 1 as alive');
});
afterAll(() => rowsOf(app, 'drop table sql_canary'));

const newWorld = (operation: Operation): Promise<World> =>
  buildWorld(app, ['incident', ...(hasId(operation) ? [rowOf(operation).of] : [])]);

type Place = 'params' | 'query' | 'headers' | 'body';
const PLACES: readonly Place[] = ['params', 'query', 'headers', 'body'];

/** Wherever a text may stand, the credential aside. */
const placesOf = (request: RequestParts) =>
  PLACES.flatMap((place) =>
    Object.entries(request[place] ?? {})
      .filter(([name, value]) => typeof value === 'string' && !isCredential(name))
      .map(([name]) => ({ place, name })),
  );

const send = (request: RequestParts) => {
  const { method, path, call } = joined(request);
  return app.api.send(method, path, call);
};

/** Of both: an earlier request may have left either of them in a row that is read. */
const withoutWords = (bytes: string) =>
  [HOSTILE, HARMLESS].reduce(
    (all, text) => all.replaceAll(JSON.stringify(text).slice(1, -1), '…'),
    bytes,
  );

/** Asks with a text in one place of a request that is good otherwise; where something is written, each in a new world. */
async function asker(operation: Operation) {
  const isRead = operation.method === 'GET';
  const first = await newWorld(operation);
  /** The status, and where nothing was written every byte but the words themselves. */
  const outcome = async (place: Place, name: string, text: string): Promise<string> => {
    const world = isRead ? first : await newWorld(operation);
    const good = await wholeRequest(app, world, operation);
    const reply = await send({ ...good, [place]: { ...good[place], [name]: text } });
    const said = isRead ? withoutWords(withoutRequestId(reply)) : (reply.body.code ?? '');
    return `${reply.status} ${said}`;
  };
  return { places: placesOf(await wholeRequest(app, first, operation)), outcome };
}

describe('the requests that are spoilt below', () => {
  it.each(named(ENDING))('are good ones: %s', async (_, operation) => {
    const reply = await send(await wholeRequest(app, await newWorld(operation), operation));
    expect(reply.status, reply.text).toBeLessThan(300);
  });
});

describe('SQL in a string', () => {
  it.each(named(ENDING))('is a text like any other: %s', async (_, operation) => {
    const { places, outcome } = await asker(operation);
    let sent = 0;
    for (const { place, name } of places) {
      const expected = await outcome(place, name, HARMLESS);
      expect(await outcome(place, name, HOSTILE), name).toBe(expected);
      sent += 2;
    }
    expect(await rowsOf(app, 'select alive from sql_canary')).toEqual([{ alive: 1 }]);
    shows(15, { 'operations asked': 1, 'requests with and without SQL': sent });
  });
});
