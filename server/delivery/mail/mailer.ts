/**
 * Hands mails to the mail server. One recipient a message, always given as an object: given as text, a comma or a line
 * break in it would be another recipient (DESIGN §7).
 */
import { createTransport } from 'nodemailer';
import { toHtml } from './html.ts';
import { type Letter, oneLine } from './letter.ts';
import { toText } from './text.ts';

export interface Mailer {
  /** Never throws, and ends within a minute, well before another worker would send it too. */
  send(mail: OutgoingMail): Promise<SentMail>;
  close(): void;
}

export interface SentMail {
  status: number | null;
  /** Null: it was taken. */
  error: string | null;
  /**
   * What was wrong: the mail, for good (`final`); the mail server, which could not be reached or let us not in (`server`);
   * or anything that may be better the next time (`passing`).
   */
  fault: 'final' | 'server' | 'passing' | null;
}

export interface OutgoingMail {
  /** Of the delivery: the same again when it is sent again, so that a duplicate can be told. */
  id: string;
  /** Its mails become one thread. */
  incidentId: string | null;
  to: { name: string; address: string };
  letter: Letter;
}

export interface Sender {
  name: string;
  address: string;
}

const CONNECT_MS = 10_000;
const SILENCE_MS = 15_000;
/** For all of a mail: a server that says a little now and then is never silent. Shorter than the lease. */
const MAIL_MS = 50_000;

/** `from`: what MAIL_FROM says; the company's name goes before its address. */
export function createMailer(smtpUrl: string, from: Sender, limitMs = MAIL_MS): Mailer {
  const transport = createTransport({
    url: smtpUrl,
    pool: true,
    maxConnections: 4,
    connectionTimeout: CONNECT_MS,
    greetingTimeout: CONNECT_MS,
    socketTimeout: SILENCE_MS,
    dnsTimeout: CONNECT_MS,
    // Nothing that a person wrote makes us read a file or fetch an address.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const domain = from.address.split('@').at(-1) ?? 'localhost';
  return {
    async send(mail) {
      try {
        // Aborted, its connection is closed: the mail is not sent behind our back.
        const message = { ...toMessage(mail, from, domain), signal: AbortSignal.timeout(limitMs) };
        const { response } = await transport.sendMail(message);
        return { status: Number(response.slice(0, 3)) || null, error: null, fault: null };
      } catch (error) {
        const judged = judge(error as Nullable<SmtpError>);
        if (judged.fault !== 'server') return judged;
        // Lost in the middle, a mail may have been taken: not to be repeated as often as a server that is away is tried.
        const isThere = await transport.verify().catch(() => false);
        return isThere ? { ...judged, fault: 'passing' } : judged;
      }
    },
    close: () => transport.close(),
  };
}

function toMessage({ id, incidentId, to, letter }: OutgoingMail, from: Sender, domain: string) {
  const thread = incidentId === null ? null : `<incident.${incidentId}@${domain}>`;
  const { switchOff } = letter;
  return {
    messageId: `<${id}@${domain}>`,
    from: { name: oneLine(letter.company.name) || from.name, address: from.address },
    to: { name: oneLine(to.name), address: to.address },
    envelope: { from: from.address, to: [to.address] },
    subject: oneLine(letter.subject),
    text: toText(letter),
    html: toHtml(letter),
    ...(thread === null ? {} : { inReplyTo: thread, references: [thread] }),
    headers: {
      'Auto-Submitted': 'auto-generated',
      ...(switchOff === null
        ? {}
        : {
            'List-Unsubscribe': `<${switchOff.url}>`,
            'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
          }),
    },
  };
}

interface SmtpError {
  code?: string;
  /** Not set where the mail server has not said anything. */
  responseCode?: number;
}

/** What is wrong with the message or its recipient stays wrong; what is wrong with the connection or login may be mended. */
function judge({ code = '', responseCode: status = null }: Nullable<SmtpError>): SentMail {
  const isAboutMessage = code === 'EENVELOPE' || code === 'EMESSAGE';
  const said = status ?? code;
  const error = `The mail server did not take it (${said}).`;
  if (isAboutMessage) {
    return { status, error, fault: status === null || status >= 500 ? 'final' : 'passing' };
  }
  return { status, error, fault: code === 'EABORT' ? 'passing' : 'server' };
}

type Nullable<T> = { [K in keyof T]: T[K] | null };
