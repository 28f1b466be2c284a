/** The strictest policy that a page of ours can live with (DESIGN §6): nothing inline, nothing from elsewhere. */

const PAGE_POLICY = [
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

/** Headers of an application's document; `frameAncestors` are the pages that may embed it. */
export const pageHeaders = (frameAncestors: string) => ({
  'Content-Security-Policy': `${PAGE_POLICY}; frame-ancestors ${frameAncestors}`,
  'Permissions-Policy': PERMISSIONS,
  'Cache-Control': 'no-store',
});
