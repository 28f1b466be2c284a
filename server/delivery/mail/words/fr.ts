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
  account: {
    signUp: {
      subject: (company) => `Terminez votre inscription chez ${company}`,
      text: (company) =>
        `Ouvrez le lien pour terminer la création de votre compte chez ${company} et confirmer cette adresse.`,
      button: 'Confirmer et se connecter',
    },
    taken: {
      subject: (company) => `Votre compte chez ${company}`,
      text: (company) =>
        `Quelqu’un, sans doute vous, vient de s’inscrire chez ${company} avec cette adresse. Elle a déjà un compte : connectez-vous simplement. Si vous ne connaissez plus le mot de passe, ce lien permet d’en choisir un nouveau.`,
      button: 'Choisir un nouveau mot de passe',
    },
    password: {
      subject: (company) => `Un nouveau mot de passe pour ${company}`,
      text: (company) =>
        `Quelqu’un, sans doute vous, a demandé un nouveau mot de passe chez ${company}. Le lien permet d’en choisir un.`,
      button: 'Choisir un nouveau mot de passe',
    },
    confirm: {
      subject: (company) => `Confirmez votre adresse chez ${company}`,
      text: (company) =>
        `${company} veut s’assurer que cette adresse est la vôtre. Ouvrez le lien, confirmez-la et choisissez un nouveau mot de passe.`,
      button: 'Confirmer l’adresse',
    },
    changed: {
      subject: (company) => `Votre mot de passe chez ${company} a été modifié`,
      text: (company) =>
        `Le mot de passe de votre compte chez ${company} vient d’être modifié, et tous les autres appareils ont été déconnectés.`,
      button: 'Ouvrir le portail',
    },
    once: 'Le lien fonctionne une seule fois, pendant 30 minutes.',
    notYou: 'Ce n’était pas vous ? Alors ne faites rien : sans le lien, rien ne change.',
    notYouChanged:
      'Ce n’était pas vous ? Alors ouvrez le portail, choisissez « Mot de passe oublié ? » et prévenez l’équipe d’assistance.',
    why: (company) =>
      `Vous recevez ce courriel parce que cette adresse a été utilisée sur le portail d’assistance de ${company}.`,
  },
};
