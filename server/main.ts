/** Starts a node: settings, database, migrations, listening; and ends it: drain, close, exit. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { pino } from 'pino';
import { v7 as uuidv7 } from 'uuid';
import { createApp } from './app.ts';
import { type Config, readConfig } from './config.ts';
import { useDataDir } from './data-dir.ts';
import { hasAdminKey } from './db/api-keys.ts';
import type { Database } from './db/connection.ts';
import { migrate } from './db/migrate.ts';
import { loadAssets } from './http/assets.ts';
import type { Deps } from './http/deps.ts';
import { createMetrics } from './http/metrics.ts';
import { createPasswords } from './http/passwords.ts';
import { createTokens } from './http/tokens.ts';
import { openDatabase } from './open-database.ts';
import { stopOnSignal } from './shutdown.ts';
import { endWith, StartError } from './start-error.ts';
import { makeApiKey, newSecret } from './team/make-api-key.ts';
import { banner } from './trial/banner.ts';
import { trialKeys } from './trial/secrets.ts';
import { seedCompanies } from './trial/seed.ts';

/** The build's folder: this module is dist/server/main.js. */
const DIST = fileURLToPath(new URL('..', import.meta.url));

/** What customers read beside an answer that was given with the first key. */
const TEAM = 'Support team';

async function start(): Promise<void> {
  const config = readConfig(process.env);
  const assets = loadAssets(DIST);
  if (config.databaseUrl === null || config.jwtKeys === null) useDataDir(config.dataDir);
  const { db, stopEmbedded } = await openDatabase(config);
  await migrate(db);
  const deps = await createDeps(config, db);
  const adminKey = await firstAdminKey(deps);
  if (!config.isProduction) await seedCompanies(deps);

  const server = createServer(createApp(deps, assets).callback());
  const url = await listen(server, config);
  const metricsServer =
    config.metricsPort === null ? null : await serveMetrics(deps, config.metricsPort);
  stopOnSignal(deps, [server, ...(metricsServer ?? [])], async () => {
    await db.close();
    await stopEmbedded();
  });
  deps.log.info({ url, embedded: db.isEmbedded }, 'listening');
  if (!config.isProduction)
    process.stdout.write(banner({ url, isEmbedded: db.isEmbedded, adminKey }));
}

async function createDeps(config: Config, db: Database): Promise<Deps> {
  return {
    config,
    db,
    log: pino({ level: config.logLevel, base: null }),
    tokens: createTokens(config.jwtKeys ?? trialKeys(config.dataDir)),
    passwords: await createPasswords(config.passwordCost),
    metrics: createMetrics(db),
    newId: uuidv7,
    lifecycle: { isDraining: false },
  };
}

/** ADMIN_API_KEY sets the first key; the trial makes one where there is none, and returns it to be shown. */
async function firstAdminKey(deps: Deps): Promise<string | null> {
  const { adminApiKey, isProduction } = deps.config;
  if (adminApiKey !== null) {
    await makeApiKey(deps, { name: TEAM, companyId: null }, adminApiKey);
    return null;
  }
  if (isProduction || (await hasAdminKey(deps.db))) return null;
  const secret = newSecret();
  await makeApiKey(deps, { name: TEAM, companyId: null }, secret);
  return secret;
}

/** Returns the address to open in a browser. */
async function listen(server: Server, { port, host, publicUrl }: Config): Promise<string> {
  await listening(server, port, host);
  return publicUrl ?? `http://localhost:${(server.address() as AddressInfo).port}`;
}

async function serveMetrics({ metrics, config }: Deps, port: number): Promise<[Server]> {
  const server = createServer(async (_request, response) => {
    response.setHeader('Content-Type', metrics.contentType).end(await metrics.text());
  });
  await listening(server, port, config.host);
  return [server];
}

function listening(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(listenError(error, port, host)));
    server.listen(port, host, resolve);
  });
}

function listenError(error: NodeJS.ErrnoException, port: number, host: string): StartError {
  if (error.code === 'EADDRINUSE')
    return new StartError(`Port ${port} is in use. Stop what uses it, or set PORT to another one.`);
  if (error.code === 'EACCES')
    return new StartError(
      `Port ${port} needs more rights than this process has. Set PORT to one above 1023.`,
    );
  return new StartError(`Cannot listen on ${host}:${port} (${error.code}). Check HOST and PORT.`);
}

try {
  await start();
} catch (error) {
  endWith(error);
}
