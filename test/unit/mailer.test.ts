/** What the mailer says of a mail server that takes a mail and is gone before it has said so. */
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
      socket.write(isData ? '354 go on\r\n' : '250 fine\r\n');
    }
  });
});
beforeAll(async () => {
  await once(server.listen(0, '127.0.0.1'), 'listening');
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

it('sends a mail once, and leaves to the queue whether it goes again', async () => {
  const { port } = server.address() as AddressInfo;
  const mailer = createMailer(`smtp://127.0.0.1:${port}`, {
    name: 'Acme',
    address: 'a@mail.example',
  });
  const sent = await mailer.send({
    id: 'the-delivery',
    incidentId: null,
    to: { name: 'Ann', address: 'ann@example.com' },
    letter: LETTER,
  });
  mailer.close();
  expect(taken).toBe(1);
  expect(sent).toMatchObject({ isFinal: false, error: expect.stringContaining('did not take it') });
});
