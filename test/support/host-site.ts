/** A company's own site, on another site than Porthole, and somebody else's: pages that carry the tag, under policies and styles of their own. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface HostPage {
  /** What stands in the body beside the tag. */
  content?: string;
  head?: string;
  policy?: string;
  /** Where the tag's script comes from, if not from Porthole. */
  script?: string;
  /** Attributes of the tag. */
  tag?: Record<string, string>;
}

export interface HostSite {
  /** `http://127.0.0.1:PORT`: to a browser another site than localhost. */
  url: string;
  /** `http://other.localhost:PORT`: the same pages, to a browser another site again. */
  otherUrl: string;
  close(): Promise<void>;
}

const PLAIN_COOKIE = 'plain=1; Path=/; Secure; SameSite=None';

/** Serves each page at `/name`, with the tag from `porthole` (an origin). */
export async function startHostSite(
  porthole: string,
  pages: Record<string, HostPage>,
): Promise<HostSite> {
  const server = createServer((request, response) => {
    // What any site could set without asking for a partition.
    if (request.url === '/plain-cookie') {
      return void response.writeHead(204, { 'Set-Cookie': PLAIN_COOKIE }).end();
    }
    const page = pages[(request.url ?? '/').slice(1)];
    if (page === undefined) return void response.writeHead(404).end();
    if (page.policy) response.setHeader('Content-Security-Policy', page.policy);
    response.setHeader('Content-Type', 'text/html; charset=utf-8').end(html(porthole, page));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    otherUrl: `http://other.localhost:${port}`,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

function html(
  porthole: string,
  { content = '', head = '', tag = {}, script = `${porthole}/widget.js` }: HostPage,
): string {
  const attributes = Object.entries(tag).map(([name, value]) => ` ${name}="${value}"`);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>A company's page</title>
<link rel="icon" href="data:,">
${head}
<script async src="${script}"${attributes.join('')}></script>
</head>
<body>
<h1>A company's page</h1>
<p>With text, links and everything.</p>
${content}
</body>
</html>`;
}
