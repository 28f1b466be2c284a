/** The desk's document: a shell for the built application, which no other page may embed. */
import type Router from '@koa/router';
import type { Assets } from '../http/assets.ts';
import type { State } from '../http/middleware.ts';
import { pageHeaders } from '../http/page-policy.ts';

export function deskPages(router: Router<State>, { desk }: Assets): void {
  const page = `<!doctype html>
<html lang="en" dir="ltr" data-theme="auto">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>Desk</title>
<link rel="stylesheet" href="${desk.style}">
<script type="module" src="${desk.script}"></script>
</head>
<body>
<div id="desk"></div>
</body>
</html>
`;
  router.get('/desk', (context) => {
    context.state.route = '/desk';
    context.set(pageHeaders("'none'"));
    context.set('Cross-Origin-Opener-Policy', 'same-origin');
    context.type = 'text/html; charset=utf-8';
    context.body = page;
  });
}
