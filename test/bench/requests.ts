/** What customers ask again and again. */
import { REPORT } from '../support/factories.ts';
import type { Request } from './contest.ts';
import type { Person } from './databases.ts';

const CUSTOMER = '/api/v1/customer';
const bearer = ({ token }: Person) => ({ Authorization: `Bearer ${token}` });

/** The newest 20 of each. */
export const lists = (people: readonly Person[]): Request[] =>
  people.map((person) => listOf(person, 'limit=20'));

export const listOf = (person: Person, query: string): Request => ({
  ...{ method: 'GET', path: `${CUSTOMER}/get-incidents?${query}` },
  headers: bearer(person),
});

/** One incident with its conversation, some of each. */
export const gets = (people: readonly Person[]): Request[] =>
  people.flatMap((person) =>
    person.incidentIds.map((id) => ({
      ...{ method: 'GET', path: `${CUSTOMER}/get-incident/${id}` },
      headers: bearer(person),
    })),
  );

export const creates = (people: readonly Person[]): Request[] =>
  people.map((person) => ({
    ...{ method: 'POST', path: `${CUSTOMER}/create-incident` },
    headers: { ...bearer(person), 'Content-Type': 'application/json' },
    body: JSON.stringify(REPORT),
  }));

/** Who is logged in: the least that takes a token. */
export const sessionsOf = (people: readonly Person[]): Request[] =>
  people.map((person) => ({
    ...{ method: 'GET', path: `${CUSTOMER}/me` },
    headers: bearer(person),
  }));
