/** What a command of the model test is made of, and how it is drawn. */
import type { AsyncCommand } from 'fast-check';
import type { Company, Incident, Model, Person } from './model.ts';
import type { Real } from './real.ts';

export interface Scene {
  model: Model;
  real: Real;
}

export type Command = AsyncCommand<Model, Real>;

/** `text` is what a failure's list of commands shows. */
export function command(
  text: string,
  isPossible: (model: Readonly<Model>) => boolean,
  run: (scene: Scene) => Promise<void>,
): Command {
  return {
    check: isPossible,
    toString: () => text,
    async run(model, real) {
      model.now += 1;
      real.count += 1;
      await run({ model, real });
    },
  };
}

/** People, companies and incidents are drawn as numbers, which always name somebody who is there. */
export const personAt = ({ people }: Readonly<Model>, at: number): Person =>
  people[at % people.length] as Person;
export const companyAt = ({ companies }: Readonly<Model>, at: number): Company =>
  companies[at % companies.length] as Company;

/** An incident as a request names it; `isByNumber`: by its ticket number, which another company may have as well. */
export interface Target {
  at: number;
  isByNumber: boolean;
}

/** Any at all, somebody else's too. Counted from the newest, which is the one that something happens to. */
export function aim(model: Model, company: Company, { at, isByNumber }: Target) {
  const { incidents } = model;
  const named = incidents[incidents.length - 1 - (at % incidents.length)] as Incident;
  const ref = isByNumber ? named.ticketNumber : named.id;
  const isMeant = (one: Incident) =>
    isByNumber ? one.ticketNumber === ref && one.company === company : one.id === ref;
  return { ref, incident: incidents.find(isMeant) };
}

export const showTarget = ({ at, isByNumber }: Target) =>
  `the ${at === 0 ? 'newest' : `newest but ${at}`}${isByNumber ? ', by its number' : ''}`;

export const hasIncidents = ({ incidents }: Readonly<Model>) => incidents.length > 0;
