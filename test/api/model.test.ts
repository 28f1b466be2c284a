/**
 * Random interleavings of what customers and teams of two companies do, on the real server and in a small model in memory
 * (test/support/model): what each of them is answered and told never differs (BAR 8). A failure is shrunk to the commands
 * that it needs. LONG=1 runs thousands; SEED repeats a run.
 */
import fc from 'fast-check';
import { beforeAll, expect, it } from 'vitest';
import { startApp, type TestApp } from '../support/app.ts';
import { COMMANDS } from '../support/model/arbitraries.ts';
import type { Command } from '../support/model/command.ts';
import { lists, logIn, looksAround, reads, register } from '../support/model/customer-commands.ts';
import type { Model } from '../support/model/model.ts';
import { type Real, setUp, tearDown } from '../support/model/real.ts';
import {
  everybodyListens,
  looksAtQueue,
  opens,
  teamReads,
} from '../support/model/team-commands.ts';
import { createRandom } from '../support/random.ts';
import { shows } from '../support/shows.ts';

const IS_LONG = process.env.LONG === '1';
const [RUNS, MOST_COMMANDS] = IS_LONG ? [40, 400] : [6, 200];
/** A failure may be made smaller for so long. */
const SHRINK_MS = 60_000;

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});

const LAST_WORD = { summary: 'the end', description: 'omega', priority: 'LOW', category: 'Others' };
const ALL = { statuses: [], page: 1, limit: 100 } as const;
const WHOLE_QUEUE = { ...ALL, priority: null, isWaiting: false, announcements: null, search: '' };

/** Everybody reads everything there is, and tries to read everybody else's. */
function inspection({ people, companies, incidents }: Model): Command[] {
  const all = incidents.map((_, at) => ({ at, isByNumber: false }));
  const byPerson = people.flatMap((person, at) => [
    ...(person.isIn
      ? []
      : [register(at), logIn(at, { isPasswordWrong: false, isCompanySaid: true })]),
    ...[lists(at, ALL), looksAround(at)],
    ...all.map((target) => reads(at, target)),
  ]);
  const byTeam = companies.flatMap((_, at) => [
    looksAtQueue(at, WHOLE_QUEUE),
    ...all.map((target) => teamReads(at, target)),
  ]);
  // Told to all, so that what nobody should have heard would stand before it.
  const ends = companies.map((_, at) => opens(at, null, LAST_WORD, 'OPEN'));
  return [...byPerson, ...byTeam, ...ends, everybodyListens()];
}

async function inspect(model: Model, real: Real): Promise<void> {
  for (const one of inspection(model)) if (await one.check(model)) await one.run(model, real);
}

it(
  'agrees with the model, whatever customers and teams do',
  async () => {
    const { seed } = createRandom();
    console.log(`model: SEED=${seed}`);
    const figures = { sequences: 0, commands: 0, 'events told': 0 };
    const sequence = fc.commands(COMMANDS, { maxCommands: MOST_COMMANDS, size: 'max' });
    const property = fc.asyncProperty(sequence, async (commands) => {
      const { model, real } = await setUp(app);
      try {
        await fc.asyncModelRun(() => ({ model, real }), commands);
        figures.commands += real.count;
        await inspect(model, real);
      } finally {
        tearDown(real);
      }
      figures.sequences += 1;
      figures['events told'] += model.told.length;
    });
    const interruptAfterTimeLimit = SHRINK_MS + (IS_LONG ? 20 * 60_000 : 0);
    await fc.assert(property, {
      ...{ seed, numRuns: RUNS, interruptAfterTimeLimit, markInterruptAsFailure: true },
    });
    console.log(`model: ${JSON.stringify(figures)}`);
    expect(figures.sequences).toBe(RUNS);
    shows(8, figures);
  },
  (IS_LONG ? 22 : 2) * 60_000,
);
