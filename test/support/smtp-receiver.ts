/** A real mail server that keeps what it is given, and refuses what it is told to refuse. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { type ParsedMail, simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';

export interface ReceivedMail {
  /** The envelope: where it really goes. */
  from: string;
  to: string[];
  raw: string;
  parsed: ParsedMail;
}

export interface SmtpReceiver {
  /** For SMTP_URL. */
  url: string;
  /** Of a server process that sends its mails here, and each at once. */
  settings: { SMTP_URL: string; MAIL_FROM: string; MAIL_DIGEST_SECONDS: string };
  mails: ReceivedMail[];
  /** Every mail to this address so far. */
  to(address: string): ReceivedMail[];
  /** Answers recipients with this status from now on; null takes everything. */
  refuse(status: number | null): void;
  close(): Promise<void>;
}

export async function startSmtpReceiver(): Promise<SmtpReceiver> {
  const mails: ReceivedMail[] = [];
  let refusal: number | null = null;
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    // The sender keeps its connections: closing need not wait for them.
    closeTimeout: 100,
    onRcptTo(_address, _session, done) {
      done(
        refusal === null ? null : Object.assign(new Error('refused'), { responseCode: refusal }),
      );
    },
    onData(stream, { envelope }, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', async () => {
        const raw = Buffer.concat(chunks).toString('utf8');
        const parsed = await simpleParser(raw);
        const from = envelope.mailFrom === false ? '' : envelope.mailFrom.address;
        mails.push({ from, to: envelope.rcptTo.map((one) => one.address), raw, parsed });
        done();
      });
    },
  });
  server.on('error', () => {});
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const url = `smtp://127.0.0.1:${(server.server.address() as AddressInfo).port}`;
  return {
    url,
    settings: {
      SMTP_URL: url,
      MAIL_FROM: 'Porthole <support@porthole.example>',
      MAIL_DIGEST_SECONDS: '0',
    },
    mails,
    to: (address) => mails.filter((mail) => mail.to.includes(address)),
    refuse(status) {
      refusal = status;
    },
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}
