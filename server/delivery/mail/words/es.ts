/** Customers' mails in Spanish. */
import type { MailWords } from '../words.ts';

export const es: MailWords = {
  language: 'es',
  direction: 'ltr',
  status: {
    OPEN: 'Abierta',
    ACKNOWLEDGED: 'Recibida',
    INVESTIGATION: 'En investigación',
    MITIGATED: 'Mitigada',
    RESOLVED: 'Resuelta',
    CLOSED: 'Cerrada',
  },
  newAnswer: 'nueva respuesta',
  newIncident: 'abierta para usted',
  hello: (name) => `Hola, ${name}:`,
  answered: (company) => `${company} le ha respondido.`,
  moved: (company, status) => `Su incidencia en ${company} tiene ahora el estado «${status}».`,
  answeredAndMoved: (company, status) =>
    `${company} le ha respondido, y su incidencia tiene ahora el estado «${status}».`,
  resolved: (company) =>
    `Su incidencia en ${company} está resuelta. ¿No está resuelta? Responda en el portal y se abrirá de nuevo.`,
  answeredAndResolved: (company) =>
    `${company} le ha respondido, y su incidencia está resuelta. ¿No está resuelta? Responda en el portal y se abrirá de nuevo.`,
  opened: (company) => `${company} ha abierto esta incidencia para usted.`,
  announcementResolved: 'Una incidencia que, según indicó, le afecta está resuelta.',
  wrote: (author) => `${author} escribió`,
  open: 'Abrir la incidencia',
  answerThere: 'Para responder, abra la incidencia: las respuestas a este correo no llegan allí.',
  why: (company) => `Recibe este correo porque trata de su incidencia en ${company}.`,
  whyAnnouncement: (company) =>
    `Recibe este correo porque indicó a ${company} que esta incidencia le afecta.`,
  switchOff: 'Desactivar estos correos',
  off: {
    title: 'Correos sobre sus incidencias',
    question: (company) =>
      `${company} le escribe cuando alguien le responde o su incidencia avanza. ¿Desea desactivar estos correos?`,
    yes: 'Desactivar',
    done: (company) =>
      `Desactivado. ${company} ya no le envía correos sobre sus incidencias. Todo sigue en el portal.`,
    again: 'Activar de nuevo',
    onAgain: (company) => `Activado. ${company} le escribe sobre sus incidencias.`,
    broken:
      'Este enlace está incompleto o ya no es válido. Puede desactivar los correos en el menú de la cuenta del portal.',
  },
  account: {
    signUp: {
      subject: (company) => `Termine su registro en ${company}`,
      text: (company) =>
        `Abra el enlace para terminar de crear su cuenta en ${company} y confirmar esta dirección.`,
      button: 'Confirmar e iniciar sesión',
    },
    taken: {
      subject: (company) => `Su cuenta en ${company}`,
      text: (company) =>
        `Alguien, probablemente usted, acaba de registrarse en ${company} con esta dirección. Ya tiene una cuenta: inicie sesión sin más. Si ya no sabe la contraseña, con este enlace puede elegir una nueva.`,
      button: 'Elegir una contraseña nueva',
    },
    password: {
      subject: (company) => `Una contraseña nueva para ${company}`,
      text: (company) =>
        `Alguien, probablemente usted, ha pedido una contraseña nueva en ${company}. Con el enlace puede elegir una.`,
      button: 'Elegir una contraseña nueva',
    },
    confirm: {
      subject: (company) => `Confirme su dirección en ${company}`,
      text: (company) =>
        `${company} quiere asegurarse de que esta dirección es suya. Abra el enlace, confírmela y elija una contraseña nueva.`,
      button: 'Confirmar la dirección',
    },
    changed: {
      subject: (company) => `Su contraseña en ${company} ha cambiado`,
      text: (company) =>
        `La contraseña de su cuenta en ${company} acaba de cambiar y se ha cerrado la sesión en todos los demás dispositivos.`,
      button: 'Abrir el portal',
    },
    once: 'El enlace funciona una sola vez, durante 30 minutos.',
    notYou: '¿No ha sido usted? Entonces no haga nada: sin el enlace no cambia nada.',
    notYouChanged:
      '¿No ha sido usted? Entonces abra el portal, elija «¿Ha olvidado la contraseña?» y avise al equipo de soporte.',
    why: (company) =>
      `Recibe este correo porque esta dirección se ha usado en el portal de soporte de ${company}.`,
  },
};
