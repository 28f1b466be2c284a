/** Customers' mails in Portuguese. */
import type { MailWords } from '../words.ts';

export const pt: MailWords = {
  language: 'pt',
  direction: 'ltr',
  status: {
    OPEN: 'Aberto',
    ACKNOWLEDGED: 'Recebido',
    INVESTIGATION: 'Em investigação',
    MITIGATED: 'Mitigado',
    RESOLVED: 'Resolvido',
    CLOSED: 'Encerrado',
  },
  newAnswer: 'nova resposta',
  newIncident: 'aberto para você',
  hello: (name) => `Olá, ${name},`,
  answered: (company) => `${company} respondeu a você.`,
  moved: (company, status) => `O seu incidente na ${company} tem agora o status “${status}”.`,
  answeredAndMoved: (company, status) =>
    `${company} respondeu a você, e o seu incidente tem agora o status “${status}”.`,
  resolved: (company) =>
    `O seu incidente na ${company} está resolvido. Não está resolvido? Responda no portal e ele será reaberto.`,
  answeredAndResolved: (company) =>
    `${company} respondeu a você, e o seu incidente está resolvido. Não está resolvido? Responda no portal e ele será reaberto.`,
  opened: (company) => `${company} abriu este incidente para você.`,
  announcementResolved: 'Um incidente que, segundo você, o afeta foi resolvido.',
  wrote: (author) => `${author} escreveu`,
  open: 'Abrir o incidente',
  answerThere: 'Para responder, abra o incidente: respostas a este e-mail não chegam lá.',
  why: (company) => `Você recebe este e-mail porque ele trata do seu incidente em ${company}.`,
  whyAnnouncement: (company) =>
    `Você recebe este e-mail porque informou a ${company} que este incidente o afeta.`,
  switchOff: 'Desativar estes e-mails',
  off: {
    title: 'E-mails sobre os seus incidentes',
    question: (company) =>
      `${company} escreve quando alguém responde a você ou o seu incidente avança. Deseja desativar estes e-mails?`,
    yes: 'Desativar',
    done: (company) =>
      `Desativado. ${company} não envia mais e-mails sobre os seus incidentes. Tudo continua no portal.`,
    again: 'Ativar novamente',
    onAgain: (company) => `Ativado. ${company} escreve sobre os seus incidentes.`,
    broken:
      'Este link está incompleto ou não é mais válido. Você pode desativar os e-mails no menu da conta do portal.',
  },
};
