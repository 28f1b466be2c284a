/** Days and times of day in the customer's language, for a conversation. */
import { dateFormat, daysBetween } from './times.ts';

export interface Days {
  /** Hours and minutes. */
  clock(iso: string): string;
  /** "Today", "Yesterday", or the date. `now` in milliseconds of the epoch. */
  day(iso: string, now: number): string;
}

/** The days of a language. */
export function daysIn(language: string): Days {
  const relative = new Intl.RelativeTimeFormat(language, { numeric: 'auto' });
  const date = dateFormat(language, { weekday: 'long', day: 'numeric', month: 'long' });
  const dateOfYear = dateFormat(language, { day: 'numeric', month: 'short', year: 'numeric' });

  function day(iso: string, now: number): string {
    const days = daysBetween(iso, now);
    if (days > 1 || days < 0) return days > 300 ? dateOfYear(iso) : date(iso);
    const text = relative.format(-days, 'day');
    return text.charAt(0).toLocaleUpperCase(language) + text.slice(1);
  }

  return { clock: dateFormat(language, { hour: 'numeric', minute: '2-digit' }), day };
}
