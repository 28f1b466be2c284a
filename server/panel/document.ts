/** The panel's document: a shell for the built application, under the strictest policy it can live with (DESIGN §6). */
import type Router from '@koa/router';
import { z } from 'zod';
import { companyRef } from '../../shared/schemas/company.ts';
import { findCompany } from '../db/companies.ts';
import type { Assets } from '../http/assets.ts';
import type { Deps } from '../http/deps.ts';
import type { State } from '../http/middleware.ts';
import { probeCookie } from '../http/session-cookie.ts';

const PANEL_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "worker-src 'self'",
  "form-action 'none'",
  "base-uri 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

const PERMISSIONS =
  'accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), midi=(), payment=(), publickey-credentials-get=(), usb=()';

/** What the loader puts into the address. Anything odd falls back: a frame has nobody to show an error to. */
const address = z.object({
  company: companyRef.catch(''),
  theme: z.enum(['light', 'dark', 'auto']).catch('auto'),
});

export function panelPages(router: Router<State>, { db, config }: Deps, assets: Assets): void {
  router.get('/panel', async (context) => {
    context.state.route = '/panel';
    const { company: wanted, theme } = address.parse(context.query);
    const company = wanted === '' ? null : await findCompany(db, wanted);
    const origins = company?.allowedOrigins ?? config.selectorOrigins;
    context.set({
      'Content-Security-Policy': `${PANEL_POLICY}; frame-ancestors ${ancestors(origins, config.isProduction)}`,
      'Permissions-Policy': PERMISSIONS,
      'Cross-Origin-Resource-Policy': 'cross-origin',
      'Cache-Control': 'no-store',
    });
    context.append('Set-Cookie', probeCookie());
    context.type = 'text/html; charset=utf-8';
    context.body = page(assets, theme, origins);
  });
}

/** An empty list means any page in the trial, and none but our own in production: there origins must be said. */
function ancestors(origins: readonly string[], isProduction: boolean): string {
  if (origins.length > 0) return ["'self'", ...origins].join(' ');
  return isProduction ? "'self'" : '*';
}

/** Nothing here comes from a person: the theme is one of three words, the origins have passed their pattern. */
function page({ panel }: Assets, theme: string, origins: readonly string[]): string {
  return `<!doctype html>
<html lang="en" dir="ltr" data-theme="${theme}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover, interactive-widget=resizes-content">
<meta name="robots" content="noindex">
<title>Support</title>
<link rel="stylesheet" href="${panel.style}">
<script type="module" src="${panel.script}"></script>
</head>
<body data-ancestors="${origins.join(' ')}">
<div id="panel"></div>
</body>
</html>
`;
}
