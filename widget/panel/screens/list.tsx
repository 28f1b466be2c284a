/** The customer's reports: what is open, what is solved, what waits here, and the way to report another. */
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { SOLVED, STATUSES, type Status as StatusName, UNSOLVED } from '../../../shared/incident.ts';
import { Button, IconButton } from '../../common/components/button.tsx';
import { Emblem, ListEnd, Skeleton, Trouble } from '../../common/components/feedback.tsx';
import { CLOSE, Icon } from '../../common/components/icon.tsx';
import { Segmented } from '../../common/components/segmented.tsx';
import { OK } from '../../common/components/status.tsx';
import { usePanel, useWords } from '../components/context.ts';
import { Announced } from '../components/lazy.tsx';
import { ListedRow } from '../components/rows.tsx';
import { Screen } from '../components/screen.tsx';
import { go } from '../state/host.ts';
import type { Filter } from '../state/incidents.ts';
import { readList, setFilter } from '../state/listing.ts';
import { isMailed, type Notice, type Panel } from '../state/panel.ts';

const PLUS = 'M10 4.5v11M4.5 10h11';

/** Whether there is something to show: what is listed, or why it could not be read. */
export function isListKnown(panel: Panel): boolean {
  const { filter, lists, counts } = panel.incidents.value;
  return counts.value !== null || lists[filter.value].failure.value !== null;
}

/** The first screen of somebody who is logged in. */
export function HomeScreen() {
  const panel = usePanel();
  const { t } = useWords();
  const body = useKeptScroll(panel);
  const isEmpty = panel.incidents.value.counts.value && countOf(panel, STATUSES) === 0;
  const hasReport = panel.outbox.parcels.value.some((parcel) => parcel.incidentId === null);
  const report = (
    <Button onClick={() => go(panel, { name: 'report' })}>
      <Icon shape={PLUS} />
      {t('home.report')}
    </Button>
  );
  if (isEmpty && !hasReport) {
    return (
      <Screen>
        <NoticeLine />
        <Announced />
        <div class="empty">
          <Emblem
            icon={OK}
            title={t('home.emptyTitle')}
            text={t(isMailed(panel) ? 'home.emptyTextMail' : 'home.emptyText')}
          />
          {report}
        </div>
      </Screen>
    );
  }
  return (
    <Screen bodyRef={body}>
      <h1 tabIndex={-1}>
        {t('home.hello', { name: firstName(panel.customer.value?.name ?? '') })}
      </h1>
      <p class="quiet lead" dir="auto">
        {panel.company.value?.greeting || t('home.text')}
      </p>
      {report}
      <NoticeLine />
      <Announced />
      <Filters />
      <List />
    </Screen>
  );
}

function Filters() {
  const panel = usePanel();
  const { t } = useWords();
  const { filter, counts } = panel.incidents.value;
  const counted = (word: string, statuses: readonly StatusName[]) =>
    counts.value ? `${word} ${countOf(panel, statuses)}` : word;
  return (
    <Segmented<Filter>
      label={t('home.filter')}
      value={filter.value}
      onChoose={(chosen) => setFilter(panel, chosen)}
      options={[
        ['open', counted(t('home.open'), UNSOLVED)],
        ['resolved', counted(t('home.resolved'), SOLVED)],
        ['all', t('home.all')],
      ]}
    />
  );
}

function List() {
  const panel = usePanel();
  const parts = panel.files.work.parts.value;
  const { t } = useWords();
  const { filter: chosen, lists } = panel.incidents.value;
  const filter = chosen.value;
  const { items, cursor, failure } = lists[filter];
  const listed = items.value;
  const reports =
    filter === 'resolved'
      ? []
      : panel.outbox.parcels.value.filter((one) => one.incidentId === null);
  if (!listed && failure.value) {
    return (
      <Trouble
        title={t('home.failed')}
        failure={failure.value}
        onRetry={() => void readList(panel)}
      />
    );
  }
  return (
    <>
      <NewsElsewhere />
      <ul class="rows lined" aria-label={t('home.list')}>
        {parts &&
          [...reports]
            .reverse()
            .map((parcel) => <parts.ParcelRow key={parcel.key} parcel={parcel} />)}
        {listed?.map((incident) => (
          <ListedRow key={incident.id} incident={incident} />
        ))}
      </ul>
      {!listed && <Skeleton />}
      {listed?.length === 0 && reports.length === 0 && (
        <p class="quiet nothing">
          {t(filter === 'open' ? 'home.emptyOpen' : 'home.emptyResolved')}
        </p>
      )}
      {listed && cursor.value !== null && (
        <ListEnd
          key={listed.length}
          onReach={() => void panel.files.work.load().then((work) => work?.readOn(panel))}
        />
      )}
    </>
  );
}

/** News that the filter hides would never be found: say where they are. */
function NewsElsewhere() {
  const panel = usePanel();
  const { t } = useWords();
  const { filter, unread, lists } = panel.incidents.value;
  const { items, cursor } = lists[filter.value];
  const here = items.value?.filter((one) => one.isUnread).length ?? 0;
  const count = unread.value - here;
  if (filter.value === 'all' || !items.value || cursor.value !== null || count < 1) return null;
  return (
    <p class="elsewhere">
      <span class="dot" />
      <Button look="link" onClick={() => setFilter(panel, 'all')}>
        {t('home.newsElsewhere', { count })}
      </Button>
    </p>
  );
}

function NoticeLine() {
  const panel = usePanel();
  const { t } = useWords();
  const words: Partial<Record<NonNullable<Notice>, string>> = {
    tab_only: t('entry.tabOnly'),
    logout_failed: t('logout.failed'),
    draft_kept: t('news.draftKept'),
  };
  const text = panel.notice.value && words[panel.notice.value];
  if (!text) return null;
  return (
    <div class="note" role="status">
      <p class="small">{text}</p>
      <IconButton
        icon={CLOSE}
        label={t('dismiss')}
        onClick={() => {
          panel.notice.value = null;
        }}
      />
    </div>
  );
}

/** Remembers how far the list was scrolled, and holds it still when something is added on top. */
function useKeptScroll(panel: Panel) {
  const body = useRef<HTMLElement>(null);
  const incidents = panel.incidents.value;
  const first = incidents.lists[incidents.filter.value].items.value?.[0]?.id;
  const height = useRef(0);
  useEffect(() => {
    const element = body.current;
    if (!element) return;
    element.scrollTop = incidents.scrollTop;
    const onScroll = () => {
      incidents.scrollTop = element.scrollTop;
      height.current = element.scrollHeight;
    };
    element.addEventListener('scroll', onScroll, { passive: true });
    return () => element.removeEventListener('scroll', onScroll);
  }, [incidents]);
  useLayoutEffect(() => {
    const element = body.current;
    if (!element || element.scrollTop === 0) return;
    element.scrollTop += element.scrollHeight - height.current;
    height.current = element.scrollHeight;
  }, [first]);
  return body;
}

function countOf(panel: Panel, statuses: readonly StatusName[]): number {
  const counts = panel.incidents.value.counts.value;
  return statuses.reduce((sum, status) => sum + (counts?.[status] ?? 0), 0);
}

function firstName(name: string): string {
  return name.trim().split(/\s+/)[0] ?? '';
}
