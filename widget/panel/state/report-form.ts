/** The report form: what the host page suggests for it, and what is wrong with it. */
import { PRIORITIES } from '../../../shared/incident.ts';
import { TYPED } from '../../../shared/limits.ts';
import { isEmpty, lengthOf } from '../../common/state/forms.ts';
import type { I18n } from '../i18n/index.ts';
import { draftsOf, type Values } from './drafts.ts';
import { inWords, type Problems } from './forms.ts';
import { reportKey } from './kept.ts';
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
  draftsOf(panel).fill(reportKey(customer), {
    ...texts,
    ...(known && { category: known }),
    ...(urgency && { priority: urgency }),
  });
}

/** What can be said of a report without asking the server. */
export function checkReport(i18n: I18n, values: Values): Problems {
  const { shortDescription = '', description = '', category } = values;
  return inWords(i18n, [
    ['shortDescription', 'missing', isEmpty(shortDescription)],
    ['shortDescription', 'too_long', lengthOf(shortDescription) > TYPED.shortDescription],
    ['description', 'missing', isEmpty(description)],
    ['description', 'too_long', lengthOf(description) > TYPED.description],
    ['category', 'missing', isEmpty(category)],
  ]);
}
