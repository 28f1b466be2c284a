/** The application: the middleware list in one place, and every route. It neither listens nor reads the environment. */
import Router from '@koa/router';
import Koa from 'koa';
import { accountRoutes } from './customer/account-routes.ts';
import { announcementRoutes } from './customer/announcement-routes.ts';
import { companyRoutes } from './customer/company-routes.ts';
import { identifyRoutes } from './customer/identify-route.ts';
import { incidentRoutes } from './customer/incident-routes.ts';
import { passwordRoutes } from './customer/password-routes.ts';
import { deliveryRoutes } from './delivery/delivery-routes.ts';
import { mailOffPages } from './delivery/mail-off-page.ts';
import { webhookRoutes } from './delivery/webhook-routes.ts';
import { deskPages } from './desk/document.ts';
import { docsPages } from './docs/pages.ts';
import type { Assets } from './http/assets.ts';
import { clientAddressFrom } from './http/client-address.ts';
import type { Deps } from './http/deps.ts';
import { healthPages } from './http/health.ts';
import {
  accessLog,
  closeWhileDraining,
  customerCors,
  errorBoundary,
  requestId,
  type State,
  securityHeaders,
} from './http/middleware.ts';
import { oneHost, stopReading } from './http/one-host.ts';
import { openApiDocument } from './http/openapi.ts';
import type { Route } from './http/route.ts';
import { securityTxt } from './http/security-txt.ts';
import { staticFiles } from './http/static-files.ts';
import { eventRoutes } from './live/event-routes.ts';
import { bootRoutes } from './panel/boot-route.ts';
import { panelPages } from './panel/document.ts';
import { apiKeyRoutes } from './team/api-key-routes.ts';
import { auditRoutes } from './team/audit-routes.ts';
import { teamCompanyRoutes } from './team/company-routes.ts';
import { teamCustomerRoutes } from './team/customer-routes.ts';
import { deskSessionRoutes } from './team/desk-session-routes.ts';
import { identityKeyRoutes } from './team/identity-key-routes.ts';
import { teamIncidentRoutes } from './team/incident-routes.ts';

const API = '/api/v1';

/** Every operation of the API; the order is that of the documentation. */
export const ROUTES: readonly Route[] = [
  ...companyRoutes,
  ...accountRoutes,
  ...passwordRoutes,
  ...identifyRoutes,
  ...incidentRoutes,
  ...announcementRoutes,
  ...bootRoutes,
  // Before the team's incidents: `events` is no id.
  ...eventRoutes,
  ...teamIncidentRoutes,
  ...teamCustomerRoutes,
  ...teamCompanyRoutes,
  ...apiKeyRoutes,
  ...identityKeyRoutes,
  ...webhookRoutes,
  ...deliveryRoutes,
  ...deskSessionRoutes,
  ...auditRoutes,
];

/** `assets` are the built files of the widget. */
export function createApp(deps: Deps, assets: Assets): Koa<State> {
  const app = new Koa<State>();
  const router = new Router<State>();
  healthPages(router, deps);
  panelPages(router, deps, assets);
  deskPages(router, assets);
  mailOffPages(router, deps);
  securityTxt(router, deps);
  docsPages(router, openApiDocument(ROUTES, API));
  // A router tries its routes one after the other: what customers ask most is not looked for among the team's.
  const customers = new Router<State>();
  for (const { spec, run } of ROUTES) {
    const path = `${API}${spec.path}`;
    const home = spec.path.startsWith('/customer/') ? customers : router;
    home[spec.method](path, async (context) => {
      context.state.route = path;
      await run(context, deps);
    });
  }

  app.use(stopReading());
  app.use(requestId());
  app.use(clientAddressFrom(deps.config.trustedProxies));
  app.use(accessLog(deps));
  app.use(closeWhileDraining(deps));
  app.use(securityHeaders(deps));
  app.use(customerCors(`${API}/customer/`));
  app.use(errorBoundary(deps));
  app.use(oneHost());
  app.use(staticFiles(assets));
  app.use(customers.routes());
  app.use(router.routes());
  app.use(router.allowedMethods());
  // A client that breaks off in the middle of an answer is no fault of ours; the boundary has seen all others.
  app.on('error', (error) => deps.log.debug({ err: error }));
  return app;
}
