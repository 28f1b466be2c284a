/** A box of texts on this device that never throws: what the browser refuses to keep lives as long as the page. */
export interface Keeper {
  get(key: string): string | null;
  /** Keeps a text; false when it will be gone with the page. */
  set(key: string, value: string): boolean;
  remove(key: string): void;
  keys(prefix: string): string[];
}

/** Wraps a Web Storage, which may be missing, forbidden (the very access throws) or full. */
export function createKeeper(open: () => Storage): Keeper {
  const inPage = new Map<string, string>();
  const attempt = <T>(use: (storage: Storage) => T, otherwise: T): T => {
    try {
      return use(open());
    } catch {
      return otherwise;
    }
  };
  return {
    get: (key) => inPage.get(key) ?? attempt((storage) => storage.getItem(key), null),
    set(key, value) {
      const isStored = attempt((storage) => {
        storage.setItem(key, value);
        return storage.getItem(key) === value;
      }, false);
      if (isStored) inPage.delete(key);
      else inPage.set(key, value);
      return isStored;
    },
    remove(key) {
      inPage.delete(key);
      attempt((storage) => storage.removeItem(key), undefined);
    },
    keys(prefix) {
      const stored = attempt((storage) => Object.keys(storage), []);
      return [...new Set([...stored, ...inPage.keys()])].filter((key) => key.startsWith(prefix));
    },
  };
}
