/** Opens the ports of a node. */
import { createServer, type Server } from 'node:http';
import type Koa from 'koa';
import type { Config } from './config.ts';
import {
  CONNECTION_LIMITS,
  endUnreadConnections,
  serverOptions,
} from './http/connection-limits.ts';
import { answerEarlyRefusals } from './http/early-refusals.ts';
import type { Metrics } from './http/metrics.ts';
import { StartError } from './start-error.ts';

/** The application's port. Throws a StartError when it cannot be had. */
export async function listen<S>(
  app: Koa<S>,
  { port, host }: Pick<Config, 'port' | 'host'>,
  limits = CONNECTION_LIMITS,
): Promise<Server> {
  const server = serverOf(app, limits);
  await listening(server, port, host, 'PORT');
  return server;
}

/** The application with all that stands before it, not listening yet. */
export function serverOf<S>(app: Koa<S>, limits = CONNECTION_LIMITS): Server {
  const server = createServer(serverOptions(limits), app.callback());
  answerEarlyRefusals(server);
  endUnreadConnections(server, limits);
  return server;
}

/** METRICS_PORT, for a monitoring system that is kept apart by the network. */
export async function listenForMetrics(
  metrics: Metrics,
  port: number,
  host: string,
): Promise<Server> {
  const server = createServer((_request, response) => {
    metrics.text().then(
      (text) => response.setHeader('Content-Type', metrics.contentType).end(text),
      () => response.writeHead(500).end(),
    );
  });
  await listening(server, port, host, 'METRICS_PORT');
  return server;
}

function listening(server: Server, port: number, host: string, setting: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', ({ code }: NodeJS.ErrnoException) => {
      reject(new StartError(reason(code, port, host, setting)));
    });
    server.listen(port, host, resolve);
  });
}

function reason(code: string | undefined, port: number, host: string, setting: string): string {
  if (code === 'EADDRINUSE') {
    return `Port ${port} is in use. Stop what uses it, or set ${setting} to another one.`;
  }
  if (code === 'EACCES') {
    return `Port ${port} needs more rights than this process has. Set ${setting} to one above 1023.`;
  }
  return `Cannot listen on ${host}:${port} (${code}). Check HOST and ${setting}.`;
}
