/**
 * The cookies of panel and desk (DESIGN §6). `__Host-`: no other host can set it. HttpOnly: no script can read it.
 * The panel's are Partitioned: kept apart for each site that embeds it, and kept at all where third-party cookies are
 * blocked. The desk's is Strict: nothing embeds the desk, and no other site's link or form brings the cookie along.
 */
import type { Context } from 'koa';
import { ApiError } from '../errors.ts';

const SESSION = '__Host-porthole';
const PROBE = '__Host-porthole-probe';
const DESK = '__Host-porthole-desk';
/** Between the panel's document and its first call. */
const PROBE_SECONDS = 120;

const cookie = (name: string, value: string, maxAgeSeconds: number) =>
  `${name}=${value}; Path=/; Secure; HttpOnly; SameSite=None; Partitioned; Max-Age=${maxAgeSeconds}`;

export const sessionCookie = (token: string, maxAgeSeconds: number) =>
  cookie(SESSION, token, maxAgeSeconds);
export const endedSessionCookie = () => cookie(SESSION, '', 0);
export const probeCookie = () => cookie(PROBE, '1', PROBE_SECONDS);

export const deskCookie = (token: string, maxAgeSeconds: number) =>
  `${DESK}=${token}; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=${maxAgeSeconds}`;
export const endedDeskCookie = () => deskCookie('', 0);

/** The session's token, or null. */
export const readSessionCookie = (context: Context) => readOnce(context, SESSION);
export const readDeskCookie = (context: Context) => readOnce(context, DESK);

/** A forged Cookie header can hold the name twice: then neither counts. */
function readOnce(context: Context, wanted: string): string | null {
  const found = cookies(context).filter(([name]) => name === wanted);
  return found.length === 1 ? (found[0]?.[1] ?? null) : null;
}

/** Whether the cookie that was set with the panel's document came back, or a session's did. */
export function hasProbeCookie(context: Context): boolean {
  return cookies(context).some(([name]) => name === PROBE || name === SESSION);
}

function cookies(context: Context): [name: string, value: string][] {
  return context
    .get('cookie')
    .split(';')
    .map((pair) => {
      const [name = '', ...value] = pair.trim().split('=');
      return [name, value.join('=')];
    });
}

/**
 * A cookie comes along with whatever any site makes the browser send. What only our own pages can send is the custom
 * header (elsewhere it needs a preflight, which is never granted) from our own origin.
 */
export function requireOwnPage(context: Context, ownOrigin: string): void {
  const origin = context.get('origin');
  const site = context.get('sec-fetch-site');
  // Browsers leave Origin out of same-origin reads, and put it into everything that writes.
  const isReading = context.method === 'GET' || context.method === 'HEAD';
  const isOwn =
    context.get('x-requested-by') === 'porthole' &&
    (origin === ownOrigin || (origin === '' && isReading)) &&
    (site === 'same-origin' || site === '');
  if (!isOwn) throw new ApiError('cross_site');
}
