/** The side: whose desk this is, the queues with their counts, what is set up, and who is logged in. */
import { IconButton } from '../../common/components/button.tsx';
import { CLOUD, Icon, type IconProps, WARN } from '../../common/components/icon.tsx';
import { Monogram } from '../../common/components/monogram.tsx';
import { STATUS_ICONS } from '../../common/components/status.tsx';
import { chooseCompany } from '../state/companies.ts';
import { mayManage } from '../state/desk.ts';
import { countOf } from '../state/queue.ts';
import { HOME, type Route, VIEWS, type View, writeRoute } from '../state/route.ts';
import { logOut } from '../state/session.ts';
import { useDesk, useWords } from './context.ts';
import { KEYS, LINES, LOG, OUT } from './shapes.ts';

const ICONS: Record<View, IconProps> = {
  waiting: STATUS_ICONS.OPEN,
  work: STATUS_ICONS.INVESTIGATION,
  mitigated: STATUS_ICONS.MITIGATED,
  resolved: STATUS_ICONS.RESOLVED,
  closed: STATUS_ICONS.CLOSED,
  all: { shape: LINES },
  announcements: { shape: WARN },
  customer: { shape: LINES },
};

/** The navigation of the desk; narrow screens show its signs only. */
export function Side() {
  const desk = useDesk();
  const { t } = useWords();
  return (
    <header class="side">
      <Owner />
      <nav aria-label={t('nav.label')}>
        <ul>
          {VIEWS.map((view) => (
            <ViewLink key={view} view={view} />
          ))}
        </ul>
        <h2>{t('nav.companyWide')}</h2>
        <ul>
          <ViewLink view="announcements" />
        </ul>
        {mayManage(desk) && (
          <>
            <h2>{t('nav.setUp')}</h2>
            <ul>
              <PageLink route={{ page: 'webhooks', open: null }} icon={{ shape: CLOUD }} />
              <PageLink route={{ page: 'audit' }} icon={{ shape: LOG }} />
            </ul>
          </>
        )}
      </nav>
      <Account />
    </header>
  );
}

function Owner() {
  const desk = useDesk();
  const { t } = useWords();
  const session = desk.session.value;
  const companies = desk.companies.value ?? [];
  const chosen = companies.find((one) => one.id === desk.companyId.value);
  const name = session?.company?.name ?? chosen?.name ?? t('nav.allCompanies');
  return (
    <div class="owner">
      <Monogram name={name} />
      {session?.company ? (
        <b class="wide" dir="auto">
          {t('desk.name', { company: name })}
        </b>
      ) : (
        <select
          class="in pick"
          aria-label={t('nav.company')}
          title={name}
          value={desk.companyId.value ?? ''}
          onChange={(event) => chooseCompany(desk, event.currentTarget.value || null)}
        >
          <option value="">{t('nav.allCompanies')}</option>
          {companies.map((company) => (
            <option key={company.id} value={company.id}>
              {company.name}
            </option>
          ))}
        </select>
      )}
    </div>
  );
}

function ViewLink({ view }: { view: View }) {
  const desk = useDesk();
  const route = desk.route.value;
  return (
    <Entry
      href={writeRoute({ ...HOME, view })}
      icon={ICONS[view]}
      word={useWords().t(`view.${view}`)}
      count={countOf(desk.queue.counts.value, view)}
      isOn={route.page === 'queue' && route.view === view}
      isUrgent={view === 'waiting'}
    />
  );
}

function PageLink({ route, icon }: { route: Exclude<Route, { page: 'queue' }>; icon: IconProps }) {
  const isOn = useDesk().route.value.page === route.page;
  return (
    <Entry
      href={writeRoute(route)}
      icon={icon}
      word={useWords().t(`view.${route.page}`)}
      count={null}
      isOn={isOn}
    />
  );
}

interface EntryProps {
  href: string;
  icon: IconProps;
  word: string;
  count: number | null;
  isOn: boolean;
  isUrgent?: boolean;
}

function Entry({ href, icon, word, count, isOn, isUrgent }: EntryProps) {
  return (
    <li>
      <a href={href} aria-current={isOn ? 'page' : undefined} title={word}>
        <Icon {...icon} />
        <span class="word">{word}</span>{' '}
        {count !== null && count > 0 && (
          <span class={isUrgent ? 'count urgent' : 'count'}>{count}</span>
        )}
      </a>
    </li>
  );
}

function Account() {
  const desk = useDesk();
  const { t } = useWords();
  const isLive = desk.stream.value === 'live' && desk.isReached.value;
  const state = t(isLive ? 'nav.live' : 'nav.notLive');
  return (
    <div class="account">
      <span class={isLive ? 'pulse live' : 'pulse'} title={state} />
      <span class="grow wide" dir="auto">
        {desk.session.value?.keyName}
        <span class="unseen">{state}</span>
      </span>
      <IconButton
        icon={KEYS}
        label={t('nav.keys')}
        onClick={() => {
          desk.isHelpOpen.value = true;
        }}
      />
      <IconButton icon={OUT} label={t('logout.button')} onClick={() => void logOut(desk)} />
    </div>
  );
}
