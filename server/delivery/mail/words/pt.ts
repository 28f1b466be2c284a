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
  account: {
    signUp: {
      subject: (company) => `Conclua o seu registo em ${company}`,
      text: (company) =>
        `Abra a ligação para concluir a sua conta em ${company} e confirmar este endereço.`,
      button: 'Confirmar e entrar',
    },
    taken: {
      subject: (company) => `A sua conta em ${company}`,
      text: (company) =>
        `Alguém, provavelmente você, acabou de se registar em ${company} com este endereço. Ele já tem uma conta: basta entrar. Se já não sabe a palavra-passe, esta ligação permite escolher uma nova.`,
      button: 'Escolher uma nova palavra-passe',
    },
    password: {
      subject: (company) => `Uma nova palavra-passe para ${company}`,
      text: (company) =>
        `Alguém, provavelmente você, pediu uma nova palavra-passe em ${company}. A ligação permite escolher uma.`,
      button: 'Escolher uma nova palavra-passe',
    },
    confirm: {
      subject: (company) => `Confirme o seu endereço em ${company}`,
      text: (company) =>
        `${company} quer ter a certeza de que este endereço é seu. Abra a ligação, confirme-o e escolha uma nova palavra-passe.`,
      button: 'Confirmar o endereço',
    },
    changed: {
      subject: (company) => `A sua palavra-passe em ${company} foi alterada`,
      text: (company) =>
        `A palavra-passe da sua conta em ${company} acabou de ser alterada, e todos os outros dispositivos foram desligados da conta.`,
      button: 'Abrir o portal',
    },
    once: 'A ligação funciona uma só vez, durante 30 minutos.',
    notYou: 'Não foi você? Então não faça nada: sem a ligação nada muda.',
    notYouChanged:
      'Não foi você? Então abra o portal, escolha «Esqueceu-se da palavra-passe?» e avise a equipa de suporte.',
    why: (company) =>
      `Recebe este e-mail porque este endereço foi usado no portal de suporte de ${company}.`,
  },
};
