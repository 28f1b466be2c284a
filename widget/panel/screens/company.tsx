/** Which company is it about: a search field over a list (combobox pattern), for ten companies or ten thousand. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { CompanySummary } from '../../../shared/types.ts';
import type { Failure } from '../../common/api/result.ts';
import { ErrorText, ListEnd, Skeleton, Trouble } from '../../common/components/feedback.tsx';
import { Icon } from '../../common/components/icon.tsx';
import { Monogram } from '../../common/components/monogram.tsx';
import { explain } from '../../common/state/explain.ts';
import { usePanel, useWords } from '../components/context.ts';
import { Screen } from '../components/screen.tsx';
import {
  type Companies,
  chooseCompany,
  createCompanies,
  loadCompanies,
  loadMoreCompanies,
  searchCompanies,
} from '../state/companies.ts';

const TINTS = 6;
const FIND = 'M9 4a5 5 0 1 0 0 10A5 5 0 0 0 9 4m4 9 3.5 3.5';

/** The company selector. */
export function CompanyScreen() {
  const panel = usePanel();
  const i18n = useWords();
  const { t } = i18n;
  const [state] = useState(createCompanies);
  const { search, found, failure, total } = state;
  const [active, setActive] = useState(0);
  const [problem, setProblem] = useState<Failure | null>(null);
  const list = useRef<HTMLDivElement>(null);
  const companies = found.value ?? [];

  useEffect(() => {
    if (!found.peek()) void loadCompanies(panel, state, 1);
  }, []);
  useEffect(() => {
    list.current?.children[active]?.scrollIntoView?.({ block: 'nearest' });
  }, [active]);

  async function choose(company: CompanySummary | undefined): Promise<void> {
    if (company) setProblem(await chooseCompany(panel, company.slug));
  }

  function onKeyDown(event: KeyboardEvent): void {
    const last = companies.length - 1;
    if (event.key === 'ArrowDown') {
      setActive(Math.min(active + 1, last));
      if (active + 1 >= last) loadMoreCompanies(panel, state);
    } else if (event.key === 'ArrowUp') setActive(Math.max(active - 1, 0));
    else if (event.key === 'Enter') void choose(companies[active]);
    else if (event.key === 'Escape' && search.peek()) {
      event.stopPropagation();
      searchCompanies(panel, state, '');
    } else return;
    event.preventDefault();
  }

  return (
    <Screen>
      <h1 tabIndex={-1}>{t('company.title')}</h1>
      <p class="quiet lead">{t('company.text')}</p>
      {panel.notice.value === 'company_unknown' && <ErrorText>{t('company.unknown')}</ErrorText>}
      <div class="search">
        <Icon shape={FIND} />
        <input
          class="in"
          data-focus
          role="combobox"
          type="text"
          inputMode="search"
          enterKeyHint="go"
          autoComplete="off"
          spellcheck={false}
          aria-label={t('company.label')}
          aria-autocomplete="list"
          aria-expanded={companies.length > 0}
          aria-controls="companies"
          aria-activedescendant={companies.length > 0 ? `company-${active}` : undefined}
          placeholder={t('company.placeholder')}
          value={search.value}
          onInput={(event) => {
            setActive(0);
            searchCompanies(panel, state, event.currentTarget.value);
          }}
          onKeyDown={onKeyDown}
        />
      </div>
      {problem && <ErrorText>{explain(i18n, problem)}</ErrorText>}
      {failure.value && (
        <Trouble
          title={t('company.failed')}
          failure={failure.value}
          onRetry={() => void loadCompanies(panel, state, 1)}
        />
      )}
      {!found.value && !failure.value && <Skeleton rows={5} />}
      <div class="options" role="listbox" id="companies" aria-label={t('company.label')} ref={list}>
        {companies.map((company, index) => (
          <Option
            key={company.id}
            company={company}
            index={index}
            isActive={index === active}
            onChoose={() => void choose(company)}
          />
        ))}
      </div>
      {companies.length < total.value && (
        <ListEnd onReach={() => loadMoreCompanies(panel, state)} />
      )}
      <Count state={state} />
    </Screen>
  );
}

interface OptionProps {
  company: CompanySummary;
  index: number;
  isActive: boolean;
  onChoose: () => void;
}

// The keyboard works on the combobox, which names the active option: options take no focus of their own.
function Option({ company, index, isActive, onChoose }: OptionProps) {
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the combobox handles the keys.
    // biome-ignore lint/a11y/useFocusableInteractive: aria-activedescendant points here.
    <div
      id={`company-${index}`}
      role="option"
      aria-selected={isActive}
      class={isActive ? 'option on' : 'option'}
      onClick={onChoose}
    >
      <Monogram name={company.name} tint={tintOf(company.id)} />
      <div dir="auto">
        <b>{company.name}</b>
        <span class="small">{company.slug}</span>
      </div>
    </div>
  );
}

function Count({ state }: { state: Companies }) {
  const { t } = useWords();
  const { search, found, total, all } = state;
  if (!found.value) return null;
  const isSearched = search.value.trim() !== '' && all.value !== null;
  const count = isSearched
    ? t('company.found', { found: total.value, all: all.value ?? 0 })
    : t('company.all', { count: total.value });
  return (
    <p class="quiet small after" role="status">
      {total.value === 0 ? t('company.none') : count} {t('company.missing')}
    </p>
  );
}

function tintOf(id: string): number {
  let sum = 0;
  for (const character of id) sum += character.charCodeAt(0);
  return sum % TINTS;
}
