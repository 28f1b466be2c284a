/** The audit log: read newest first, read on, and handed out as a file. */
import { batch } from '@preact/signals';
import { announce } from '../../common/state/surroundings.ts';
import type { ExportFormat } from '../api/desk.ts';
import { takeNote } from './connection.ts';
import { chosenCompany, type Desk } from './desk.ts';

const PAGE = 50;

/** Reads the log from its newest entry, or further on from where it was read to. */
export async function readAudit(desk: Desk, isFurther = false): Promise<void> {
  const { entries, entriesFailure, nextCursor, isReading } = desk.setUp;
  if (isReading.peek()) return;
  isReading.value = true;
  const companyId = chosenCompany(desk);
  const before = isFurther ? (nextCursor.peek() ?? undefined) : undefined;
  const result = await desk.deps.api.audit({ companyId, before, limit: PAGE });
  takeNote(desk, result);
  isReading.value = false;
  if (companyId !== chosenCompany(desk)) return readAudit(desk);
  batch(() => {
    entriesFailure.value = result.ok || result.error.code === 'aborted' ? null : result.error;
    if (!result.ok) return;
    entries.value = [...(isFurther ? (entries.peek() ?? []) : []), ...result.data.entries];
    nextCursor.value = result.data.nextCursor;
  });
}

/** Hands the whole log to the browser as a file. A plain link could not say that the desk asks. */
export async function exportAudit(desk: Desk, format: ExportFormat): Promise<void> {
  const { t } = desk.i18n.peek();
  try {
    const response = await desk.deps.api.exportAudit(format, chosenCompany(desk));
    if (!response.ok) return announce(desk, t('audit.exportFailed'));
    desk.deps.saveFile(`audit.${format}`, await response.blob());
    announce(desk, t('audit.exported'));
  } catch {
    announce(desk, t('audit.exportFailed'));
  }
}
