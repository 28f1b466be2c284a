/** Looks for words in everything that the database holds: whatever tables there are, every row as text. */
import type { TestApp } from './app.ts';
import { rowsOf } from './factories.ts';

/** Tables of the schema, with whether their rows name a customer. */
export async function allTables(app: TestApp): Promise<{ name: string; namesCustomer: boolean }[]> {
  return rowsOf(
    app,
    `select c.relname as name, exists (
       select from pg_attribute a where a.attrelid = c.oid and a.attname = 'customer_id') as "namesCustomer"
     from pg_class c where c.relkind in ('r', 'p', 'm') and c.relnamespace = current_schema()::regnamespace
     order by 1`,
  );
}

/** In which tables each of the words stands, in any case; bytes are looked through too. */
export async function tablesWith(
  app: TestApp,
  words: Readonly<Record<string, string>>,
): Promise<Record<string, string[]>> {
  const found: Record<string, string[]> = {};
  for (const { name } of await allTables(app)) {
    const rows = await rowsOf<{ what: string }>(
      app,
      `select what from jsonb_each_text($1) as words (what, word)
       where exists (select from "${name}" t where position(lower(word) in lower(t::text)) > 0
         or position(encode(convert_to(word, 'UTF8'), 'hex') in t::text) > 0)`,
      [JSON.stringify(words)],
    );
    for (const { what } of rows) found[what] = [...(found[what] ?? []), name];
  }
  return found;
}
