/**
 * Internal words in what customers are sent, looked for in all traffic of the tests and not only in the test that plants
 * them (api/canary): what a team's request put into an internal field may be in no answer to a customer.
 */
import type { Reply } from './client.ts';

const INTERNAL = [
  ...['techDescription', 'impactSummary', 'blastRadius', 'serviceArea', 'environment', 'region'],
  ...['assignedToEmail', 'source'],
];
/** Shorter words stand in other texts by chance. */
const SHORTEST = 8;

const TEAM = /^\/incident-ticket\b/;
const CUSTOMER = /^\/(?:customer|panel)\//;

export interface Sweep {
  /** Remembers what a request says in confidence. */
  note(path: string, body: unknown): void;
  /** Throws when an answer to a customer holds any of it. */
  requireClean(path: string, reply: Pick<Reply, 'headers' | 'text'>): void;
}

export function createSweep(): Sweep {
  const inside = new Set<string>();
  /** What was also said to customers is no secret. */
  const outside = new Set<string>();
  const isSaidOutside = (word: string) => [...outside].some((said) => said.includes(word));
  return {
    note(path, body) {
      if (typeof body !== 'object' || body === null) return;
      const isTeams = TEAM.test(path);
      for (const [field, value] of Object.entries(body)) {
        if (typeof value !== 'string' || value.length < SHORTEST) continue;
        const isNote = field === 'content' && 'isInternal' in body && body.isInternal === true;
        if (isTeams && (isNote || INTERNAL.includes(field))) inside.add(value);
        else outside.add(value);
      }
    },
    requireClean(path, { headers, text }) {
      if (inside.size === 0 || !CUSTOMER.test(path)) return;
      const bytes = JSON.stringify([...headers]) + text;
      for (const word of inside) {
        if (!bytes.includes(JSON.stringify(word).slice(1, -1)) || isSaidOutside(word)) continue;
        throw new Error(`${path} sent a customer what was internal: ${word}`);
      }
    },
  };
}
