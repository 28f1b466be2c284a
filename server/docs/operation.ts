/** One operation of the reference: what it is for, who may call it, what goes in, what comes out, how it fails. */
import { curlOf } from './curl.ts';
import { exampleOf } from './example.ts';
import { fieldTable, fieldTree } from './fields.ts';
import { codeBlock, type Html, html, json, prose } from './html.ts';
import { type Answer, codesOf, type Operation } from './model.ts';
import { fieldsOf, type Resolve } from './schema.ts';

/** The operation's part of the page. */
export function operationSection(operation: Operation, resolve: Resolve): Html {
  const { id, method, path, summary, description } = operation;
  const [answer] = operation.answers;
  return html`<article class="operation" id="${id}" aria-labelledby="${id}-name">
<div class="words">
<h3 id="${id}-name"><a href="#${id}">${prose(summary)}</a></h3>
<p class="address">${methodBadge(method)} <code>${breakable(path)}</code></p>
${description && html`<p>${prose(description)}</p>`}
<p class="who">${callers(operation)}</p>
${inputs(operation, resolve)}
${answer && answerFields(answer, operation, resolve)}
${failures(operation)}
</div>
<div class="examples">
<h4>Example request</h4>
${codeBlock(`Example request: ${summary}`, curlOf(operation, resolve))}
${
  answer?.schema &&
  html`<h4>Example answer</h4>
${codeBlock(`Example answer: ${summary}`, json(exampleOf(answer.schema, resolve)))}`
}
</div>
</article>`;
}

export function methodBadge(method: string): Html {
  return html`<span class="method is-${method}">${method.toUpperCase()}</span>`;
}

/** A path that may break after its slashes, and nowhere else. */
export function breakable(path: string): Html {
  return html`${path.split(/(?<=\/)/).map((part, at) => [at > 0 && html`<wbr>`, part])}`;
}

function callers({ scheme, roles }: Operation): Html {
  if (scheme === undefined) return html`<b>Everyone</b> may call it, without credentials.`;
  if (scheme === 'customerToken') return html`<b>Customers</b>, with the token of their login.`;
  const scopes = roles
    .filter((role) => role !== 'admin')
    .map((scope, at) => html`${at > 0 && ' and '}<code>${scope}</code>`);
  const needed = html`the ${scopes.length > 1 ? 'scopes' : 'scope'} ${scopes}`;
  return roles.includes('admin')
    ? html`<b>Admin keys</b> with ${needed}: API keys that are not bound to one company.`
    : html`<b>The team</b>, with an API key that has ${needed}.`;
}

function inputs({ summary, parameters, body, bodyNote }: Operation, resolve: Resolve): Html {
  return html`${
    parameters.length > 0 &&
    html`<h4>Parameters</h4>
${fieldTable(`Parameters: ${summary}`, parameters, resolve)}`
  }
${
  body &&
  html`<h4>Body</h4>
${fieldTable(`Body: ${summary}`, fieldsOf(body, resolve), resolve)}
${bodyNote && html`<p class="note">${prose(bodyNote)}</p>`}`
}`;
}

function answerFields(answer: Answer, { answers }: Operation, resolve: Resolve): Html {
  const unchanged = answers.find(({ status }) => status === 304);
  const fields = answer.schema === undefined ? [] : fieldsOf(answer.schema, resolve);
  return html`<h4>Answer</h4>
<p><b class="status">${answer.status}</b> ${prose(answer.description)}${
    unchanged && html` <b class="status">304</b> ${prose(unchanged.description)}`
  }</p>
${fields.length > 0 && html`<details class="fields"><summary>Fields of the answer</summary>${fieldTree(fields, resolve, true)}</details>`}`;
}

/** Failures name their codes in backticks; each leads to its row in the table of all codes. */
function failures({ answers }: Operation): Html {
  const failed = answers.filter(({ status }) => status >= 400);
  return html`<h4>Failures</h4>
<dl class="failures">${failed.map(
    (one) =>
      html`<div><dt>${one.status}</dt><dd>${codesOf(one).map(
        (code, at) => html`${at > 0 && ', '}<a href="#error-${code}"><code>${code}</code></a>`,
      )}</dd></div>`,
  )}</dl>`;
}
