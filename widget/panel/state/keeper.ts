/** A box of texts on this device that never throws: what the browser refuses to keep lives as long as the page. */
import type { Customer } from '../../../shared/types.ts';

export interface Keeper {
  get(key: string): string | null;
  /** Keeps a text; false when it will be gone with the page. */
  set(key: string, value: string): boolean;
  remove(key: string): void;
  keys(prefix: string): string[];
}

/** Wraps a Web Storage, which may be missing, forbidden (the very access throws) or full. */
export function createKeeper(open: () => Storage): Keeper {
  const inPage = new Map<string, string>();
  const attempt = <T>(use: (storage: Storage) => T, otherwise: T): T => {
    try {
      return use(open());
    } catch {
      return otherwise;
    }
  };
  return {
    get: (key) => inPage.get(key) ?? attempt((storage) => storage.getItem(key), null),
    set(key, value) {
      const isStored = attempt((storage) => {
        storage.setItem(key, value);
        return storage.getItem(key) === value;
      }, false);
      if (isStored) inPage.delete(key);
      else inPage.set(key, value);
      return isStored;
    },
    remove(key) {
      inPage.delete(key);
      attempt((storage) => storage.removeItem(key), undefined);
    },
    keys(prefix) {
      const stored = attempt((storage) => Object.keys(storage), []);
      return [...new Set([...stored, ...inPage.keys()])].filter((key) => key.startsWith(prefix));
    },
  };
}

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
