/** Objects in a keeper, as JSON. */
import type { Keeper } from './keeper.ts';

/** Reads a JSON object that was kept earlier; anything else counts as nothing. */
export function readKept(keeper: Keeper, key: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(keeper.get(key) ?? 'null');
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}
