/** What all tables hold, in few bytes: equal before and after means that nothing was written. The catalogue names the tables, so a new one counts by itself. */
import type { TestApp } from './app.ts';
import { rowsOf } from './factories.ts';

/** By table: columns that do not count, or `'all'` of it. */
export type Except = Readonly<Record<string, readonly string[] | 'all'>>;

/** A hash for each table that has rows. */
export async function fingerprintOf(
  app: TestApp,
  except: Except = {},
): Promise<Record<string, string>> {
  const tables = await rowsOf<{ name: string }>(
    app,
    `select relname as name from pg_class
     where relkind in ('r', 'p') and not relispartition and relnamespace = 'public'::regnamespace order by 1`,
  );
  const known = new Set(tables.map(({ name }) => name));
  const unknown = Object.keys(except).filter((name) => !known.has(name));
  if (unknown.length > 0) throw new Error(`no such tables: ${unknown.join(', ')}`);
  const counted = tables.filter(({ name }) => except[name] !== 'all');
  // Sums and not lists: the order of rows does not matter, and nothing has to be sorted.
  const hashes = counted.map(({ name }) => {
    const columns = except[name] ?? [];
    const row = columns.length === 0 ? 't::text' : `(to_jsonb(t) - '{${columns}}'::text[])::text`;
    return `select '${name}' as name, count(*) || ' rows ' || coalesce(sum(hashtextextended(${row}, 0)), 0) as hash
      from ${name} t`;
  });
  const rows = await rowsOf<{ name: string; hash: string }>(app, hashes.join(' union all '));
  return Object.fromEntries(rows.map(({ name, hash }) => [name, hash]));
}

/** No change in the sense of the bar: that somebody was here, or was refused (once an hour). */
export const TRACES = {
  sessions: ['last_seen_at'],
  desk_sessions: ['last_seen_at'],
  api_keys: ['last_used_at', 'refused_at'],
} as const satisfies Except;
