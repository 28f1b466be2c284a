/** Times in the customer's language. Rules come from Intl. */

export interface Times {
  /** How long ago something happened, in words: "12 min ago", "yesterday", "Thursday". `now` in milliseconds of the epoch. */
  ago(iso: string, now: number): string;
  /** Date and time in full. */
  exact(iso: string): string;
}

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

const made = new Map<string, Times>();

/** The times of a language. Formats are costly to make, so each language's are made once. */
export function timesIn(language: string): Times {
  const times = made.get(language) ?? createTimes(language);
  made.set(language, times);
  return times;
}

function createTimes(language: string): Times {
  const short = new Intl.RelativeTimeFormat(language, { numeric: 'auto', style: 'short' });
  const weekday = dateFormat(language, { weekday: 'long' });
  const date = dateFormat(language, { day: 'numeric', month: 'short' });
  const dateOfYear = dateFormat(language, { day: 'numeric', month: 'short', year: 'numeric' });

  function ago(iso: string, now: number): string {
    const minutes = Math.round((Date.parse(iso) - now) / MINUTE_MS);
    // Also what seems to lie ahead: the server's clock is not the device's.
    if (minutes > -1) return short.format(0, 'second');
    // "12 min. ago" reads like a full stop in the middle of a line.
    if (minutes > -60) return short.format(minutes, 'minute').replace('.', '');
    const days = daysBetween(iso, now);
    if (days === 0) return short.format(Math.round(minutes / 60), 'hour').replace('.', '');
    if (days === 1) return short.format(-1, 'day');
    if (days < 7) return weekday(iso);
    return new Date(iso).getFullYear() === new Date(now).getFullYear()
      ? date(iso)
      : dateOfYear(iso);
  }

  return { ago, exact: dateFormat(language, { dateStyle: 'full', timeStyle: 'short' }) };
}

/** Writes times in one form. */
export function dateFormat(language: string, options: Intl.DateTimeFormatOptions) {
  const format = new Intl.DateTimeFormat(language, options);
  return (iso: string) => format.format(new Date(iso));
}

/** Calendar days from then to now, in the customer's time zone. */
export function daysBetween(iso: string, now: number): number {
  const midnight = (time: number) => new Date(time).setHours(0, 0, 0, 0);
  return Math.round((midnight(now) - midnight(Date.parse(iso))) / DAY_MS);
}
