/** Reading what others hand in (tags, calls, messages): a value is taken when it has its field's form, else left out. */

import { SIGNED_TOKEN } from '../../shared/bridge.ts';

/**
 * Where a field is none of these, it is a word: nothing that could leave its place in a class list or a style rule. A signed
 * token is the longest of them.
 */
const FORMS: Record<string, RegExp> = { accent: /^#([\da-f]{3}){1,2}$/i, count: /^\d+$/ };
const WORD = SIGNED_TOKEN;

/** Of the fields `names` in `raw`, those whose value is a text or number of the right form. */
export function read<Name extends string>(raw: unknown, names: Name[]): { [Key in Name]?: string } {
  const found: { [Key in Name]?: string } = {};
  for (const name of names) {
    const value = (raw as Record<Name, string> | null)?.[name];
    const form = FORMS[name] ?? WORD;
    if (/str|num/.test(typeof value) && form.test(value as string)) found[name] = value;
  }
  return found;
}
