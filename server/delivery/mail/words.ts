/** The languages of customers' mails. Each is a file of its own, complete by type; English stands in for all others. */
import type { Status } from '../../../shared/incident.ts';
import { de } from './words/de.ts';
import { en } from './words/en.ts';
import { es } from './words/es.ts';
import { fr } from './words/fr.ts';
import { he } from './words/he.ts';
import { pt } from './words/pt.ts';

export interface MailWords {
  language: string;
  direction: 'ltr' | 'rtl';
  status: Record<Status, string>;
  /** In a subject, after the incident's title. */
  newAnswer: string;
  newIncident: string;
  hello(name: string): string;
  /** The one sentence of what has happened. */
  answered(company: string): string;
  moved(company: string, status: string): string;
  answeredAndMoved(company: string, status: string): string;
  resolved(company: string): string;
  answeredAndResolved(company: string): string;
  opened(company: string): string;
  announcementResolved: string;
  wrote(author: string): string;
  open: string;
  /** Where to answer: a reply to the mail does not get there. */
  answerThere: string;
  why(company: string): string;
  whyAnnouncement(company: string): string;
  switchOff: string;
  /** The page behind that link. */
  off: {
    title: string;
    question(company: string): string;
    yes: string;
    done(company: string): string;
    again: string;
    onAgain(company: string): string;
    broken: string;
  };
  account: AccountWords;
}

/** A letter that brings a link to an account. */
interface LinkWords {
  subject(company: string): string;
  text(company: string): string;
  button: string;
}

/** Mails about the account itself. None of them repeats what somebody typed: it would be read under the company's name. */
export interface AccountWords {
  signUp: LinkWords;
  /** Somebody signed up with an address that has an account. */
  taken: LinkWords;
  password: LinkWords;
  confirm: LinkWords;
  changed: LinkWords;
  once: string;
  notYou: string;
  /** Beside the news that the password is another one. */
  notYouChanged: string;
  why(company: string): string;
}

const ALL: Readonly<Record<string, MailWords>> = { en, de, fr, es, pt, he };

/** The words of a BCP 47 language; of its first part alone, as `pt` of `pt-BR`. */
export function wordsOf(locale: string | null): MailWords {
  const [language = ''] = (locale ?? '').toLowerCase().split('-');
  return Object.hasOwn(ALL, language) ? (ALL[language] ?? en) : en;
}

/** A time for people in their spelling of dates. We do not know where they are: it is told in UTC, and says so. */
export function writtenTime({ language }: MailWords, locale: string | null, at: string): string {
  const spelling = locale?.toLowerCase().startsWith(language) ? locale : language;
  const time = new Intl.DateTimeFormat(spelling, {
    dateStyle: 'medium',
    timeStyle: 'short',
    timeZone: 'UTC',
  });
  return `${time.format(new Date(at))} UTC`;
}
