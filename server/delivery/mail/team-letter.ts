/** What the team's addresses read, in English: a new report, a customer's answer, an endpoint that was given up. */
import type { MailComment, MailIncident } from '../../db/mail-facts.ts';
import type { News } from '../../db/outbox.ts';
import { subjectOf } from './customer-letter.ts';
import { type Letter, type LetterEntry, oneLine } from './letter.ts';
import { wordsOf, writtenTime } from './words.ts';

const words = wordsOf('en');
const time = (at: string) => writtenTime(words, 'en', at);
const english = { language: 'en', direction: 'ltr', switchOff: null } as const;
const WHY = 'You get this mail because this address is one of the team addresses of this company.';

/** Of a report: enough to know what it is about. */
const LONGEST_TEXT = 2_000;

export interface TeamMail {
  company: { name: string; accent: string | null };
  incident: MailIncident;
  customer: { name: string; email: string };
  news: readonly News[];
  comments: readonly MailComment[];
  link: string;
}

export function teamLetter({
  company,
  incident,
  customer,
  news,
  comments,
  link,
}: TeamMail): Letter {
  const { ticketNumber, shortDescription, status, priority, category } = incident;
  const isNew = news.some((one) => one.kind === 'created');
  const isReopened = news.some((one) => one.kind === 'moved');
  const name = oneLine(customer.name);
  const what = isNew ? 'new incident' : isReopened ? 'opened again' : 'new answer';
  const done = isNew
    ? 'has reported an incident'
    : isReopened
      ? 'has answered, which opened the incident again'
      : 'has answered';
  return {
    ...english,
    company,
    subject: subjectOf({ ticketNumber, shortDescription }, what),
    title: shortDescription,
    facts: [ticketNumber, `${name} <${customer.email}>`, `${capital(priority)} priority`, category],
    status: { status, word: words.status[status] },
    intro: [`${name} ${done}.`],
    entries: isNew
      ? [said(name, incident.createdAt, incident.description)]
      : news.flatMap((one): LetterEntry[] => {
          const comment = comments.find(({ id }) => id === one.commentId);
          return comment === undefined
            ? []
            : [said(oneLine(comment.authorName), comment.createdAt, comment.content)];
        }),
    button: { label: 'Open in the desk', url: link },
    notes: ['To answer, open the desk: replies to this mail do not reach the customer.', WHY],
  };
}

export interface PausedMail {
  company: { name: string; accent: string | null };
  /** Not the whole address: a webhook's often holds a secret of its own. */
  host: string;
  reason: 'gone' | 'failing';
  link: string;
}

const REASONS: Record<PausedMail['reason'], string> = {
  gone: 'Its receiver answered 410: it wants no more messages.',
  failing: 'For three days nothing but failures came back from it.',
};

export function pausedLetter({ company, host, reason, link }: PausedMail): Letter {
  return {
    ...english,
    company,
    subject: oneLine(`A webhook of ${company.name} is paused: ${host}`),
    title: 'A webhook is paused',
    facts: [host],
    status: null,
    intro: [
      REASONS[reason],
      'New messages for it wait for 30 days. Once it is taken up again, they are sent.',
    ],
    entries: [],
    button: { label: 'Open the desk', url: link },
    notes: [WHY],
  };
}

function said(author: string, at: string, text: string): LetterEntry {
  const letters = [...text];
  const cut = letters.length > LONGEST_TEXT ? `${letters.slice(0, LONGEST_TEXT).join('')}…` : text;
  return { kind: 'comment', heading: author, at: time(at), text: cut };
}

const capital = (word: string) => `${word.slice(0, 1)}${word.slice(1).toLowerCase()}`;
