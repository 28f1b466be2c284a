/** Times in the customer's language. Rules come from Intl. */

export interface Times {
  /** How long ago something happened, in words: "12 min ago", "yesterday", "Thursday". `now` in milliseconds of the epoch. */
  ago(iso: string, now: number): string;
  /** Date and time in full. */
  exact(iso: string): string;
  /** Hours and minutes. */
  clock(iso: string): string;
  /** "Today", "Yesterday", or the date. */
  day(iso: string, now: number): string;
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
  const long = new Intl.RelativeTimeFormat(language, { numeric: 'auto' });
  const dateFormat = (options: Intl.DateTimeFormatOptions) => {
    const format = new Intl.DateTimeFormat(language, options);
    return (iso: string) => format.format(new Date(iso));
  };
  const weekday = dateFormat({ weekday: 'long' });
  const date = dateFormat({ day: 'numeric', month: 'short' });
  const dateOfYear = dateFormat({ day: 'numeric', month: 'short', year: 'numeric' });
  const longDate = dateFormat({ weekday: 'long', day: 'numeric', month: 'long' });

  function ago(iso: string, now: number): string {
    const minutes = Math.round((Date.parse(iso) - now) / MINUTE_MS);
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

  function day(iso: string, now: number): string {
    const days = daysBetween(iso, now);
    if (days > 1 || days < 0) return days > 300 ? dateOfYear(iso) : longDate(iso);
    const text = long.format(-days, 'day');
    return text.charAt(0).toLocaleUpperCase(language) + text.slice(1);
  }

  return {
    ago,
    exact: dateFormat({ dateStyle: 'full', timeStyle: 'short' }),
    clock: dateFormat({ hour: 'numeric', minute: '2-digit' }),
    day,
  };
}

/** Calendar days from then to now, in the customer's time zone. */
function daysBetween(iso: string, now: number): number {
  const midnight = (time: number) => new Date(time).setHours(0, 0, 0, 0);
  return Math.round((midnight(now) - midnight(Date.parse(iso))) / DAY_MS);
}
