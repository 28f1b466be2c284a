/** What of a customer is kept on the device, and where: drafts and what waits to be sent. */
import type { Customer } from '../../../shared/types.ts';
import type { Keeper } from './keeper.ts';

/** Reads a JSON object that was kept earlier; anything else counts as nothing. */
export function readKept(keeper: Keeper, key: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(keeper.get(key) ?? 'null');
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}

/** Where things of one customer are kept: one prefix, so that one sweep leaves nothing behind. */
export function customerPrefix(companyId: string, customerId: string): string {
  return `porthole/${companyId}/${customerId}/`;
}

/** Where the log-in fields of one company are kept, while nobody is logged in. */
export function entryKey(companyId: string): string {
  return `porthole/${companyId}/entry`;
}

/** Key of the report form's draft. */
export function reportKey(customer: Customer): string {
  return `${customerPrefix(customer.companyId, customer.id)}draft/report`;
}

/** Key of the draft of a reply. */
export function replyKey(customer: Customer, incidentId: string): string {
  return `${customerPrefix(customer.companyId, customer.id)}draft/reply/${incidentId}`;
}
