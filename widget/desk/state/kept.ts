/** What of the desk is kept on the device, and where: drafts only. The session is a cookie that no script can read. */
import type { Desk } from './desk.ts';

/** One prefix, so that one sweep leaves nothing behind. */
export const DRAFTS = 'porthole/desk/';

/** What is written at an incident: to the customer, for the team, the last word, the internal fields. */
export type Pad = 'reply' | 'note' | 'resolve' | 'details';

/** Where a draft of one team is kept: two keys of one device do not see each other's. */
export function draftKey(desk: Desk, incidentId: string, pad: Pad): string {
  return `${teamPrefix(desk)}${incidentId}/${pad}`;
}

/** Where the announcement that is being written is kept. */
export const announcementKey = (desk: Desk) => `${teamPrefix(desk)}announcement`;

/** Where the form of a webhook is kept. */
export const webhookKey = (desk: Desk, id: string) => `${teamPrefix(desk)}webhook/${id}`;

function teamPrefix(desk: Desk): string {
  const session = desk.session.peek();
  return `${DRAFTS}${session?.company?.id ?? 'all'}/${encodeURIComponent(session?.keyName ?? '')}/`;
}

/** Whether anything typed is kept. */
export function isDrafting(desk: Desk): boolean {
  return desk.deps.device.keys(DRAFTS).length > 0;
}
