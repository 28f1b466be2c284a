/** Drafts: what was typed and not sent yet, kept on the device as it is typed. */
import { type Signal, signal } from '@preact/signals';
import type { Keeper } from './keeper.ts';
import { readKept } from './kept.ts';
import type { Panel } from './panel.ts';

/** Typing pauses of this length are saved; shorter ones are not worth a write. */
const SAVE_AFTER_MS = 250;

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

export interface Draft {
  values: Signal<Values>;
  /** Where it would be found again: nowhere yet, after a reload, or only until the page is closed. */
  kept: Signal<'no' | 'device' | 'page'>;
}

export interface Drafts {
  /** The draft of that key, as it was left. */
  open(key: string): Draft;
  write(key: string, values: Values): void;
  /** Fills fields that are still empty. */
  fill(key: string, values: Values): void;
  /** Takes it off the device and leaves it on the screen: it is on its way out. */
  park(key: string): void;
  clear(key: string): void;
  saveAll(): void;
  /** Removes all drafts below a prefix, on screen and on the device. */
  forget(prefix: string): void;
}

/** The drafts of a panel, begun with its first form. */
export function draftsOf(panel: Panel): Drafts {
  panel.drafts ??= createDrafts(panel.deps.device);
  return panel.drafts;
}

/** Makes drafts over what the device keeps. */
export function createDrafts(keeper: Keeper): Drafts {
  const drafts = new Map<string, Draft>();
  const unsaved = new Set<string>();
  let timer: ReturnType<typeof setTimeout> | undefined;

  function open(key: string): Draft {
    const known = drafts.get(key);
    if (known) return known;
    const values = textsOf(readKept(keeper, key));
    const draft: Draft = {
      values: signal(values),
      kept: signal(isBlank(values) ? 'no' : 'device'),
    };
    drafts.set(key, draft);
    return draft;
  }

  function write(key: string, values: Values): void {
    const draft = open(key);
    draft.values.value = { ...draft.values.peek(), ...values };
    unsaved.add(key);
    clearTimeout(timer);
    timer = setTimeout(saveAll, SAVE_AFTER_MS);
  }

  function saveAll(): void {
    clearTimeout(timer);
    for (const key of unsaved) {
      const { values, kept } = open(key);
      if (isBlank(values.peek())) {
        keeper.remove(key);
        kept.value = 'no';
      } else {
        kept.value = keeper.set(key, JSON.stringify(values.peek())) ? 'device' : 'page';
      }
    }
    unsaved.clear();
  }

  function fill(key: string, values: Values): void {
    const now = open(key).values.peek();
    const missing = Object.entries(values).filter(
      ([name, value]) => value && !now[name as FieldName]?.trim(),
    );
    if (missing.length > 0) write(key, Object.fromEntries(missing));
  }

  function park(key: string): void {
    unsaved.delete(key);
    keeper.remove(key);
    open(key).kept.value = 'no';
  }

  function clear(key: string): void {
    park(key);
    open(key).values.value = {};
  }

  function forget(prefix: string): void {
    for (const key of [...drafts.keys(), ...keeper.keys(prefix)]) {
      if (key.startsWith(prefix)) clear(key);
    }
  }

  return { open, write, fill, park, clear, saveAll, forget };
}

function textsOf(kept: Record<string, unknown> | null): Values {
  const texts = Object.entries(kept ?? {}).filter(([, value]) => typeof value === 'string');
  return Object.fromEntries(texts) as Values;
}

/** Whether nothing worth keeping was typed. Choices alone (a priority, a category) are not. */
export function isBlank(values: Values): boolean {
  const { priority: _priority, category: _category, ...typed } = values;
  return Object.values(typed).every((value) => !value?.trim());
}
