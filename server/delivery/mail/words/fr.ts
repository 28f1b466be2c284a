/** Customers' mails in French. */
import type { MailWords } from '../words.ts';

export const fr: MailWords = {
  language: 'fr',
  direction: 'ltr',
  status: {
    OPEN: 'Ouvert',
    ACKNOWLEDGED: 'Pris en compte',
    INVESTIGATION: 'En cours d’analyse',
    MITIGATED: 'Contenu',
    RESOLVED: 'Résolu',
    CLOSED: 'Clos',
  },
  newAnswer: 'nouvelle réponse',
  newIncident: 'ouvert pour vous',
  hello: (name) => `Bonjour ${name},`,
  answered: (company) => `${company} vous a répondu.`,
  moved: (company, status) =>
    `Votre incident chez ${company} a maintenant le statut « ${status} ».`,
  answeredAndMoved: (company, status) =>
    `${company} vous a répondu, et votre incident a maintenant le statut « ${status} ».`,
  resolved: (company) =>
    `Votre incident chez ${company} est résolu. Pas résolu ? Répondez dans le portail et il sera rouvert.`,
  answeredAndResolved: (company) =>
    `${company} vous a répondu, et votre incident est résolu. Pas résolu ? Répondez dans le portail et il sera rouvert.`,
  opened: (company) => `${company} a ouvert cet incident pour vous.`,
  announcementResolved: 'Un incident qui, selon vous, vous concerne est résolu.',
  wrote: (author) => `${author} a écrit`,
  open: 'Ouvrir l’incident',
  answerThere: 'Pour répondre, ouvrez l’incident : les réponses à cet e-mail n’y parviennent pas.',
  why: (company) => `Vous recevez cet e-mail parce qu’il concerne votre incident chez ${company}.`,
  whyAnnouncement: (company) =>
    `Vous recevez cet e-mail parce que vous avez indiqué à ${company} que cet incident vous concerne.`,
  switchOff: 'Désactiver ces e-mails',
  off: {
    title: 'E-mails sur vos incidents',
    question: (company) =>
      `${company} vous écrit quand quelqu’un vous répond ou que votre incident avance. Voulez-vous désactiver ces e-mails ?`,
    yes: 'Désactiver',
    done: (company) =>
      `Désactivé. ${company} ne vous envoie plus d’e-mails sur vos incidents. Tout reste visible dans le portail.`,
    again: 'Réactiver',
    onAgain: (company) => `Activé. ${company} vous écrit au sujet de vos incidents.`,
    broken:
      'Ce lien est incomplet ou n’est plus valable. Vous pouvez désactiver les e-mails dans le menu du compte du portail.',
  },
};
