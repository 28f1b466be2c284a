/** What the mailer says of a mail server that is away, never ends, or takes a mail and is gone before it has said so. */
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Letter } from '../../server/delivery/mail/letter.ts';
import { createMailer } from '../../server/delivery/mail/mailer.ts';

const LETTER: Letter = {
  ...{ language: 'en', direction: 'ltr', subject: 'News', title: 'News', status: null },
  ...{ facts: [], intro: [], entries: [], notes: [], switchOff: null },
  company: { name: 'Acme', accent: null },
  button: { label: 'Open', url: 'https://support.example.com' },
};

let taken = 0;
let isTrickling = false;
/** Speaks as much SMTP as it takes to be given a mail, and cuts the line when it has it. */
const server = createServer((socket) => {
  let isData = false;
  socket.write('220 mail.example\r\n');
  socket.on('error', () => {});
  socket.on('data', (bytes) => {
    const text = bytes.toString();
    if (isData && text.endsWith('\r\n.\r\n')) {
      taken += 1;
      socket.destroy();
    } else if (!isData) {
      isData = /^DATA/i.test(text);
      // Part of an answer, whose end never comes.
      if (isTrickling && isData) socket.write('354-wait\r\n');
      else socket.write(isData ? '354 go on\r\n' : '250 fine\r\n');
    }
  });
});
beforeAll(async () => {
  await once(server.listen(0, '127.0.0.1'), 'listening');
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

const send = (port: number, limitMs?: number) => {
  const from = { name: 'Acme', address: 'a@mail.example' };
  const mailer = createMailer(`smtp://127.0.0.1:${port}`, from, limitMs);
  const to = { name: 'Ann', address: 'ann@example.com' };
  return mailer
    .send({ id: 'the-delivery', incidentId: null, to, letter: LETTER })
    .finally(() => mailer.close());
};
const port = () => (server.address() as AddressInfo).port;

it('sends a mail once, and leaves to the queue whether it goes again', async () => {
  const sent = await send(port());
  expect(taken).toBe(1);
  expect(sent).toMatchObject({
    fault: 'passing',
    error: expect.stringContaining('did not take it'),
  });
});

it('gives a mail up in time, with its connection, when the mail server never comes to an end', async () => {
  isTrickling = true;
  const closed = new Promise((resolve) =>
    server.once('connection', (one) => one.on('close', resolve)),
  );
  expect(await send(port(), 200)).toMatchObject({ fault: 'passing' });
  await closed;
  isTrickling = false;
});

it('tells a mail server that is away from one that will not have the mail', async () => {
  const gone = createServer();
  await once(gone.listen(0, '127.0.0.1'), 'listening');
  const { port } = gone.address() as AddressInfo;
  await new Promise((resolve) => gone.close(resolve));
  expect(await send(port)).toMatchObject({ status: null, fault: 'server' });
});
