/**
 * One attempt at a mail. At least once: a mail is sent twice, under one Message-ID, when the server dies or loses its
 * database between the mail server's yes and the row that says so; SMTP has no way to ask.
 */
import type { AccountMailPayload } from '../db/account-links.ts';
import { type Attempted, type Claim, type Outcome, recordAttempt } from '../db/delivery-claims.ts';
import { type MailFacts, readMailFacts } from '../db/mail-facts.ts';
import type { News } from '../db/outbox.ts';
import { accountLink, customerLink, deskLink } from './links.ts';
import { accountLetter } from './mail/account-letter.ts';
import { customerLetter } from './mail/customer-letter.ts';
import type { OutgoingMail, SentMail } from './mail/mailer.ts';
import { pausedLetter, teamLetter } from './mail/team-letter.ts';
import type { Relay } from './relay.ts';
import { pauseAfter } from './schedule.ts';
import type { Sent, WorkerDeps } from './worker.ts';

type MailPayload =
  | { news: News[] }
  | { paused: { host: string; reason: 'gone' | 'failing' } }
  | AccountMailPayload;

/** From then on the link that it brings leads nowhere. */
const LINK_LIFE_MS = 30 * 60_000;

/** Sends, or finds that there is no reason to any more; answers how to write that down. */
export async function sendMail(deps: WorkerDeps, claim: Claim, relay: Relay): Promise<Sent> {
  const start = performance.now();
  const tried = await tryToSend(deps, claim, relay);
  const { outcome } = tried;
  const durationMs = Math.round(performance.now() - start);
  const attempted: Attempted = { ...tried, durationMs, answer: null };
  return {
    outcome: outcome.kind,
    // In one transaction: a log that says delivered belongs to a mail that is not sent again.
    record: () =>
      deps.db.knex.transaction((trx) => recordAttempt(trx, deps.clock, claim, attempted)),
  };
}

async function tryToSend(
  deps: WorkerDeps,
  claim: Claim,
  relay: Relay,
): Promise<Pick<Attempted, 'outcome' | 'status' | 'recipient'>> {
  const skipped = (error: string) => ({
    outcome: { kind: 'skipped', error } as const,
    status: null,
    recipient: claim.recipient,
  });
  if (deps.mailer === null) {
    deps.log.info({ deliveryId: claim.id, event: claim.event }, 'mail not sent: no mail server');
    return skipped('No mail server is configured (SMTP_URL).');
  }
  const payload = claim.payload as MailPayload;
  const commentIds =
    'news' in payload ? payload.news.flatMap(({ commentId }) => commentId ?? []) : [];
  const facts = await readMailFacts(deps.db, claim, commentIds);
  const mail = toMail(deps, claim, payload, facts);
  if (typeof mail === 'string') return skipped(mail);
  const sent = await deps.mailer.send(mail);
  return {
    outcome: outcomeOf(sent, claim, relay),
    status: sent.status,
    recipient: mail.to.address,
  };
}

function outcomeOf({ error, fault }: SentMail, { tries }: Claim, relay: Relay): Outcome {
  if (error !== null && fault === 'server') {
    return { kind: 'again', error, afterMs: relay.isAway(error) };
  }
  relay.isBack();
  if (error === null) return { kind: 'delivered' };
  const afterMs = fault === 'final' ? null : pauseAfter(tries, null);
  return afterMs === null ? { kind: 'failed', error } : { kind: 'again', error, afterMs };
}

/** The mail, or why there is none. */
function toMail(
  deps: WorkerDeps,
  claim: Claim,
  payload: MailPayload,
  facts: MailFacts,
): OutgoingMail | string {
  const { id, incidentId, recipient } = claim;
  const { company, incident, customer, comments } = facts;
  if ('account' in payload) return toAccountMail(deps, claim, payload, facts);
  if (claim.customerId !== null) return toCustomerMail(deps, claim, payload, facts);
  if (!company.teamEmails.includes(recipient)) return 'No longer an address of the team.';
  const to = { name: '', address: recipient };
  if ('paused' in payload) {
    const link = `${deps.baseUrl}/desk`;
    return { id, incidentId, to, letter: pausedLetter({ company, ...payload.paused, link }) };
  }
  if (incident === null || customer === null) return 'The incident is gone.';
  const link = deskLink(deps.baseUrl, incident.id);
  const letter = teamLetter({ company, incident, customer, news: payload.news, comments, link });
  return { id, incidentId, to, letter };
}

/** To the address that it is about, whatever the account says of mails: it is what keeps the account theirs. */
function toAccountMail(
  { baseUrl, clock, accountLinkToken }: WorkerDeps,
  { id, companyId, recipient: email, createdAt }: Claim,
  { account: { kind, linkId, locale } }: AccountMailPayload,
  { company }: MailFacts,
): OutgoingMail | string {
  const ageMs = Date.now() + clock.aheadMs() - Date.parse(createdAt);
  if (linkId !== null && ageMs > LINK_LIFE_MS) return 'Its link has expired.';
  const token = linkId === null ? null : accountLinkToken(companyId, linkId);
  const link = accountLink(baseUrl, company.slug, token);
  const letter = accountLetter({ company, kind, email, locale, link });
  return { id, incidentId: null, to: { name: '', address: email }, letter };
}

function toCustomerMail(
  deps: WorkerDeps,
  { id, companyId, incidentId, isForced }: Claim,
  payload: MailPayload,
  { company, incident, customer: reader, comments }: MailFacts,
): OutgoingMail | string {
  if (incident === null || reader === null || !('news' in payload)) return 'The incident is gone.';
  if (!reader.wantsMail) return 'Mails are switched off.';
  // An announcement has many readers, and no mark of who has read it.
  const isRead = !incident.isAnnouncement && !incident.isUnread;
  if (isRead && !isForced) return 'Read in the panel.';
  const letter = customerLetter({
    ...{ company, incident, reader, news: payload.news, comments },
    link: customerLink(deps.baseUrl, company, incident.ticketNumber),
    switchOffLink: deps.mailOffLink(companyId, reader.id),
  });
  // To the address of now: it may have changed since.
  return { id, incidentId, to: { name: reader.name, address: reader.email }, letter };
}
