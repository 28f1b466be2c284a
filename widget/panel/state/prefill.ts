/** What the host page suggests for a report. */
import { PRIORITIES } from '../../../shared/incident.ts';
import { reportKey } from './keeper.ts';
import type { Panel } from './panel.ts';

/** Fills what is empty in the report form, once for each suggestion; of category and priority what can be chosen. */
export function prefillReport(panel: Panel): void {
  const suggested = panel.prefill.peek();
  const customer = panel.customer.peek();
  if (!customer || Object.keys(suggested).length === 0) return;
  const { email: _email, name: _name, category, priority, ...texts } = suggested;
  const known = panel.company.peek()?.categories.find((one) => one === category);
  const urgency = PRIORITIES.find((one) => one === priority?.toUpperCase());
  panel.prefill.value = {};
  panel.drafts.fill(reportKey(customer), {
    ...texts,
    ...(known && { category: known }),
    ...(urgency && { priority: urgency }),
  });
}
