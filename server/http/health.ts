/** Alive, ready, metrics: what an orchestrator and a monitoring system ask. */
import type Router from '@koa/router';
import { isMigrated } from '../db/migrate.ts';
import { ApiError } from '../errors.ts';
import { authenticateTeam } from './authenticate.ts';
import type { Deps } from './deps.ts';
import type { State } from './middleware.ts';

export function healthPages(router: Router<State>, deps: Deps): void {
  const { lifecycle, db, metrics, config } = deps;

  // Alive says nothing of the database: a restart would not bring that back.
  router.get('/healthz', (context) => {
    context.state.route = '/healthz';
    context.set('Cache-Control', 'no-store');
    context.body = { status: 'alive' };
  });

  router.get('/readyz', async (context) => {
    context.state.route = '/readyz';
    context.set('Cache-Control', 'no-store');
    if (lifecycle.isDraining || !(await isMigrated(db))) {
      throw new ApiError('unavailable', { retryAfterSeconds: 5 });
    }
    context.body = { status: 'ready' };
  });

  if (config.metricsPort !== null) return;
  router.get('/metrics', async (context) => {
    context.state.route = '/metrics';
    await authenticateTeam(context, deps, { isAdminNeeded: true, scopes: ['read'] });
    context.set('Cache-Control', 'no-store');
    context.type = metrics.contentType;
    context.body = await metrics.text();
  });
}
