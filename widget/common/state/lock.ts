/** One tab at a time, where the browser can tell tabs apart. */

/** Runs work while no other tab of this origin runs work of that name. Rejects as the work does. */
export type WithLock = (name: string, work: () => Promise<void>) => Promise<void>;

/** By the browser's locks. Where it grants none (it is old, or cookies are blocked: then the request is denied), at once. */
export const withLock: WithLock = async (name, work) => {
  let isBegun = false;
  try {
    await navigator.locks.request(name, () => {
      isBegun = true;
      return work();
    });
  } catch (error) {
    if (isBegun) throw error;
    await work();
  }
};
