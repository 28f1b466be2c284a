/** What a customer reads of their incident, in their language. Nothing here has seen an internal field. */
import type { MailComment, MailIncident, MailReader } from '../../db/mail-facts.ts';
import type { News } from '../../db/outbox.ts';
import { type Letter, type LetterEntry, oneLine } from './letter.ts';
import { type MailWords, wordsOf, writtenTime } from './words.ts';

export interface CustomerMail {
  company: { name: string; accent: string | null };
  incident: MailIncident;
  reader: MailReader;
  news: readonly News[];
  comments: readonly MailComment[];
  link: string;
  switchOffLink: string;
}

export function customerLetter(mail: CustomerMail): Letter {
  const { company, incident, reader, link, switchOffLink } = mail;
  const words = wordsOf(reader.locale);
  const { isAnnouncement, status, ticketNumber, shortDescription } = incident;
  const entries = entriesOf(mail, words);
  const name = company.name;
  return {
    language: words.language,
    direction: words.direction,
    subject: subjectOf(incident, whatIsNew(mail, words)),
    company,
    title: shortDescription,
    facts: [ticketNumber],
    status: { status, word: words.status[status] },
    intro: [words.hello(oneLine(reader.name)), sentence(mail, words)],
    entries,
    button: { label: words.open, url: link },
    notes: [words.answerThere, isAnnouncement ? words.whyAnnouncement(name) : words.why(name)],
    switchOff: { label: words.switchOff, url: switchOffLink },
  };
}

/** `[INC-20261122-0004] Card payments fail: Investigating` */
export const subjectOf = (
  { ticketNumber, shortDescription }: Pick<MailIncident, 'ticketNumber' | 'shortDescription'>,
  what: string,
) => oneLine(`[${ticketNumber}] ${shortDescription}: ${what}`);

const kinds = ({ news }: CustomerMail) => ({
  isMoved: news.some((one) => one.kind === 'moved'),
  isAnswered: news.some((one) => one.kind === 'comment'),
  isOpened: news.some((one) => one.kind === 'created'),
});

function whatIsNew(mail: CustomerMail, words: MailWords): string {
  const { isMoved, isOpened } = kinds(mail);
  if (isMoved) return words.status[mail.incident.status];
  return isOpened ? words.newIncident : words.newAnswer;
}

function sentence(mail: CustomerMail, words: MailWords): string {
  const { isMoved, isAnswered, isOpened } = kinds(mail);
  const { name } = mail.company;
  if (mail.incident.isAnnouncement) return words.announcementResolved;
  if (isOpened) return words.opened(name);
  const { status } = mail.incident;
  if (isMoved && status === 'RESOLVED')
    return isAnswered ? words.answeredAndResolved(name) : words.resolved(name);
  const word = words.status[status];
  if (isMoved) return isAnswered ? words.answeredAndMoved(name, word) : words.moved(name, word);
  return words.answered(name);
}

function entriesOf(
  { news, comments, incident, reader }: CustomerMail,
  words: MailWords,
): LetterEntry[] {
  const time = (at: string) => writtenTime(words, reader.locale, at);
  return news.flatMap((one): LetterEntry[] => {
    if (one.kind === 'moved' && one.status !== undefined) {
      return [
        {
          kind: 'moved',
          to: { status: one.status, word: words.status[one.status] },
          at: time(one.at),
        },
      ];
    }
    if (one.kind === 'created') {
      const { description: text, createdAt } = incident;
      return [
        { kind: 'comment', heading: oneLine(incident.shortDescription), at: time(createdAt), text },
      ];
    }
    const comment = comments.find(({ id }) => id === one.commentId);
    if (comment === undefined) return [];
    const { authorName, content: text, createdAt } = comment;
    return [
      { kind: 'comment', heading: words.wrote(oneLine(authorName)), at: time(createdAt), text },
    ];
  });
}
