/**
 * The panel's document: a shell for the built application, under the strictest policy it can live with (DESIGN §6). It is
 * served twice: to be framed by a company's pages, and as a page of its own for companies (and mails) without such a page.
 */
import type Router from '@koa/router';
import type { Context } from 'koa';
import { z } from 'zod';
import { companyRef } from '../../shared/schemas/company.ts';
import { findCompany } from '../db/companies.ts';
import type { Assets } from '../http/assets.ts';
import type { Deps } from '../http/deps.ts';
import { escapeHtml } from '../http/escape-html.ts';
import type { State } from '../http/middleware.ts';
import { pageHeaders, panelNeeds } from '../http/page-policy.ts';
import { probeCookie } from '../http/session-cookie.ts';

const TITLE = 'Support';

/** What the loader puts into the address. Anything odd falls back: a frame has nobody to show an error to. */
const address = z.object({
  company: companyRef.catch(''),
  theme: z.enum(['light', 'dark', 'auto']).catch('auto'),
});

export function panelPages(router: Router<State>, { db, config }: Deps, assets: Assets): void {
  const read = async ({ query }: Context) => {
    const { company, theme } = address.parse(query);
    return { theme, company: company === '' ? null : await findCompany(db, company) };
  };

  const needs = panelNeeds(config.challenge.provider);
  const answer = (context: Context, frameAncestors: string, body: string) => {
    context.set(pageHeaders(frameAncestors, needs));
    context.append('Set-Cookie', probeCookie());
    context.type = 'text/html; charset=utf-8';
    context.body = body;
  };

  router.get('/panel', async (context) => {
    context.state.route = '/panel';
    const { company, theme } = await read(context);
    const origins = company?.allowedOrigins ?? config.selectorOrigins;
    context.set('Cross-Origin-Resource-Policy', 'cross-origin');
    answer(context, ancestors(origins, config.isProduction), page(assets, { theme, origins }));
  });

  // Nothing embeds it, so a company need not list an origin, and the selector is open to all.
  router.get('/portal', async (context) => {
    context.state.route = '/portal';
    const { company, theme } = await read(context);
    const title = company === null ? TITLE : `${company.name}: ${TITLE}`;
    context.set('Cross-Origin-Opener-Policy', 'same-origin');
    answer(context, "'none'", page(assets, { theme, title }));
  });
}

/** An empty list means any page in the trial, and none but our own in production: there origins must be said. */
function ancestors(origins: readonly string[], isProduction: boolean): string {
  if (origins.length > 0) return ["'self'", ...origins].join(' ');
  return isProduction ? "'self'" : '*';
}

interface Shell {
  theme: string;
  title?: string;
  origins?: readonly string[];
}

/** The theme is one of three words and the origins have passed their pattern; a company's name is any text. */
function page({ panel }: Assets, { theme, title = TITLE, origins = [] }: Shell): string {
  return `<!doctype html>
<html lang="en" dir="ltr" data-theme="${theme}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover, interactive-widget=resizes-content">
<meta name="robots" content="noindex">
<title>${escapeHtml(title)}</title>
<link rel="stylesheet" href="${panel.style}">
<script type="module" src="${panel.script}"></script>
</head>
<body data-ancestors="${origins.join(' ')}">
<div id="panel"></div>
</body>
</html>
`;
}
