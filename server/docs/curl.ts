/** Calls that can be pasted into a shell. Address and credentials come from its variables, which the introduction sets. */
import { exampleOf, parameterExample } from './example.ts';
import type { Operation } from './model.ts';
import type { Resolve } from './schema.ts';

/** The variables of the examples, as the introduction has them set. */
export const SHELL_SETTINGS = `PORTHOLE=http://localhost:3000
TOKEN=…   # a customer's, from /customer/login
KEY=…     # the team's API key`;

const CREDENTIALS: Readonly<Record<string, string>> = {
  customerToken: '"Authorization: Bearer $TOKEN"',
  apiKey: '"X-API-Key: $KEY"',
};

export function curlOf(operation: Operation, resolve: Resolve): string {
  const { method, path, parameters, scheme, body } = operation;
  const required = parameters.filter(({ isRequired }) => isRequired);
  const value = (name: string) => {
    const found = required.find((one) => one.name === name);
    return encodeURIComponent(parameterExample(name, found?.schema ?? {}, resolve));
  };
  const query = required.filter(({ place }) => place === 'query');
  const search = query.map(({ name }) => `${name}=${value(name)}`).join('&');
  const address = `${path.replace(/\{(\w+)\}/g, (_, name) => value(name))}${search && `?${search}`}`;
  const credential = scheme === undefined ? undefined : CREDENTIALS[scheme];
  const sent = body && JSON.stringify(exampleOf(body, resolve, [], true), null, 2);
  return [
    `curl${method === 'get' ? '' : ` -X ${method.toUpperCase()}`} "$PORTHOLE${address}"`,
    ...(credential === undefined ? [] : [`-H ${credential}`]),
    ...(sent === undefined ? [] : [`-H 'Content-Type: application/json'`, `-d ${quoted(sent)}`]),
  ].join(' \\\n  ');
}

/** In single quotes a shell changes nothing; a quote itself has to stand outside of them. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
