/** Which announcement somebody may be about to report once more. Pure. */
import type { Announcement } from '../../../shared/types.ts';

/** Letters from which on a word says something. */
const SHORTEST = 4;
/** A word of so many letters, found in a title, says enough by itself. */
const TELLING = 8;
/** Endings up to this long are not looked at: reading, readings; Rechnung, Rechnungen. */
const ENDING = 2;

/** Long enough, and in every other report: they say nothing about what it is about. */
const COMMON = new Set(
  `about after again anything before cannot could does doesn don't error everything have having help message nothing page
  please possible problem since some something sometimes still that their then there these they this time today
  tomorrow trying when where which while with without work working works would yesterday your
  aber auch bitte dass eine einem einen einer etwas fehler funktioniert habe haben heute kann keine mehr nach nicht noch
  nichts problem seit sich sind wenn werden wird
  avec cela dans depuis mais pour quand vous como cuando desde esta este para pero tengo`.split(
    /\s+/,
  ),
);

/**
 * The first announcement that shares two words with what was typed, or one long word of its title. Accents, case and
 * short endings do not count; letters may be of any script.
 */
export function findMatch(
  typed: string,
  announcements: readonly Announcement[],
): Announcement | null {
  const words = wordsOf(typed);
  if (words.length === 0) return null;
  return announcements.find((one) => isAlike(words, one)) ?? null;
}

function isAlike(
  words: string[],
  { shortDescription, description, updates }: Announcement,
): boolean {
  const title = wordsOf(shortDescription);
  const all = wordsOf(
    [shortDescription, description, ...updates.map((one) => one.content)].join(' '),
  );
  const shared = words.filter((word) => all.some((other) => areAlike(word, other)));
  const telling = shared.filter(
    (word) => word.length >= TELLING && title.some((other) => areAlike(word, other)),
  );
  return shared.length >= 2 || telling.length > 0;
}

/** The words that count, each once: the forms of one word are one. */
function wordsOf(text: string): string[] {
  const found: string[] = [];
  const folded = text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  for (const word of folded.split(/[^\p{L}\p{N}']+/u)) {
    const isNew = !COMMON.has(word) && !found.some((other) => areAlike(word, other));
    if (lengthOf(word) >= SHORTEST && isNew) found.push(word);
  }
  return found;
}

function areAlike(one: string, other: string): boolean {
  const [short, long] = one.length < other.length ? [one, other] : [other, one];
  return long.startsWith(short) && long.length - short.length <= ENDING;
}

const lengthOf = (word: string) => [...word.replace(/[^\p{L}]/gu, '')].length;
