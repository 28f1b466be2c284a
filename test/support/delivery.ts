/** A worker on the test's database, with a clock that can be moved and a mail server of its own. */
import { afterAll } from 'vitest';
import { createMailer } from '../../server/delivery/mail/mailer.ts';
import { startDelivery } from '../../server/delivery/start.ts';
import type { WorkerDeps } from '../../server/delivery/worker.ts';
import type { TestApp } from './app.ts';
import { rowsOf } from './factories.ts';
import { type SmtpReceiver, startSmtpReceiver } from './smtp-receiver.ts';

export const HOUR_MS = 60 * 60 * 1_000;
export const SENDER = { name: 'Porthole', address: 'porthole@mail.example' };

export interface TestDelivery {
  smtp: SmtpReceiver;
  /** Moves the queue's clock ahead, and looks at once. */
  pass(ms: number): void;
  stop(limitMs?: number): Promise<void>;
}

/** Forgets what other files left in the outbox, then works until the file has ended. Mails are sent without waiting. */
export async function startTestDelivery(
  app: TestApp,
  own: Partial<WorkerDeps> = {},
): Promise<TestDelivery> {
  await rowsOf(app, 'update outbox set done_at = now() where done_at is null');
  await rowsOf(
    app,
    "update deliveries set status = 'skipped', next_attempt_at = null, digest_key = null where status = 'pending'",
  );
  const smtp = await startSmtpReceiver();
  const mailer = createMailer(smtp.url, SENDER);
  let aheadMs = 0;
  const delivery = startDelivery(app.deps, app.url, {
    mailer,
    digestMs: () => 0,
    clock: { aheadMs: () => aheadMs },
    ...own,
  });
  let isStopped = false;
  const stop = async (limitMs = 1_000) => {
    if (isStopped) return;
    isStopped = true;
    await delivery.stop(limitMs);
    mailer.close();
    await smtp.close();
  };
  afterAll(() => stop());
  return {
    smtp,
    stop,
    pass(ms) {
      aheadMs += ms;
      app.deps.wakeup.wake();
    },
  };
}
