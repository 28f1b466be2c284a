/** Customers' mails in English. */
import type { MailWords } from '../words.ts';

export const en: MailWords = {
  language: 'en',
  direction: 'ltr',
  status: {
    OPEN: 'Open',
    ACKNOWLEDGED: 'Acknowledged',
    INVESTIGATION: 'Investigating',
    MITIGATED: 'Mitigated',
    RESOLVED: 'Resolved',
    CLOSED: 'Closed',
  },
  newAnswer: 'new answer',
  newIncident: 'opened for you',
  hello: (name) => `Hello ${name},`,
  answered: (company) => `${company} has answered you.`,
  moved: (company, status) => `Your incident at ${company} is now “${status}”.`,
  answeredAndMoved: (company, status) =>
    `${company} has answered you, and your incident is now “${status}”.`,
  resolved: (company) =>
    `Your incident at ${company} is resolved. Not solved? Answer in the portal and it opens again.`,
  answeredAndResolved: (company) =>
    `${company} has answered you, and your incident is resolved. Not solved? Answer in the portal and it opens again.`,
  opened: (company) => `${company} has opened this incident for you.`,
  announcementResolved: 'An incident that you said affects you is resolved.',
  wrote: (author) => `${author} wrote`,
  open: 'Open the incident',
  answerThere: 'To answer, open the incident: replies to this mail do not reach it.',
  why: (company) => `You get this mail because it is about your incident at ${company}.`,
  whyAnnouncement: (company) =>
    `You get this mail because you told ${company} that this incident affects you.`,
  switchOff: 'Switch these mails off',
  off: {
    title: 'Mails about your incidents',
    question: (company) =>
      `${company} tells you by mail when somebody answers you or your incident moves on. Do you want to switch these mails off?`,
    yes: 'Switch off',
    done: (company) =>
      `Switched off. ${company} sends you no more mails about your incidents. Everything is still in the portal.`,
    again: 'Switch on again',
    onAgain: (company) => `Switched on. ${company} tells you by mail about your incidents.`,
    broken:
      'This link is not complete or no longer valid. You can switch mails off in the account menu of the portal.',
  },
  account: {
    signUp: {
      subject: (company) => `Finish your sign-up at ${company}`,
      text: (company) =>
        `To finish your account at ${company} and confirm this address, open the link.`,
      button: 'Confirm and log in',
    },
    taken: {
      subject: (company) => `Your account at ${company}`,
      text: (company) =>
        `Somebody, probably you, has just signed up at ${company} with this address. It has an account already: simply log in. If you no longer know the password, this link sets a new one.`,
      button: 'Set a new password',
    },
    password: {
      subject: (company) => `A new password for ${company}`,
      text: (company) =>
        `Somebody, probably you, has asked for a new password at ${company}. The link lets you choose one.`,
      button: 'Choose a new password',
    },
    confirm: {
      subject: (company) => `Confirm your address at ${company}`,
      text: (company) =>
        `${company} wants to be sure that this address is yours. Open the link, confirm it, and choose a new password.`,
      button: 'Confirm the address',
    },
    changed: {
      subject: (company) => `Your password at ${company} was changed`,
      text: (company) =>
        `The password of your account at ${company} has just been changed, and every other device has been logged out.`,
      button: 'Open the portal',
    },
    once: 'The link works once, within 30 minutes.',
    notYou: 'Was it not you? Then do nothing: without the link nothing changes.',
    notYouChanged:
      'Was it not you? Then open the portal, choose “Forgot your password?”, and tell the support team.',
    why: (company) =>
      `You get this mail because this address was used at ${company}’s support portal.`,
  },
};
