/** The reference's page: head, navigation, introduction, and every operation under its tag. */

import type { OpenApiDocument } from '../http/openapi.ts';
import { type Html, html, prose } from './html.ts';
import { CHAPTERS, introduction } from './intro.ts';
import { type Operation, operationsOf } from './model.ts';
import { breakable, methodBadge, operationSection } from './operation.ts';
import { resolver } from './schema.ts';

/** The whole page. It has no script and no style of its own: its policy allows neither. */
export function docsPage(document: OpenApiDocument): string {
  const { info, tags } = document;
  const operations = operationsOf(document);
  const base = commonBase(operations.map(({ path }) => path));
  const groups = tags.map(({ name }) => {
    return { name, anchor: anchorOf(name), within: operations.filter(({ tag }) => tag === name) };
  });
  const menu = contents(groups, base);
  const resolve = resolver(document);
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="description" content="${info.description.replaceAll('`', '')}">
<title>${info.title} API</title>
<link rel="stylesheet" href="/docs.css">
</head>
<body>
<a class="skip" href="#main">Skip to the reference</a>
<header class="bar"><a class="brand" href="#top">${MARK}${info.title} API</a><a class="to-contents" href="#contents">Contents</a></header>
<nav class="side" aria-label="Contents">${menu}</nav>
<main id="main" tabindex="-1">
<div class="opening" id="top">
<h1>${info.title} API</h1>
<p class="lead">${prose(info.description)}</p>
<p class="note">Version ${info.version}. For tools: <a href="/openapi.json">openapi.json</a> (OpenAPI ${document.openapi}), from which this page is made.</p>
</div>
<details class="contents" id="contents"><summary>Contents</summary><nav aria-label="Contents">${menu}</nav></details>
${introduction(operations, base)}
${groups.map(
  ({ name, anchor, within }) => html`<section class="group" aria-labelledby="${anchor}">
<h2 id="${anchor}">${name}</h2>
${within.map((one) => operationSection(one, resolve))}
</section>`,
)}
</main>
</body>
</html>
`.text;
}

interface Group {
  name: string;
  anchor: string;
  within: readonly Operation[];
}

const MARK = html`<svg viewBox="0 0 20 20" aria-hidden="true"><circle cx="10" cy="10" r="7"/><circle cx="10" cy="10" r="3.6"/></svg>`;

function contents(groups: readonly Group[], base: string): Html {
  return html`<p class="menu-name">How it works</p>
<ul>${CHAPTERS.map(([id, title]) => html`<li><a href="#${id}">${title}</a></li>`)}</ul>
${groups.map(
  ({ name, anchor, within }) => html`<p class="menu-name"><a href="#${anchor}">${name}</a></p>
<ul>${within.map(
    ({ id, method, path }) =>
      html`<li><a class="call" href="#${id}">${methodBadge(method)}<code>${breakable(path.slice(base.length))}</code></a></li>`,
  )}</ul>`,
)}`;
}

function anchorOf(tag: string): string {
  return `tag-${tag.toLowerCase().replace(/\W+/g, '-')}`;
}

/** The segments that all paths begin with. */
function commonBase(paths: readonly string[]): string {
  const [first = [], ...others] = paths.map((path) => path.split('/'));
  const length = first.findIndex((part, at) => others.some((other) => other[at] !== part));
  return first.slice(0, Math.max(length, 0)).join('/');
}
