/** Remembers what was asked for lately, and never more than so many entries. */
export class RecentMap<K, V> {
  readonly #most: number;
  #recent = new Map<K, V>();
  #older = new Map<K, V>();

  constructor(most: number) {
    this.#most = most;
  }

  get(key: K): V | undefined {
    const recent = this.#recent.get(key);
    if (recent !== undefined) return recent;
    const older = this.#older.get(key);
    if (older !== undefined) this.set(key, older);
    return older;
  }

  set(key: K, value: V): void {
    this.#recent.set(key, value);
    if (this.#recent.size < this.#most / 2) return;
    // Whatever is not asked for again goes with the next turn.
    this.#older = this.#recent;
    this.#recent = new Map();
  }
}
