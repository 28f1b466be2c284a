/** What holds for every operation: envelope, credentials, repeating, pages, caching, times, error codes. */
import { ERROR_STATUS, type ErrorCode } from '../../shared/errors.ts';
import { LIMITS } from '../../shared/limits.ts';
import { createIncidentBody } from '../../shared/schemas/incident.ts';
import { ApiError, invalid } from '../errors.ts';
import { SHELL_SETTINGS } from './curl.ts';
import { codeBlock, type Html, html, json, table } from './html.ts';
import type { Operation } from './model.ts';
import { methodBadge } from './operation.ts';

const REQUEST_ID = '6f1c8f0e-2b7d-4a57-9d1e-0c5b8a3f7e21';
const SUCCESS = { success: true, message: 'Reported. The team has been told.', data: {} };

/** The chapters, in order: the navigation lists them too. */
export const CHAPTERS = [
  ['basics', 'Address and envelope', basics],
  ['credentials', 'Credentials', credentials],
  ['repeating', 'Sending again safely', repeating],
  ['lists', 'Lists and pages', lists],
  ['caching', 'Asking only for news', caching],
  ['conventions', 'Times, text and limits', conventions],
  ['errors', 'Error codes', errorCodes],
] as const;

export function introduction(operations: readonly Operation[], base: string): Html {
  return html`<section aria-labelledby="start">
<h2 id="start">How it works</h2>
${CHAPTERS.map(
  ([id, title, content]) => html`<section class="chapter" id="${id}" aria-labelledby="${id}-name">
<h3 id="${id}-name">${title}</h3>
${content(operations, base)}
</section>`,
)}
</section>`;
}

function basics(_: readonly Operation[], base: string): Html {
  return html`<p>Every path begins with <code>${base}</code>. JSON goes in and comes out, in UTF-8. Every answer has the same shape: <code>success</code>, a <code>message</code> for people, and the <code>data</code>.</p>
${codeBlock('A success', json(SUCCESS))}
<p>A failure lists what is wrong in <code>errors</code>, one sentence for each problem. <code>code</code> is a stable word to decide by; the sentences may change. For <code>invalid</code>, <code>problems</code> says the same by field, so that a form can put each beside its input.</p>
${codeBlock('A failure', json(failure()))}
<p><code>requestId</code> also comes with every answer as <code>X-Request-Id</code>: name it when you ask about a call.</p>
<p>The examples take address and credentials from three variables of your shell:</p>
${codeBlock('Variables of the examples', SHELL_SETTINGS)}`;
}

/** Made by the code that answers, from the schema that checks: the reference cannot show another failure than a client gets. */
function failure() {
  const sent = { description: 'Since this morning.', priority: 'SOON', category: 'Others' };
  const { error } = createIncidentBody.safeParse(sent);
  return invalid(error?.issues ?? [], sent).body(REQUEST_ID);
}

function credentials(_: readonly Operation[], base: string): Html {
  return html`<dl class="terms">
<div><dt>Customers</dt><dd>send the token that registering or logging in gave them: <code>Authorization: Bearer …</code>. Any web page may call <code>${base}/customer/…</code> with it.</dd></div>
<div><dt>The team</dt><dd>sends an API key: <code>X-API-Key: …</code> or <code>Authorization: Bearer …</code>. A key works for one company, or as an admin key over all of them. Keep it on a server: pages of other sites cannot call the team's paths.</dd></div>
<div><dt>Our panel</dt><dd>keeps its token in a cookie that no script can read, and that counts only on requests from our own pages.</dd></div>
</dl>`;
}

function repeating(operations: readonly Operation[]): Html {
  const taking = operations.filter((one) => hasParameter(one, 'idempotency-key'));
  return html`<p>A connection can break after the work was done. Send an <code>Idempotency-Key</code> of your own making (1 to ${LIMITS.idempotencyKey} printable ASCII characters, such as a UUID) and repeat the call with the same key and body: you get the first answer again, and nothing is made twice. The same key with another body is refused with ${codeLink('idempotency_key_reused')}.</p>
${links('Taken by', taking)}`;
}

function lists(operations: readonly Operation[]): Html {
  const paged = operations.filter((one) => hasParameter(one, 'page'));
  const endless = operations.filter((one) => hasParameter(one, 'cursor'));
  return html`<p><code>page</code> counts from 1; <code>limit</code> is ${LIMITS.defaultPageSize} when left out and ${LIMITS.pageSize} at most. The answer carries <code>total</code> and <code>totalPages</code>.</p>
${links('By page', paged)}
<p>Pages shift while new entries arrive. For an endless list, send the <code>nextCursor</code> of the answer before as <code>cursor</code>: it continues exactly there, and is <code>null</code> at the end.</p>
${links('By cursor', endless)}`;
}

function caching(operations: readonly Operation[]): Html {
  const tagged = operations.filter(({ answers }) => answers.some(({ status }) => status === 304));
  return html`<p>Some reads carry an <code>ETag</code>. Send it back as <code>If-None-Match</code>: as long as nothing has changed, the answer is an empty <code>304</code>.</p>
${links('With an ETag', tagged)}`;
}

function conventions(): Html {
  return html`<p>Times are ISO 8601 in UTC, to the millisecond: <code>2026-11-22T14:24:23.000Z</code>. Text is kept as typed, in Unicode NFC. Fields that an operation does not know are ignored. A body takes ${LIMITS.bodyBytes / 1024} KiB at most. Where an answer carries <code>Retry-After</code>, wait that many seconds before the next call.</p>`;
}

function errorCodes(): Html {
  const rows = (Object.keys(ERROR_STATUS) as ErrorCode[]).map((code) => {
    const { status, message } = new ApiError(code);
    return html`<tr id="error-${code}"><th scope="row"><code>${code}</code></th><td class="type">${status}</td><td>${message}</td></tr>`;
  });
  return html`<p>Every <code>code</code> there is, with its HTTP status and the sentence that comes with it.</p>
${table('Error codes', ['Code', 'Status', 'Sentence'], rows)}`;
}

function hasParameter({ parameters }: Operation, name: string): boolean {
  return parameters.some((one) => one.name === name);
}

function codeLink(code: ErrorCode): Html {
  return html`<a href="#error-${code}"><code>${code}</code></a>`;
}

function links(label: string, operations: readonly Operation[]): Html {
  return html`<ul class="links" aria-label="${label}">${operations.map(
    ({ id, method, summary }) =>
      html`<li>${methodBadge(method)} <a href="#${id}">${summary}</a></li>`,
  )}</ul>`;
}
