/** Times that lie ahead, in a person's language. Apart from common/i18n/times.ts: the panel has none, and would carry it. */

const MINUTE_MS = 60_000;

/** When something is going to happen: "in 4 min", "in 3 hr", "tomorrow". `now` in milliseconds of the epoch. */
export function until(language: string, iso: string, now: number): string {
  const format = new Intl.RelativeTimeFormat(language, { numeric: 'auto', style: 'short' });
  // "in 12 min., 500" reads like a full stop in the middle of a line.
  const say = (count: number, unit: Intl.RelativeTimeFormatUnit) =>
    format.format(count, unit).replace('.', '');
  const minutes = Math.ceil((Date.parse(iso) - now) / MINUTE_MS);
  if (minutes < 1) return say(0, 'second');
  if (minutes < 60) return say(minutes, 'minute');
  const hours = Math.round(minutes / 60);
  return hours < 24 ? say(hours, 'hour') : say(Math.round(hours / 24), 'day');
}
