/** Fields for the reference: parameters and bodies as tables, answers as a tree that opens level by level. */
import { parameterExample } from './example.ts';
import { type Html, html, prose, table } from './html.ts';
import type { Parameter } from './model.ts';
import {
  defaultOf,
  type Field,
  fieldsOf,
  limitsOf,
  type Resolve,
  type Schema,
  typeOf,
} from './schema.ts';

/** `label` names the table to those who come to it without seeing what stands above. */
export function fieldTable(
  label: string,
  fields: readonly (Field | Parameter)[],
  resolve: Resolve,
): Html {
  const rows = fields.map((one) => html`<tr>${nameCell(one)}${otherCells(one, resolve)}</tr>`);
  return table(label, ['Name', 'Type', 'What it is'], rows);
}

/** `isOpen`: whether the first level shows what is inside of it. */
export function fieldTree(fields: readonly Field[], resolve: Resolve, isOpen: boolean): Html {
  return html`<ul class="tree">${fields.map((one) => html`<li>${branch(one, resolve, isOpen)}</li>`)}</ul>`;
}

function branch(field: Field, resolve: Resolve, isOpen: boolean): Html {
  const type = typeOf(field.schema, resolve);
  const line = html`<code>${field.name}</code> <span class="type">${type}</span>${
    !field.isRequired && html` <span class="type">not always there</span>`
  }`;
  const about = phrases(field, resolve, false);
  const note = about.length > 0 && html` <span class="about">${about}</span>`;
  const inner = fieldsOf(field.schema, resolve);
  if (inner.length === 0) return html`${line}${note}`;
  const below = fieldTree(inner, resolve, false);
  return html`<details${isOpen && html` open`}><summary>${line}${note}</summary>${below}</details>`;
}

function nameCell(field: Field | Parameter): Html {
  const place = 'place' in field && html` <span class="place">in ${field.place}</span>`;
  const required = field.isRequired && html` <span class="required">required</span>`;
  return html`<th scope="row"><code>${field.name}</code>${place}${required}</th>`;
}

function otherCells(field: Field, resolve: Resolve): Html {
  const inner = fieldsOf(field.schema, resolve);
  return html`<td class="type">${typeOf(field.schema, resolve)}</td>
<td>${phrases(field, resolve, true)}${inner.length > 0 && fieldTree(inner, resolve, false)}</td>`;
}

/** What a field is, and what it must keep to. Fields that are sent (`isInput`) have an example and a default too. */
function phrases({ name, schema }: Field, resolve: Resolve, isInput: boolean): Html[] {
  const limits = limitsOf(schema, resolve).join(', ');
  const example = isInput ? patternExample(name, schema, resolve) : undefined;
  const fallback = isInput ? defaultOf(schema, resolve) : undefined;
  const sentences = [
    resolve(schema).description ?? '',
    limits && `${limits[0]?.toUpperCase()}${limits.slice(1)}.`,
    example ? `Such as \`${example}\`.` : '',
    fallback ? `When left out: ${fallback}.` : '',
  ];
  return sentences.filter(Boolean).map((one, at) => prose(at === 0 ? one : ` ${one}`));
}

/** Patterns are for machines: a value that passes says more to a person, unless it is just a number. */
function patternExample(name: string, schema: Schema, resolve: Resolve): string | undefined {
  const { pattern, anyOf = [] } = resolve(schema);
  if ([pattern, ...anyOf.map((one) => one.pattern)].every((one) => one === undefined)) return;
  const example = parameterExample(name, { ...schema, default: undefined }, resolve);
  return /^\d+$/.test(example) ? undefined : example;
}
