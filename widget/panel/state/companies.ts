/** The list of companies to choose from: searched as one types, read on as one scrolls. */
import { batch, type Signal, signal } from '@preact/signals';
import type { CompanySummary } from '../../../shared/types.ts';
import type { Failure } from '../../common/api/result.ts';
import { takeNote } from './connection.ts';
import type { Panel } from './panel.ts';
import { COMPANY_KEY, welcome } from './session.ts';

const SEARCH_AFTER_MS = 150;
const PAGE = 30;

export interface Companies {
  search: Signal<string>;
  /** Null until the first answer. */
  found: Signal<CompanySummary[] | null>;
  /** How many fit the search. */
  total: Signal<number>;
  /** How many there are at all, once known. */
  all: Signal<number | null>;
  failure: Signal<Failure | null>;
  page: number;
  asking: AbortController | null;
  timer: ReturnType<typeof setTimeout> | undefined;
}

/** An empty list. */
export function createCompanies(): Companies {
  return {
    search: signal(''),
    found: signal(null),
    total: signal(0),
    all: signal(null),
    failure: signal(null),
    page: 0,
    asking: null,
    timer: undefined,
  };
}

/** Takes what was typed; asks the server once typing pauses. */
export function searchCompanies(panel: Panel, list: Companies, search: string): void {
  list.search.value = search;
  clearTimeout(list.timer);
  list.timer = setTimeout(() => void loadCompanies(panel, list, 1), SEARCH_AFTER_MS);
}

/** Reads one page; the first replaces the list. An answer to an older question is dropped. */
export async function loadCompanies(panel: Panel, list: Companies, page: number): Promise<void> {
  const search = list.search.peek().trim();
  list.asking?.abort();
  const asking = new AbortController();
  list.asking = asking;
  const result = await panel.deps.api.companies({ search, page, limit: PAGE }, asking.signal);
  if (list.asking !== asking) return;
  list.asking = null;
  if (!result.ok) {
    if (result.error.code !== 'aborted') list.failure.value = result.error;
    return;
  }
  batch(() => {
    const before = page === 1 ? [] : (list.found.peek() ?? []);
    const known = new Set(before.map((company) => company.id));
    list.found.value = [...before, ...result.data.filter((company) => !known.has(company.id))];
    list.total.value = result.meta?.total ?? result.data.length;
    if (search === '') list.all.value = list.total.peek();
    list.failure.value = null;
    list.page = page;
  });
}

/** Reads on, when there is more. */
export function loadMoreCompanies(panel: Panel, list: Companies): void {
  const found = list.found.peek();
  if (list.asking || !found || found.length >= list.total.peek()) return;
  void loadCompanies(panel, list, list.page + 1);
}

/** Goes on with the company that was chosen from the list. */
export async function chooseCompany(panel: Panel, slug: string): Promise<Failure | null> {
  const result = await panel.deps.api.boot(slug);
  takeNote(panel, result);
  if (!result.ok) return result.error;
  panel.deps.device.set(COMPANY_KEY, slug);
  panel.notice.value = null;
  welcome(panel, result.data);
  return null;
}

/** The company is not known: the customer chooses another, and a page that fixed it hears why. */
export async function selectInstead(panel: Panel, company: string | null): Promise<void> {
  const { deps } = panel;
  const isLinked = company !== null && company === deps.linkedCompany;
  deps.device.remove(COMPANY_KEY);
  const result = await deps.api.boot(null);
  batch(() => {
    panel.areCookiesKept.value = result.ok && result.data.areCookiesKept;
    panel.notice.value = isLinked ? 'company_unknown' : null;
  });
}
