/** Tells whoever waits for new rows (live updates, deliveries) that something was committed: here, and on other nodes. */

export interface Wakeup {
  /** Something was committed that others may wait for. Cheap: many calls become one. */
  wake(): void;
  /** Calls the listener after every wake-up of any node; returns its undo. A wake-up can be lost: listeners also poll. */
  onWake(listener: () => void): () => void;
  close(): Promise<void>;
}

/** Within this process: all that the embedded database, which belongs to one node, needs. */
export function createLocalWakeup(): Wakeup {
  const listeners = new Set<() => void>();
  return {
    wake() {
      for (const listener of listeners) listener();
    },
    onWake(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async close() {
      listeners.clear();
    },
  };
}
