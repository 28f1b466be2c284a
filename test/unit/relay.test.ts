/** What a mail server that is away costs: one try at a time, ever more rarely, two lines in the log. */
import { expect, it } from 'vitest';
import { createRelay } from '../../server/delivery/relay.ts';

const QUARTER_MS = 15 * 60_000;

it('is tried by one mail at a time, every quarter of an hour at least, and all go once it is back', () => {
  const said: string[] = [];
  const log = {
    warn: (_: object, text: string) => said.push(text),
    info: (text: string) => said.push(text),
  };
  let aheadMs = 0;
  const relay = createRelay({ log: log as never, clock: { aheadMs: () => aheadMs } });
  expect([relay.room(4), relay.restMs()]).toEqual([4, 0]);
  for (let failures = 0; failures < 50; failures += 1) {
    const restMs = relay.isAway('away');
    // With what chance adds.
    expect(restMs).toBeLessThanOrEqual(QUARTER_MS * 1.2);
    expect(relay.room(4)).toBe(0);
    aheadMs += restMs;
    expect([relay.room(4), relay.restMs()]).toEqual([1, 0]);
  }
  relay.isBack();
  relay.isBack();
  expect([relay.room(4), relay.restMs()]).toEqual([4, 0]);
  expect(said).toEqual(['the mail server is away: mails wait', 'the mail server is back']);
});
