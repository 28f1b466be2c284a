/** Starts a node: settings, database, migrations, listening; and ends it: drain, close, exit. */
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { Logger } from 'pino';
import { v7 as uuidv7 } from 'uuid';
import { createApp } from './app.ts';
import { type Config, readConfig } from './config.ts';
import { useDataDir } from './data-dir.ts';
import { hasAdminKey } from './db/api-keys.ts';
import type { Database } from './db/connection.ts';
import { deleteExpired } from './db/expired.ts';
import { createWakeup } from './db/wakeup.ts';
import { startDelivery } from './delivery/start.ts';
import { everyHour } from './every-hour.ts';
import { createAddressGuard } from './http/address-guard.ts';
import { loadAssets } from './http/assets.ts';
import { createChallenges } from './http/challenge.ts';
import type { Deps } from './http/deps.ts';
import { createMetrics } from './http/metrics.ts';
import { createPasswords } from './http/passwords.ts';
import { createRateLimits } from './http/rate-limits.ts';
import { createSeals } from './http/seals.ts';
import { createTokens } from './http/tokens.ts';
import { listen, listenForMetrics } from './listen.ts';
import { createLive } from './live/live.ts';
import { createLog } from './log.ts';
import { findRoleProblems, openDatabase } from './open-database.ts';
import { stopOnSignal } from './shutdown.ts';
import { endWith } from './start-error.ts';
import { startAuditJanitor } from './team/audit-janitor.ts';
import { makeApiKey, newSecret } from './team/make-api-key.ts';
import { type AdminKey, banner } from './trial/banner.ts';
import { trialKeys } from './trial/secrets.ts';
import { seedCompanies } from './trial/seed.ts';

/** The build's folder: this module is dist/server/main.js. */
const DIST = fileURLToPath(new URL('..', import.meta.url));

/** What customers read beside an answer that was given with the first key. */
const TEAM = 'Support team';

async function start(): Promise<void> {
  const config = readConfig(process.env, await findRoleProblems(process.env));
  const assets = loadAssets(DIST);
  if (config.databaseUrl === null || config.jwtKeys === null) useDataDir(config.dataDir);
  const log = createLog(config);
  const { db, buildIndexes, stopEmbedded } = await openDatabase(config, log);
  const deps = await createDeps(config, db, log);
  const adminKey = await firstAdminKey(deps);
  if (!config.isProduction) await seedCompanies(deps);

  const server = await listen(createApp(deps, assets), config);
  const url = config.publicUrl ?? `http://localhost:${(server.address() as AddressInfo).port}`;
  const { metricsPort, host } = config;
  const others =
    metricsPort === null ? [] : [await listenForMetrics(deps.metrics, metricsPort, host)];
  const delivery = startDelivery(deps, url);
  const stopAuditJanitor = startAuditJanitor(deps);
  const stopSweeping = everyHour('rows', log, (signal) => deleteExpired(db, signal));
  stopOnSignal(deps, [server, ...others], delivery, async () => {
    await deps.live.close();
    await deps.wakeup.close();
    await Promise.all([stopAuditJanitor(), stopSweeping()]);
    await db.close();
    await stopEmbedded();
  });
  deps.log.info({ url, embedded: db.isEmbedded }, 'listening');
  buildIndexes().catch((error) =>
    log.warn({ err: error }, 'indexes are missing: the next start tries again'),
  );
  if (config.isProduction) {
    if (config.smtp === null) deps.log.warn('no mail is sent: SMTP_URL and MAIL_FROM are not set');
  } else {
    process.stdout.write(
      banner({ url, isEmbedded: db.isEmbedded, adminKey, isMailSent: config.smtp !== null }),
    );
  }
}

async function createDeps(config: Config, db: Database, log: Logger): Promise<Deps> {
  const metrics = createMetrics(db);
  const wakeup = createWakeup(db, { listenUrl: config.databaseDirectUrl, log });
  const keys = config.jwtKeys ?? trialKeys(config.dataDir);
  return {
    ...{ config, db, log, metrics, wakeup },
    tokens: createTokens(keys),
    seals: createSeals(keys),
    rateLimits: createRateLimits(config, db),
    challenges: createChallenges(config.challenge, keys),
    guard: createAddressGuard(config.webhooksAllowLoopback),
    passwords: await createPasswords(config.passwordCost),
    newId: uuidv7,
    live: createLive({ config, db, log, metrics, wakeup }),
    lifecycle: { isDraining: false },
  };
}

/** ADMIN_API_KEY sets the first key; the trial makes one where there is none, and returns it to be shown. */
async function firstAdminKey(deps: Deps): Promise<AdminKey> {
  const { adminApiKey, isProduction } = deps.config;
  if (adminApiKey !== null) {
    await makeApiKey(deps, { name: TEAM, companyId: null }, adminApiKey);
    return 'given';
  }
  if (isProduction || (await hasAdminKey(deps.db))) return 'made before';
  const secret = newSecret();
  await makeApiKey(deps, { name: TEAM, companyId: null }, secret);
  return { made: secret };
}

try {
  await start();
} catch (error) {
  endWith(error);
}
