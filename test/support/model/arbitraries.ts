/** How commands are drawn: who, what and at which incident. Numbers are small, so that people meet. */
import fc, { type Arbitrary } from 'fast-check';
import type { Command, Target } from './command.ts';
import * as customer from './customer-commands.ts';
import { STATUSES } from './model.ts';
import * as team from './team-commands.ts';

/** Words that a search can find, in texts that are otherwise nobody's. */
const WORDS = ['alpha', 'beta', 'gamma', 'delta', 'alphabet'];
const PRIORITIES = ['LOW', 'MEDIUM', 'HIGH'];

const who = fc.nat({ max: 4 });
const company = fc.nat({ max: 1 });
const word = fc.constantFrom(...WORDS);
const status = fc.constantFrom(...STATUSES);
const priority = fc.constantFrom(...PRIORITIES);
const target: Arbitrary<Target> = fc.record({ at: fc.nat({ max: 6 }), isByNumber: fc.boolean() });
const text = fc.record({
  summary: fc.tuple(word, word).map((all) => all.join(' ')),
  description: word,
  priority,
  category: fc.constantFrom('System', 'Others'),
});
const listing = {
  statuses: fc.uniqueArray(status, { maxLength: 3 }),
  page: fc.integer({ min: 1, max: 3 }),
  limit: fc.constantFrom(1, 2, 3, 10, 100),
};
const list = fc.record(listing);
const queue = fc.record({
  ...listing,
  priority: fc.option(priority, { freq: 3 }),
  isWaiting: fc.boolean(),
  announcements: fc.option(fc.boolean()),
  search: fc.constantFrom('', '', 'alpha', 'bet', 'gamma', 'omega'),
});
const change = fc.record(
  { summary: word, priority, techDescription: word, status },
  { requiredKeys: [] },
);

const draw = <T extends unknown[]>(
  make: (...drawn: T) => Command,
  ...from: { [K in keyof T]: Arbitrary<T[K]> }
): Arbitrary<Command> => fc.tuple<T>(...from).map((drawn) => make(...drawn));

/** What happens often comes several times. */
export const COMMANDS: Arbitrary<Command>[] = [
  draw(customer.register, who),
  draw(customer.register, who),
  draw(
    customer.logIn,
    who,
    fc.record({ isPasswordWrong: fc.boolean(), isCompanySaid: fc.boolean() }),
  ),
  draw(customer.logOut, who),
  draw(customer.reports, who, text),
  draw(customer.reports, who, text),
  draw(customer.replies, who, target, word),
  draw(customer.replies, who, target, word),
  draw(customer.reads, who, target),
  draw(customer.sees, who, target),
  draw(customer.says, who, target, fc.boolean()),
  draw(customer.says, who, target, fc.boolean()),
  draw(customer.putsAside, who, target),
  draw(customer.lists, who, list),
  draw(customer.scrolls, who, list),
  draw(customer.looksAround, who),
  draw(team.opens, company, fc.option(who), text, fc.oneof(fc.constant('OPEN' as const), status)),
  draw(team.changes, company, target, change),
  draw(team.changes, company, target, change),
  draw(team.resolves, company, target, fc.option(word)),
  draw(team.answers, company, target, word, fc.boolean()),
  draw(team.answers, company, target, word, fc.boolean()),
  draw(team.teamReads, company, target),
  draw(team.asksWho, company, target),
  draw(team.looksAtQueue, company, queue),
  draw(team.looksAtQueue, company, queue),
  draw(team.everybodyListens),
];
