/** What narrows the queue: the search, and the filters for priority and status. */
import { PRIORITIES, STATUSES } from '../../../shared/incident.ts';
import { IconButton } from '../../common/components/button.tsx';
import { CLOSE, Icon } from '../../common/components/icon.tsx';
import { hasStatusFilter } from '../state/queue.ts';
import type { QueueRoute } from '../state/route.ts';
import { useDesk, useWords } from './context.ts';
import { FIND } from './shapes.ts';

/** The search field is found by its id: `/` jumps there. */
export const SEARCH_ID = 'desk-search';

export function QueueBar({ route }: { route: QueueRoute }) {
  const desk = useDesk();
  const { t } = useWords();
  const { search, priority, status } = desk.queue;
  return (
    <search class="top">
      <div class="search">
        <Icon shape={FIND} />
        <input
          id={SEARCH_ID}
          class="in"
          type="text"
          inputMode="search"
          dir="auto"
          autoComplete="off"
          spellcheck={false}
          aria-label={t('queue.search')}
          aria-keyshortcuts="/"
          placeholder={t('queue.search')}
          value={search.value}
          onInput={(event) => {
            search.value = event.currentTarget.value;
          }}
          onKeyDown={(event) => {
            if (event.key !== 'Escape') return;
            event.stopPropagation();
            if (search.value === '') event.currentTarget.blur();
            search.value = '';
          }}
        />
        {search.value === '' ? (
          <span class="key" aria-hidden="true">
            <kbd>/</kbd>
          </span>
        ) : (
          <IconButton
            icon={CLOSE}
            label={t('queue.clear')}
            onClick={() => {
              search.value = '';
            }}
          />
        )}
      </div>
      <div class="filters">
        <Filter
          label={t('queue.priority')}
          any={t('queue.anyPriority')}
          value={priority.value}
          options={[...PRIORITIES].reverse().map((one) => [one, t(`priority.${one}`)])}
          onChoose={(one) => {
            priority.value = one;
          }}
        />
        {hasStatusFilter(route.view) && (
          <Filter
            label={t('queue.status')}
            any={t('queue.anyStatus')}
            value={status.value}
            options={STATUSES.map((one) => [one, t(`status.${one}`)])}
            onChoose={(one) => {
              status.value = one;
            }}
          />
        )}
      </div>
    </search>
  );
}

interface FilterProps<T extends string> {
  label: string;
  any: string;
  value: T | null;
  options: [T, string][];
  onChoose: (value: T | null) => void;
}

function Filter<T extends string>({ label, any, value, options, onChoose }: FilterProps<T>) {
  return (
    <select
      class={value ? 'in pick on' : 'in pick'}
      aria-label={label}
      value={value ?? ''}
      onChange={(event) => onChoose((event.currentTarget.value as T) || null)}
    >
      <option value="">{any}</option>
      {options.map(([option, word]) => (
        <option key={option} value={option}>
          {word}
        </option>
      ))}
    </select>
  );
}
