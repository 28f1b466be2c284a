/** Parcels on the device: kept, found again, taken back into their form, thrown away. */

import { readKept } from '../../common/state/read-kept.ts';
import { draftsOf, type Values } from './drafts.ts';
import { customerPrefix, replyKey, reportKey } from './kept.ts';
import type { Parcel } from './outbox.ts';
import type { Panel } from './panel.ts';

/** Reads again what waits for the customer who is here (another tab may have sent or added something). */
export function loadOutbox(panel: Panel): void {
  const prefix = outboxPrefix(panel);
  const { device } = panel.deps;
  const parcels = prefix
    ? device
        .keys(prefix)
        .flatMap((key) => parcelOf(key.slice(prefix.length), readKept(device, key)))
    : [];
  panel.outbox.parcels.value = parcels.sort((one, other) => one.at - other.at);
}

function parcelOf(key: string, kept: Record<string, unknown> | null): Parcel[] {
  const { at, incidentId, values, reason } = kept ?? {};
  if (typeof at !== 'number' || typeof values !== 'object' || values === null) return [];
  const text = (value: unknown) => (typeof value === 'string' ? value : null);
  return [
    { key, at, incidentId: text(incidentId), values: values as Values, reason: text(reason) },
  ];
}

function outboxPrefix(panel: Panel): string | null {
  const customer = panel.customer.peek();
  return customer && `${customerPrefix(customer.companyId, customer.id)}outbox/`;
}

/** Keeps a parcel on the device. */
export function keep(panel: Panel, { key, ...parcel }: Parcel): void {
  const prefix = outboxPrefix(panel);
  if (prefix) panel.deps.device.set(prefix + key, JSON.stringify(parcel));
  loadOutbox(panel);
}

/** Takes a parcel away for good. */
export function discard(panel: Panel, key: string): void {
  const prefix = outboxPrefix(panel);
  if (prefix) panel.deps.device.remove(prefix + key);
  loadOutbox(panel);
}

/** Removes everything that waits for the customer who is here. */
export function emptyOutbox(panel: Panel): void {
  clearTimeout(panel.outbox.timer);
  for (const { key } of panel.outbox.parcels.peek()) discard(panel, key);
  panel.outbox.refused.value = {};
}

/** Takes a refused parcel back into its form. A reply is added below what stands there. */
export function takeBack(panel: Panel, parcel: Parcel): void {
  const customer = panel.customer.peek();
  if (!customer) return;
  const drafts = draftsOf(panel);
  if (parcel.incidentId) {
    const key = replyKey(customer, parcel.incidentId);
    const standing = drafts.open(key).values.peek().content?.trim();
    const content = parcel.values.content ?? '';
    drafts.write(key, { content: standing ? `${standing}\n\n${content}` : content });
  } else drafts.write(reportKey(customer), parcel.values);
  discard(panel, parcel.key);
}
