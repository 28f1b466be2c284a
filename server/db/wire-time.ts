/** Times as the wire writes them: ISO 8601, UTC, milliseconds. Text all the way, no Date object on the hot paths. */
import pg from 'pg';

/** `2026-11-22 14:24:23.5+00` as PostgreSQL writes it in UTC, or with a T and +00:00 as its JSON does. */
const UTC_TIME = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?(?:\+00(?::00)?|Z)$/;

/** A time that PostgreSQL has written, for the wire. */
export function isoTime(value: string): string {
  const match = UTC_TIME.exec(value);
  if (match === null) return new Date(value).toISOString();
  return `${match[1]}T${match[2]}.${(match[3] ?? '').slice(0, 3).padEnd(3, '0')}Z`;
}

/** For the driver, which would make Date objects. */
export const types = new pg.TypeOverrides();
types.setTypeParser(pg.types.builtins.TIMESTAMPTZ, isoTime);

/** SQL that writes the time in this column for the wire. */
export const wireTime = (column: string) =>
  `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
