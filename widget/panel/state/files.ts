/** The files that screens come in: each is fetched once, when it is wanted or shortly before. */
import { type ReadonlySignal, signal } from '@preact/signals';
import type { Words } from '../../common/i18n/words.ts';
import { addWords } from '../i18n/index.ts';

/** Where each file comes from. */
export interface Imports {
  select: () => Promise<typeof import('../screens/select.ts')>;
  enter: () => Promise<typeof import('../screens/enter.ts')>;
  home: () => Promise<typeof import('../screens/home.ts')>;
  work: () => Promise<typeof import('../screens/work.ts')>;
  news: () => Promise<typeof import('../screens/news.ts')>;
  account: () => Promise<typeof import('../screens/account.ts')>;
  /** Only once the server asks for a challenge. */
  challenge: () => Promise<typeof import('../screens/challenge.ts')>;
}

export interface LazyFile<T> {
  /** What the file holds, once it is here. */
  parts: ReadonlySignal<T | null>;
  /** Whether the last attempt to fetch it failed. */
  isMissing: ReadonlySignal<boolean>;
  /** Fetches it, unless it is here or on its way; null when it cannot be had now. */
  load: () => Promise<T | null>;
}

export type Files = {
  [Name in keyof Imports]: LazyFile<Awaited<ReturnType<Imports[Name]>>>;
};

/** The files of one panel, none of them fetched yet. */
export function createFiles(imports: Imports): Files {
  const files = Object.entries(imports).map(([name, load]) => [name, lazyFile<unknown>(load)]);
  return Object.fromEntries(files) as Files;
}

function lazyFile<T>(fetchFile: () => Promise<T>): LazyFile<T> {
  const parts = signal<T | null>(null);
  const isMissing = signal(false);
  let loading: Promise<T | null> | null = null;

  function load(): Promise<T | null> {
    loading ??= fetchFile().then(
      (fetched) => {
        parts.value = fetched;
        return fetched;
      },
      () => {
        loading = null;
        isMissing.value = true;
        return null;
      },
    );
    return loading;
  }

  return { parts, isMissing, load };
}

/** Takes in what a file of screens brings along: its words, and its styles as a constructed sheet, which the policy allows. */
export function bring(words: Words, css: string): void {
  addWords(words);
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  document.adoptedStyleSheets.push(sheet);
}
