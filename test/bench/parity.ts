/** Whether servers answer alike: a race against one that does less would prove nothing. */
import { isDeepStrictEqual } from 'node:util';
import type { Request } from './contest.ts';
import type { Side } from './sides.ts';

/** Throws where one of them answers other data than the first; and where nobody, or a stranger, is answered. */
export async function agree(sides: readonly Side[], requests: readonly Request[]): Promise<void> {
  for (const request of requests) {
    const [first, ...others] = await Promise.all(sides.map((side) => dataOf(side, request)));
    const other = others.findIndex((data) => !isDeepStrictEqual(data, first));
    if (other !== -1) {
      const [expected, found] = [first, others[other]].map((data) =>
        JSON.stringify(data).slice(0, 600),
      );
      throw new Error(
        `${sides[other + 1]?.name} answers ${request.path} otherwise:\n${found}\nand not\n${expected}`,
      );
    }
  }
  const [request] = requests;
  for (const side of sides) {
    const { path = '/' } = request ?? {};
    const { status } = await fetch(`${side.url}${path}`);
    if (status !== 401) throw new Error(`${side.name} answers a stranger with ${status}`);
  }
}

async function dataOf(
  { name, url }: Side,
  { method, path, headers, body }: Request,
): Promise<unknown> {
  const answer = await fetch(`${url}${path}`, {
    method,
    headers,
    ...(body === undefined ? {} : { body }),
  });
  if (!answer.ok) throw new Error(`${name} answers ${method} ${path} with ${answer.status}`);
  const { data } = (await answer.json()) as { data: unknown };
  return data;
}
