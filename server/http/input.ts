/** What a request brings, read by the schemas of its route: once, and all of it before anything is done. */
import type { Context } from 'koa';
import type { z } from 'zod';
import { invalid } from '../errors.ts';
import { readBody } from './body.ts';

export type Fields = z.ZodObject | undefined;

/** What a route takes, part by part. */
export interface InputSpec {
  params?: Fields;
  query?: Fields;
  body?: Fields;
  headers?: Fields;
  aliases?: Readonly<Record<string, string>> | undefined;
}

/**
 * Params, query, headers and body as their schemas make them; a part without a schema is empty.
 * @throws ApiError `invalid` with every problem of all parts, or what readBody throws.
 */
export async function parseInput(
  spec: InputSpec,
  context: Context & { params?: unknown },
): Promise<unknown> {
  const raw = {
    params: context.params,
    query: context.query,
    headers: context.headers,
    body: spec.body && renamed(await readBody(context), spec.aliases ?? {}),
  };
  const issues: z.core.$ZodIssue[] = [];
  // Without a prototype, so that a field called __proto__ is a field.
  const flat: Record<string, unknown> = Object.create(null);
  const parse = (part: keyof typeof raw) => {
    const value = raw[part] ?? {};
    const result = spec[part]?.safeParse(value);
    if (result?.success === false) {
      issues.push(...result.error.issues);
      Object.assign(flat, value);
    }
    return result?.data ?? {};
  };
  const input = {
    params: parse('params'),
    query: parse('query'),
    headers: parse('headers'),
    body: parse('body'),
  };
  if (issues.length > 0) throw invalid(issues, flat);
  return input;
}

/** An alias fills its field only where the field itself was not sent. */
function renamed(body: unknown, aliases: Readonly<Record<string, string>>): unknown {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return body;
  const fields: Record<string, unknown> = { ...body };
  for (const [alias, field] of Object.entries(aliases)) {
    if (fields[field] === undefined && Object.hasOwn(fields, alias)) fields[field] = fields[alias];
  }
  return fields;
}
