/** Writes HTML for the reference. Whatever is put into a template is escaped here, and nowhere else. */
import { escapeHtml } from '../http/escape-html.ts';

/** Text that is HTML already, because `html` made it. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** What a template takes; `false`, `null` and `undefined` leave nothing behind. */
export type Part = Html | string | number | false | null | undefined | readonly Part[];

/** A tagged template: every part is escaped unless another template made it. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return new Html(strings.reduce((text, next, at) => text + render(parts[at - 1]) + next));
}

/** Prose with `code` in backticks, as the summaries and descriptions of routes are written. */
export function prose(text: string): Html {
  const pieces = text.split('`');
  return html`${pieces.map((piece, at) => (at % 2 === 0 ? piece : html`<code>${piece}</code>`))}`;
}

/** A value as indented JSON, its texts and literals marked for the style sheet. */
export function json(value: unknown): Html {
  const pieces = JSON.stringify(value, null, 2).split(/("(?:\\.|[^"\\])*":?|\b[\w.+-]+\b)/);
  return html`${pieces.map((piece, at) => {
    if (at % 2 === 0 || piece.endsWith(':')) return piece;
    return html`<span class="${piece.startsWith('"') ? 'is-text' : 'is-literal'}">${piece}</span>`;
  })}`;
}

/** A block of code that scrolls sideways: it takes the focus, so that the arrow keys can scroll it. */
export function codeBlock(label: string, content: Part): Html {
  return html`<pre tabindex="0" role="group" aria-label="${label}"><code>${content}</code></pre>`;
}

/** A table in a frame that scrolls sideways on narrow screens, reachable as code blocks are. */
export function table(label: string, heads: readonly string[], rows: readonly Part[]): Html {
  return html`<div class="scroll" tabindex="0" role="group" aria-label="${label}"><table>
<thead><tr>${heads.map((head) => html`<th scope="col">${head}</th>`)}</tr></thead>
<tbody>${rows}</tbody>
</table></div>`;
}

function render(part: Part): string {
  if (part === false || part === null || part === undefined) return '';
  if (part instanceof Html) return part.text;
  if (Array.isArray(part)) return part.map(render).join('');
  return escapeHtml(String(part));
}
