/** sqlmap, from Debian: one run over one request, with every place of it marked that a value can stand in. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { isCredential, joined, type RequestParts } from '../support/operations/request.ts';

const run = promisify(execFile);
const LIMIT_MS = 300_000;

/**
 * The same for the hole and for the product. Nothing asks back, nothing is fetched, nobody but `url` is spoken to. Refusals
 * are answers too: what an operation has deleted or used up is gone with the second request.
 */
const SETTINGS = [
  ...['--batch', '--ignore-stdin', '--disable-coloring', '--flush-session', '--dbms=PostgreSQL'],
  ...['--level=2', '--risk=1', '--technique=BEST', '--time-sec=2'],
  ...['--timeout=10', '--retries=1', '--threads=1', '--skip-waf', '--ignore-code=401,404,409'],
];

export interface Found {
  /** What sqlmap says of each place that it could use. */
  holes: string[];
  requests: number;
  /** All that it printed. */
  said: string;
}

/** Marks each value with sqlmap's asterisk; the credential stays as it is. */
function marked(request: RequestParts): RequestParts {
  const mark = (fields: Record<string, string>) =>
    Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, `${value}*`]));
  const headers = Object.entries(request.headers).map(([name, value]) => [
    name,
    isCredential(name) ? value : `${value}*`,
  ]);
  const body =
    request.body &&
    Object.fromEntries(
      Object.entries(request.body).map(([name, value]) => [
        name,
        typeof value === 'string' ? `${value}*` : value,
      ]),
    );
  return {
    ...request,
    params: mark(request.params),
    query: mark(request.query),
    headers: Object.fromEntries(headers),
    body,
  };
}

function rawRequest(origin: string, prefix: string, request: RequestParts): string {
  const { method, headers, body } = request;
  const address = joined(request).path.replaceAll('%2A', '*');
  const lines = [
    `${method} ${prefix}${address} HTTP/1.1`,
    `Host: ${new URL(origin).host}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
  ];
  if (body === null) return `${lines.join('\r\n')}\r\n\r\n`;
  return `${[...lines, 'Content-Type: application/json'].join('\r\n')}\r\n\r\n${JSON.stringify(body)}`;
}

/** Requests without any value that could be spoiled are not sent: sqlmap has nothing to try there. */
export const hasValues = ({ params, query, body, headers }: RequestParts) =>
  Object.keys({ ...params, ...query, ...body }).length > 0 ||
  Object.keys(headers).some((name) => !isCredential(name));

export async function sqlmap(
  origin: string,
  prefix: string,
  request: RequestParts,
): Promise<Found> {
  const folder = mkdtempSync(join(tmpdir(), 'porthole-sqlmap-'));
  const file = join(folder, 'request');
  const traffic = join(folder, 'traffic');
  writeFileSync(file, rawRequest(origin, prefix, marked(request)));
  try {
    const options = ['-r', file, '-t', traffic, `--output-dir=${folder}`, ...SETTINGS];
    const env = { PATH: process.env.PATH, HOME: folder };
    const { stdout: said } = await run('sqlmap', options, {
      env,
      timeout: LIMIT_MS,
      maxBuffer: 64_000_000,
    });
    const requests = readFileSync(traffic, 'utf8').match(/^HTTP request \[#/gm)?.length ?? 0;
    const holes = said.match(/^Parameter: .*$/gm) ?? [];
    return { holes, requests, said };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
