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
  account: {
    signUp: {
      subject: (company) => `Ihre Anmeldung bei ${company} abschließen`,
      text: (company) =>
        `Öffnen Sie den Link, um Ihr Konto bei ${company} fertig anzulegen und diese Adresse zu bestätigen.`,
      button: 'Bestätigen und anmelden',
    },
    taken: {
      subject: (company) => `Ihr Konto bei ${company}`,
      text: (company) =>
        `Jemand, vermutlich Sie, hat sich gerade mit dieser Adresse bei ${company} registriert. Sie hat schon ein Konto: Melden Sie sich einfach an. Wenn Sie das Passwort nicht mehr wissen, können Sie mit diesem Link ein neues wählen.`,
      button: 'Neues Passwort wählen',
    },
    password: {
      subject: (company) => `Ein neues Passwort für ${company}`,
      text: (company) =>
        `Jemand, vermutlich Sie, möchte ein neues Passwort bei ${company}. Mit dem Link können Sie eines wählen.`,
      button: 'Neues Passwort wählen',
    },
    confirm: {
      subject: (company) => `Bestätigen Sie Ihre Adresse bei ${company}`,
      text: (company) =>
        `${company} möchte sichergehen, dass diese Adresse Ihnen gehört. Öffnen Sie den Link, bestätigen Sie sie und wählen Sie ein neues Passwort.`,
      button: 'Adresse bestätigen',
    },
    changed: {
      subject: (company) => `Ihr Passwort bei ${company} wurde geändert`,
      text: (company) =>
        `Das Passwort Ihres Kontos bei ${company} wurde gerade geändert. Alle anderen Geräte wurden abgemeldet.`,
      button: 'Portal öffnen',
    },
    once: 'Der Link gilt einmal und 30 Minuten lang.',
    notYou: 'Das waren nicht Sie? Dann müssen Sie nichts tun: Ohne den Link ändert sich nichts.',
    notYouChanged:
      'Das waren nicht Sie? Dann öffnen Sie das Portal, wählen Sie „Passwort vergessen?“ und sagen Sie dem Support Bescheid.',
    why: (company) =>
      `Sie erhalten diese E-Mail, weil diese Adresse im Support-Portal von ${company} angegeben wurde.`,
  },
};
