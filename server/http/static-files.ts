/** Serves the table of built files: compressed, cached for ever where the name carries a hash, briefly otherwise. */
import type { Context, Middleware } from 'koa';
import type { Asset, Assets } from './assets.ts';
import { isUnchanged } from './conditional.ts';
import type { State } from './middleware.ts';

/** The demo page, which is a host page like any other: what it needs, and the tag's two entries. */
const DEMO_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

export function staticFiles({ files }: Assets): Middleware<State> {
  return function staticFiles(context, next) {
    const asset = files.get(context.path);
    if (asset === undefined || !['GET', 'HEAD'].includes(context.method)) return next();
    context.state.route = asset.isImmutable ? '/assets/*' : context.path;
    if (asset.type.startsWith('text/html')) context.set('Content-Security-Policy', DEMO_POLICY);
    // Host pages load the tag, and may check it with a crossorigin attribute.
    if (context.path === '/widget.js') {
      context.set('Cross-Origin-Resource-Policy', 'cross-origin');
      context.set('Access-Control-Allow-Origin', '*');
    }
    sendAsset(context, asset);
    return Promise.resolve();
  };
}

/** Answers with the best encoding that the client takes, or 304. */
export function sendAsset(ctx: Context, asset: Asset): void {
  ctx.vary('Accept-Encoding');
  ctx.set('ETag', asset.etag);
  ctx.set(
    'Cache-Control',
    asset.isImmutable
      ? 'public, max-age=31536000, immutable'
      : 'public, max-age=300, stale-while-revalidate=86400',
  );
  ctx.status = 200;
  if (isUnchanged(ctx, asset.etag)) {
    ctx.status = 304;
    return;
  }
  const encoding = ctx.acceptsEncodings('br', 'gzip', 'identity');
  if (encoding === 'br') ctx.set('Content-Encoding', 'br');
  if (encoding === 'gzip') ctx.set('Content-Encoding', 'gzip');
  ctx.type = asset.type;
  ctx.body = encoding === 'br' ? asset.brotli : encoding === 'gzip' ? asset.gzip : asset.plain;
}
