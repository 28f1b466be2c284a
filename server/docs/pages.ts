/** /openapi.json and a readable reference at /docs, both from the same document, from our own server. */
import type Router from '@koa/router';
import { type Asset, toAsset } from '../http/assets.ts';
import type { State } from '../http/middleware.ts';
import type { OpenApiDocument } from '../http/openapi.ts';
import { sendAsset } from '../http/static-files.ts';
import { docsPage } from './page.ts';
import { STYLE } from './style.ts';

/** No script at all, and the one style sheet: nothing that stands in the page could run. */
const POLICY =
  "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** Made and compressed once: nothing of it changes while the server runs. */
export function docsPages(router: Router<State>, document: OpenApiDocument): void {
  const page = fixed(docsPage(document), 'text/html');
  const style = fixed(STYLE, 'text/css');
  const openApi = fixed(JSON.stringify(document), 'application/json');

  router.get('/docs', (context) => {
    context.state.route = '/docs';
    context.set('Content-Security-Policy', POLICY);
    sendAsset(context, page);
  });
  router.get('/docs.css', (context) => {
    context.state.route = '/docs.css';
    sendAsset(context, style);
  });
  router.get('/openapi.json', (context) => {
    context.state.route = '/openapi.json';
    // Tools that run in a browser read it from other origins.
    context.set('Access-Control-Allow-Origin', '*');
    sendAsset(context, openApi);
  });
}

function fixed(text: string, type: string): Asset {
  return toAsset(Buffer.from(text), `${type}; charset=utf-8`, false);
}
