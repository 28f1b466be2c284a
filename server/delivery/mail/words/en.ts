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
};
