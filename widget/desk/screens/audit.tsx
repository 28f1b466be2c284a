/** The audit log: who did what, when, from where. */
import { useEffect, useMemo } from 'preact/hooks';
import type { AuditEntry } from '../../../shared/types.ts';
import { Button } from '../../common/components/button.tsx';
import { Skeleton, Trouble } from '../../common/components/feedback.tsx';
import { dateFormat } from '../../common/i18n/times.ts';
import { useDesk, useWords } from '../components/context.ts';
import { exportAudit, readAudit } from '../state/audit.ts';
import { HOME, writeRoute } from '../state/route.ts';

export function AuditScreen() {
  const desk = useDesk();
  const { t } = useWords();
  const { entries, entriesFailure } = desk.setUp;
  useEffect(() => void readAudit(desk), [desk.companyId.value]);
  const listed = entries.value;
  const failure = entriesFailure.value;
  return (
    <main class="page">
      <div class="head">
        <div class="title">
          <h1 tabIndex={-1}>{t('view.audit')}</h1>
        </div>
        <p class="quiet small">{t('audit.text')}</p>
        <div class="moves">
          <Button look="ghost" onClick={() => void exportAudit(desk, 'csv')}>
            {t('audit.csv')}
          </Button>
          <Button look="ghost" onClick={() => void exportAudit(desk, 'ndjson')}>
            {t('audit.ndjson')}
          </Button>
        </div>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard. */}
      <section class="body" tabIndex={0} aria-label={t('view.audit')}>
        {listed && <Log entries={listed} />}
        {!listed && !failure && <Skeleton rows={6} />}
        {failure && (
          <Trouble
            title={t('audit.failed')}
            failure={failure}
            onRetry={() => void readAudit(desk, listed !== null)}
          />
        )}
        {listed && !failure && <More />}
      </section>
    </main>
  );
}

function More() {
  const desk = useDesk();
  const { t } = useWords();
  const { nextCursor, isReading } = desk.setUp;
  if (nextCursor.value === null) return null;
  return (
    <div class="acts">
      <Button look="ghost" isBusy={isReading.value} onClick={() => void readAudit(desk, true)}>
        {t('audit.more')}
      </Button>
    </div>
  );
}

function Log({ entries }: { entries: AuditEntry[] }) {
  const { t, language } = useWords();
  const exact = useMemo(
    () => dateFormat(language, { dateStyle: 'medium', timeStyle: 'medium' }),
    [language],
  );
  if (entries.length === 0) return <p class="quiet">{t('audit.empty')}</p>;
  return (
    <table class="log">
      <thead>
        <tr>
          <th scope="col">{t('audit.when')}</th>
          <th scope="col">{t('audit.who')}</th>
          <th scope="col">{t('audit.what')}</th>
          <th scope="col">{t('audit.about')}</th>
          <th scope="col">{t('audit.from')}</th>
        </tr>
      </thead>
      <tbody>
        {entries.map((entry) => (
          <LogRow key={entry.id} entry={entry} exact={exact} />
        ))}
      </tbody>
    </table>
  );
}

function LogRow({ entry, exact }: { entry: AuditEntry; exact: (iso: string) => string }) {
  const { t } = useWords();
  const { at, actor, action, ip } = entry;
  const type = t(`audit.actor.${actor.type}`);
  return (
    <tr>
      <td>
        <time dateTime={at}>{exact(at)}</time>
      </td>
      <td>
        <bdi>{actor.name}</bdi>{' '}
        {actor.name.toLowerCase() !== type.toLowerCase() && <span class="quiet small">{type}</span>}
      </td>
      <td>
        <code>{action}</code>
        <Changes entry={entry} />
      </td>
      <td>
        <About entry={entry} />
      </td>
      <td class="quiet">{ip}</td>
    </tr>
  );
}

/** What it was done to; an incident can be looked up at once. */
function About({ entry: { subject, after } }: { entry: AuditEntry }) {
  if (!subject) return null;
  const words = (
    <>
      {subject.type} <span class="quiet small">{subject.id.slice(-6)}</span>
    </>
  );
  const incidentId = subject.type === 'incident' ? subject.id : after?.incidentId;
  if (typeof incidentId !== 'string') return <span title={subject.id}>{words}</span>;
  return (
    <a href={writeRoute({ ...HOME, view: 'all', open: incidentId })} title={subject.id}>
      {words}
    </a>
  );
}

/** What it was before and is since, field by field; the log holds no texts of people. */
function Changes({ entry: { before, after } }: { entry: AuditEntry }) {
  const named = [...Object.keys(before ?? {}), ...Object.keys(after ?? {})];
  const fields = [...new Set(named)].filter(
    (field) => field !== 'incidentId' && !isSame(before?.[field], after?.[field]),
  );
  if (fields.length === 0) return null;
  return (
    <span class="changes small">
      {fields.map((field) => (
        <span key={field}>
          {field}: {[before?.[field], after?.[field]].filter(isSaid).map(say).join(' → ')}
        </span>
      ))}
    </span>
  );
}

/** Fields that stayed as they were say nothing. */
const isSame = (one: unknown, other: unknown) =>
  JSON.stringify(one ?? null) === JSON.stringify(other ?? null);

const isSaid = (value: unknown) => value !== undefined;

function say(value: unknown): string {
  if (Array.isArray(value)) return value.map(say).join(', ');
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}
