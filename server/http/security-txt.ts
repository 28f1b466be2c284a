/** Where to tell of a hole (RFC 9116): there where the operator has said so. */
import type Router from '@koa/router';
import type { Deps } from './deps.ts';
import type { State } from './middleware.ts';
import { ownOrigin } from './origin.ts';

const PATH = '/.well-known/security.txt';
/** Whoever reads an old copy should ask again. */
const EXPIRES_DAYS = 180;

export function securityTxt(router: Router<State>, { config }: Pick<Deps, 'config'>): void {
  const { securityContact } = config;
  if (securityContact === null) return;
  router.get(PATH, (context) => {
    context.state.route = PATH;
    const expires = new Date(Date.now() + EXPIRES_DAYS * 24 * 60 * 60 * 1000).toISOString();
    context.type = 'text/plain; charset=utf-8';
    context.body = [
      `Contact: ${securityContact}`,
      `Expires: ${expires}`,
      `Canonical: ${ownOrigin(context, config)}${PATH}`,
      'Preferred-Languages: en',
      '',
    ].join('\n');
  });
}
