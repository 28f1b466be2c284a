/** What of the panel's forms is kept while it is typed. How: common/state/drafts.ts. */
import { createDrafts, type Drafts, hasNothing } from '../../common/state/drafts.ts';
import type { Panel } from './panel.ts';

/** The fields that can be typed into; a password is never among them. */
export type FieldName =
  | 'email'
  | 'name'
  | 'shortDescription'
  | 'description'
  | 'priority'
  | 'category'
  | 'content';
export type Values = Partial<Record<FieldName, string>>;

/** Fields that are chosen, not typed: alone they are not worth keeping. */
const CHOICES: readonly FieldName[] = ['priority', 'category'];

/** The drafts of a panel, begun with its first form. */
export function draftsOf(panel: Panel): Drafts<FieldName> {
  panel.drafts ??= createDrafts(panel.deps.device, CHOICES);
  return panel.drafts;
}

/** Whether nothing worth keeping was typed. */
export function isBlank(values: Values): boolean {
  return hasNothing(values, CHOICES);
}
