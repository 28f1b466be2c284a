/**
 * The building blocks of the wire schemas: text as people type it, ids, ticket numbers, numbers in query strings.
 * Every message is a sentence that names its field; all of them reach the client (DESIGN §4 and §5).
 */
import { z } from 'zod';
import { PRIORITIES, STATUSES } from '../incident.ts';
import { LIMITS } from '../limits.ts';

const missingOr = (label: string, otherwise: string) => (issue: { input?: unknown }) =>
  issue.input === undefined || issue.input === null ? `${label} is missing.` : otherwise;

/** PostgreSQL cannot store NUL, and an unpaired surrogate has no UTF-8: both are refused, never replaced. */
const isStorable = (value: string) => !value.includes('\0') && value.isWellFormed();

const storable = (label: string) =>
  z
    .string({ error: missingOr(label, `${label} must be text.`) })
    .refine(isStorable, `${label} holds characters that cannot be stored.`)
    .normalize('NFC');

/** For text that is compared and never kept: a token, a key, a place in a stream. To be given to `refine`. */
export const readable = (label: string) =>
  [isStorable, `${label} holds characters that cannot be read.`] as const;

/** Text kept as typed, in Unicode NFC; blank counts as missing. `max` in code points. */
export const text = (label: string, max: number) =>
  storable(label)
    .max(max, `${label} is too long: at most ${max} characters.`)
    .refine((value) => value.trim() !== '', `${label} is missing.`);

const LINE_BREAKS = /[\r\n\v\f\u0085\u2028\u2029]+/g;

/** Text of one line, as titles and lists show it: line breaks become a space. */
export const line = (label: string, max: number) =>
  text(label, max).overwrite((value) => value.replace(LINE_BREAKS, ' '));

/** Text that may be empty. */
export const optionalText = (label: string, max: number) =>
  storable(label).max(max, `${label} is too long: at most ${max} characters.`);

/** The dot is the first that has something before it: were it any, a long row of dots would take time without end. */
const ADDRESS =
  /^[^\s@<>,;:"()[\]\\\p{C}]+@[^\s@<>,;:"()[\]\\\p{C}][^\s@<>,;:"()[\]\\\p{C}.]*\.[^\s@<>,;:"()[\]\\\p{C}]+$/u;

/**
 * An e-mail address, trimmed. Checked for shape only (one @, no spaces or controls, a dot in the domain):
 * whether it works is known only when a mail arrives.
 */
export const email = (label: string) =>
  storable(label)
    .trim()
    .max(LIMITS.email, `${label} is too long: at most ${LIMITS.email} characters.`)
    .regex(ADDRESS, {
      error: (issue) =>
        issue.input === '' ? `${label} is missing.` : `${label} should read like name@example.com.`,
    });

export const uuid = (label: string) =>
  z
    .string({ error: missingOr(label, `${label} must be text.`) })
    .regex(
      /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i,
      `${label} must be an id, such as 0199d0c5-6c3e-7cc3-98c4-dc0c0c07398f.`,
    )
    .toLowerCase();

/** An incident's id or its ticket number. */
export const incidentRef = z
  .string()
  .regex(
    /^(?:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|INC-\d{8}-\d{4,9})$/i,
    'The incident must be given by its id or its ticket number, such as INC-20261122-0004.',
  )
  .meta({ description: 'The id of the incident, or its ticket number.' });

export const priority = z
  .string({ error: missingOr('priority', 'priority must be text.') })
  .toUpperCase()
  .pipe(z.enum(PRIORITIES, { error: `priority must be one of ${PRIORITIES.join(', ')}.` }))
  .meta({ description: `One of ${PRIORITIES.join(', ')}, in any case.`, examples: ['MEDIUM'] });

export const status = z
  .string({ error: missingOr('status', 'status must be text.') })
  .toUpperCase()
  .pipe(z.enum(STATUSES, { error: `status must be one of ${STATUSES.join(', ')}.` }))
  .meta({
    description: `One of ${STATUSES.join(', ')}, in any case.`,
    examples: ['INVESTIGATION'],
  });

/** A whole number in a query string, written in plain digits: no signs, exponents, hex or blanks. */
export const queryNumber = (label: string, min: number, max: number, fallback: number) => {
  const message = `${label} must be a whole number from ${min} to ${max}.`;
  return z
    .string({ error: `${label} may be given once.` })
    .regex(/^\d{1,9}$/, message)
    .transform(Number)
    .refine((value) => value >= min && value <= max, message)
    .default(fallback)
    .meta({ description: `A whole number from ${min} to ${max}; ${fallback} when left out.` });
};

/** Milliseconds-exact ISO 8601 in UTC, as every time in an answer. */
export const time = z.iso.datetime().meta({ examples: ['2026-11-22T14:24:23.000Z'] });

/** A moment that a client names, with any offset; kept in UTC. Bounded by what the database can compare with. */
export const moment = (label: string) => {
  const message = `${label} must be a time such as 2026-11-22T14:24:23Z.`;
  return z.iso
    .datetime({ offset: true, error: message, abort: true })
    .refine((value) => /^(?:19[7-9]|[2-9]\d\d)\d-/.test(value), { error: message, abort: true })
    .refine((value) => Date.parse(value) < Date.UTC(9999, 0), message)
    .transform((value) => new Date(value).toISOString());
};
