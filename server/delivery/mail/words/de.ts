/** Customers' mails in German. */
import type { MailWords } from '../words.ts';

export const de: MailWords = {
  language: 'de',
  direction: 'ltr',
  status: {
    OPEN: 'Offen',
    ACKNOWLEDGED: 'Angenommen',
    INVESTIGATION: 'In Untersuchung',
    MITIGATED: 'Eingedämmt',
    RESOLVED: 'Gelöst',
    CLOSED: 'Geschlossen',
  },
  newAnswer: 'neue Antwort',
  newIncident: 'für Sie angelegt',
  hello: (name) => `Guten Tag ${name},`,
  answered: (company) => `${company} hat Ihnen geantwortet.`,
  moved: (company, status) => `Ihr Vorfall bei ${company} hat jetzt den Status „${status}“.`,
  answeredAndMoved: (company, status) =>
    `${company} hat Ihnen geantwortet, und Ihr Vorfall hat jetzt den Status „${status}“.`,
  resolved: (company) =>
    `Ihr Vorfall bei ${company} ist gelöst. Doch nicht gelöst? Antworten Sie im Portal, dann wird er wieder geöffnet.`,
  answeredAndResolved: (company) =>
    `${company} hat Ihnen geantwortet, und Ihr Vorfall ist gelöst. Doch nicht gelöst? Antworten Sie im Portal, dann wird er wieder geöffnet.`,
  opened: (company) => `${company} hat diesen Vorfall für Sie angelegt.`,
  announcementResolved: 'Ein Vorfall, der nach Ihrer Angabe auch Sie betrifft, ist gelöst.',
  wrote: (author) => `${author} schrieb`,
  open: 'Vorfall öffnen',
  answerThere:
    'Zum Antworten öffnen Sie bitte den Vorfall: Antworten auf diese E-Mail kommen dort nicht an.',
  why: (company) => `Sie erhalten diese E-Mail, weil sie Ihren Vorfall bei ${company} betrifft.`,
  whyAnnouncement: (company) =>
    `Sie erhalten diese E-Mail, weil Sie ${company} gesagt haben, dass dieser Vorfall auch Sie betrifft.`,
  switchOff: 'Diese E-Mails abschalten',
  off: {
    title: 'E-Mails zu Ihren Vorfällen',
    question: (company) =>
      `${company} schreibt Ihnen, wenn jemand Ihnen antwortet oder Ihr Vorfall weiterkommt. Möchten Sie diese E-Mails abschalten?`,
    yes: 'Abschalten',
    done: (company) =>
      `Abgeschaltet. ${company} schickt Ihnen keine E-Mails mehr zu Ihren Vorfällen. Im Portal finden Sie weiterhin alles.`,
    again: 'Wieder einschalten',
    onAgain: (company) => `Eingeschaltet. ${company} schreibt Ihnen zu Ihren Vorfällen.`,
    broken:
      'Dieser Link ist unvollständig oder nicht mehr gültig. Im Kontomenü des Portals können Sie E-Mails abschalten.',
  },
};
