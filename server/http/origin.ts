/** The origin under which this server's own pages are seen. */
import type { Context } from 'koa';
import type { Config } from '../config.ts';

/** PUBLIC_URL; in the trial, which may be opened as localhost or 127.0.0.1, the one that the browser asked for. */
export function ownOrigin(context: Context, { publicUrl }: Pick<Config, 'publicUrl'>): string {
  return publicUrl ?? `http://${context.host}`;
}
