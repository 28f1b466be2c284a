/** Puts a node's worker together from the settings. */
import { accountLinkToken } from '../http/account-link-token.ts';
import type { Deps } from '../http/deps.ts';
import { startJanitor } from './janitor.ts';
import { createMailer } from './mail/mailer.ts';
import { mailOffLink } from './mail-off-page.ts';
import { POST_LIMIT_MS } from './post.ts';
import { startWorker, type WorkerDeps } from './worker.ts';

/** Another worker takes a delivery up again when its lease has ended. Longer than any attempt may take. */
const LEASE_MS = 60_000;

export interface Delivery {
  /** Ends within `limitMs`, and gives back what is under way then. */
  stop(limitMs: number): Promise<void>;
}

/** `baseUrl`: origin under which readers reach this server. */
export function startDelivery(
  deps: Deps,
  baseUrl: string,
  own: Partial<WorkerDeps> = {},
): Delivery {
  const { smtp, mailDigestSeconds } = deps.config;
  const mailer = smtp === null ? null : createMailer(smtp.url, smtp.from);
  const worker = startWorker({
    ...deps,
    baseUrl,
    mailer,
    mailOffLink: mailOffLink(deps.seals, baseUrl),
    accountLinkToken: (companyId, linkId) => accountLinkToken(deps.seals, companyId, linkId),
    digestMs: () => mailDigestSeconds * 1_000,
    clock: { aheadMs: () => 0 },
    leaseMs: LEASE_MS,
    postLimitMs: POST_LIMIT_MS,
    ...own,
  });
  const janitor = startJanitor(deps);
  return {
    async stop(limitMs) {
      janitor.stop();
      await worker.stop(limitMs);
      mailer?.close();
    },
  };
}
