/** What of a customer is kept on the device, and where: drafts and what waits to be sent. */
import type { Customer } from '../../../shared/types.ts';

/** Where things of one customer are kept: one prefix, so that one sweep leaves nothing behind. */
export function customerPrefix(companyId: string, customerId: string): string {
  return `porthole/${companyId}/${customerId}/`;
}

/** Where the log-in fields of one company are kept, while nobody is logged in. */
export function entryKey(companyId: string): string {
  return `porthole/${companyId}/entry`;
}

/** Where the proof is kept that a sign-up was made here, until its mailed link is opened. */
export function proofKey(companyId: string): string {
  return `porthole/${companyId}/proof`;
}

/** Where the incident of a link waits in the tab for its log-in. */
export const LINK_KEY = 'porthole/link';

/** Key of the report form's draft. */
export function reportKey(customer: Customer): string {
  return `${customerPrefix(customer.companyId, customer.id)}draft/report`;
}

/** Key of the draft of a reply. */
export function replyKey(customer: Customer, incidentId: string): string {
  return `${customerPrefix(customer.companyId, customer.id)}draft/reply/${incidentId}`;
}
