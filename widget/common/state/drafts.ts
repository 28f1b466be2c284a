/** Drafts: what was typed and not sent yet, kept on the device as it is typed. */
import { type Signal, signal } from '@preact/signals';
import type { Keeper } from './keeper.ts';
import { readKept } from './read-kept.ts';

/** Typing pauses of this length are saved; shorter ones are not worth a write. */
const SAVE_AFTER_MS = 250;

/** Texts by field; a password is never among them. */
export type Values<Name extends string> = Partial<Record<Name, string>>;

export interface Draft<Name extends string = string> {
  values: Signal<Values<Name>>;
  /** Where it would be found again: nowhere yet, after a reload, or only until the page is closed. */
  kept: Signal<'no' | 'device' | 'page'>;
}

export interface Drafts<Name extends string = string> {
  /** The draft of that key, as it was left. */
  open(key: string): Draft<Name>;
  write(key: string, values: Values<Name>): void;
  /** Fills fields that are still empty. */
  fill(key: string, values: Values<Name>): void;
  /** Takes it off the device and leaves it on the screen: it is on its way out. */
  park(key: string): void;
  clear(key: string): void;
  saveAll(): void;
  /** Removes all drafts below a prefix, on screen and on the device. */
  forget(prefix: string): void;
}

/** Makes drafts over what the device keeps. `choices` are fields that are chosen, not typed. */
export function createDrafts<Name extends string>(
  keeper: Keeper,
  choices: readonly Name[] = [],
): Drafts<Name> {
  const drafts = new Map<string, Draft<Name>>();
  const unsaved = new Set<string>();
  let timer: ReturnType<typeof setTimeout> | undefined;

  function open(key: string): Draft<Name> {
    const known = drafts.get(key);
    if (known) return known;
    const values: Values<Name> = textsOf(readKept(keeper, key));
    const draft: Draft<Name> = {
      values: signal(values),
      kept: signal(hasNothing(values, choices) ? 'no' : 'device'),
    };
    drafts.set(key, draft);
    return draft;
  }

  function write(key: string, values: Values<Name>): void {
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
      if (hasNothing(values.peek(), choices)) {
        keeper.remove(key);
        kept.value = 'no';
      } else {
        kept.value = keeper.set(key, JSON.stringify(values.peek())) ? 'device' : 'page';
      }
    }
    unsaved.clear();
  }

  function fill(key: string, values: Values<Name>): void {
    const now = open(key).values.peek();
    const missing = Object.entries(values).filter(
      ([name, value]) => value && !now[name as Name]?.trim(),
    );
    if (missing.length > 0) write(key, Object.fromEntries(missing) as Values<Name>);
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

function textsOf<Name extends string>(kept: Record<string, unknown> | null): Values<Name> {
  const texts = Object.entries(kept ?? {}).filter(([, value]) => typeof value === 'string');
  return Object.fromEntries(texts) as Values<Name>;
}

/** Whether nothing worth keeping was typed. Choices alone (a priority, a category) are not. */
export function hasNothing(
  values: Partial<Record<string, string>>,
  choices: readonly string[],
): boolean {
  return Object.entries(values).every(([name, value]) => choices.includes(name) || !value?.trim());
}
