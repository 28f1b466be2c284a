/** Statements without names, for what stands behind a pooler. */
import type pg from 'pg';
import { WatchedClient } from './watched-client.ts';

/**
 * Behind a pooler each transaction may get another connection of the database, where what was prepared on the last one is
 * unknown, or is another node's of another version. Without a name a statement is planned each time, and fits anywhere.
 */
export class UnpreparedClient extends WatchedClient {
  // biome-ignore lint/suspicious/noExplicitAny: the driver's eight overloads, all of which begin with the statement.
  override query(statement: any, ...rest: any[]): any {
    const isNamed = typeof statement === 'object' && statement?.name !== undefined;
    return super.query(isNamed ? withoutName(statement) : statement, ...rest);
  }
}

export const withoutName = ({ name: _, ...statement }: pg.QueryConfig): pg.QueryConfig => statement;
