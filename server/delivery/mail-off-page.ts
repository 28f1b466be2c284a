/**
 * The link at the end of customers' mails. A mail program may send the POST by itself (RFC 8058); a person sees a page
 * with a button, since programs that look at links must not switch anything by doing so.
 */

import { hash } from 'node:crypto';
import type Router from '@koa/router';
import type { Context } from 'koa';
import { findMailSettings, type MailSettings, setMailUpdates } from '../db/mail-settings.ts';
import type { Deps } from '../http/deps.ts';
import { escapeHtml } from '../http/escape-html.ts';
import type { State } from '../http/middleware.ts';
import type { Seals } from '../http/seals.ts';
import { type MailWords, wordsOf } from './mail/words.ts';

const PATH = '/mail/off';

const sealed = (companyId: string, customerId: string) => `mail-off.${companyId}.${customerId}`;

export const mailOffLink =
  (seals: Seals, baseUrl: string) => (companyId: string, customerId: string) =>
    `${baseUrl}${PATH}?t=${companyId}.${customerId}.${seals.seal(sealed(companyId, customerId))}`;

const STYLE =
  ':root{color-scheme:light dark;font:16px/1.5 system-ui,sans-serif}body{max-width:30rem;margin:12vh auto;padding:0 1.5rem}h1{font-size:1.25rem}button{font:inherit;font-weight:600;padding:.6rem 1.25rem;border-radius:10px;border:1px solid}';
const POLICY = `default-src 'none'; style-src 'sha256-${hash('sha256', STYLE, 'base64')}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`;

export function mailOffPages(router: Router<State>, deps: Deps): void {
  router.get(PATH, async (context) => {
    const reader = await whose(context, deps);
    if (reader === null) return broken(context);
    const { words, company } = reader;
    answer(context, words, words.off.question(company), form(context, words.off.yes, false));
  });

  router.post(PATH, async (context) => {
    const reader = await whose(context, deps);
    if (reader === null) return broken(context);
    const { words, company, companyId, customerId } = reader;
    const isOnAgain = context.query.again === 'on';
    await setMailUpdates(deps, { companyId, customerId }, isOnAgain);
    const [said, next] = isOnAgain
      ? [words.off.onAgain(company), words.off.yes]
      : [words.off.done(company), words.off.again];
    answer(context, words, said, form(context, next, !isOnAgain));
  });
}

type Reader = MailSettings & { companyId: string; customerId: string; words: MailWords };

const TOKEN = /^([0-9a-f-]{36})\.([0-9a-f-]{36})\.([\w-]{22})$/;

/** Null for anything but a link of ours to a customer who is still there. */
async function whose(context: Context, { db, seals }: Deps): Promise<Reader | null> {
  context.state.route = PATH;
  const [, companyId = '', customerId = '', seal = ''] = TOKEN.exec(String(context.query.t)) ?? [];
  if (!seals.isSealed(sealed(companyId, customerId), seal)) return null;
  const found = await findMailSettings(db, companyId, customerId);
  return found && { ...found, companyId, customerId, words: wordsOf(found.locale) };
}

function broken(context: Context): void {
  const words = wordsOf(context.acceptsLanguages()[0] ?? null);
  answer(context, words, words.off.broken, '');
  context.status = 400;
}

function form(context: Context, label: string, isOn: boolean): string {
  const action = `${PATH}?t=${String(context.query.t)}${isOn ? '&again=on' : ''}`;
  return `<form method="post" action="${escapeHtml(action)}"><button>${escapeHtml(label)}</button></form>`;
}

function answer(
  context: Context,
  { language, direction, off }: MailWords,
  said: string,
  rest: string,
) {
  context.set({ 'Content-Security-Policy': POLICY, 'Cache-Control': 'no-store' });
  context.type = 'text/html; charset=utf-8';
  context.body = `<!doctype html>
<html lang="${language}" dir="${direction}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${escapeHtml(off.title)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>${escapeHtml(off.title)}</h1>
<p role="status">${escapeHtml(said)}</p>
${rest}
</main>
</body>
</html>
`;
}
