/**
 * Prints what idle event streams cost: memory for each, and the time until the last one has an event.
 * `node server/run/build.js && node test/bench/streams.js [streams]`; with BENCH_DATABASE_URL (an empty database) on
 * PostgreSQL, otherwise on the embedded database.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../dist/server/main.js', import.meta.url));
const ADMIN_KEY = 'an-admin-key-for-benchmarks-only-0123456789';
const STREAMS_EACH = 4;
const AT_ONCE = 32;
const ROUNDS = 7;

const total = Number(process.argv[2] ?? 10_000);
const folder = mkdtempSync(join(tmpdir(), 'porthole-bench-'));
const { PATH = '', HOME = '', BENCH_DATABASE_URL: databaseUrl } = process.env;
const server = spawn(process.execPath, ['--expose-gc', MAIN], {
  env: {
    RATE_LIMITS: 'off',
    ...{ PATH, HOME, PORT: '0', LOG_LEVEL: 'info', ADMIN_API_KEY: ADMIN_KEY, PASSWORD_COST: '4' },
    DATA_DIR: folder,
    ...(databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl }),
  },
  stdio: ['ignore', 'pipe', 'inherit'],
});
try {
  await measure(await listeningUrl());
} finally {
  server.kill();
  await once(server, 'exit');
  rmSync(folder, { recursive: true, force: true });
}

/** @param {string} url */
async function measure(url) {
  const { id: companyId } = await call(url, '/companies', {
    ...{ name: 'Bench', slug: `bench-${process.pid}` },
  });
  const tokens = await buildTokens(url, companyId, Math.ceil(total / STREAMS_EACH));
  await wait(2_000);
  const before = await memory(url);
  /** @type {{ arrived: number, sockets: import('node:net').Socket[] }} */
  const state = { arrived: 0, sockets: [] };
  const opening = performance.now();
  await inParallel(total, async (index) => {
    state.sockets.push(await openStream(url, tokens[index % tokens.length] ?? '', state));
  });
  const openedMs = performance.now() - opening;
  await wait(20_000);
  const after = await memory(url);
  const kib = (/** @type {keyof typeof after} */ what) =>
    ((after[what] - before[what]) / total / 1024).toFixed(1);
  console.log(`${total} streams opened in ${(openedMs / 1000).toFixed(1)} s`);
  console.log(
    `each: ${kib('resident')} KiB resident, ${kib('heap')} KiB heap, ${kib('external')} KiB external`,
  );

  const times = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    state.arrived = 0;
    const start = performance.now();
    const written = call(url, '/incident-ticket', {
      ...{ companyId, summary: 'Outage', description: 'All of it.', priority: 'HIGH' },
    });
    while (state.arrived < total) await wait(1);
    times.push(performance.now() - start);
    await written;
    await wait(500);
  }
  times.sort((a, b) => a - b);
  const text = times.map((ms) => ms.toFixed(0)).join(', ');
  console.log(`the last has an announcement after (ms, request included): ${text}`);
  for (const socket of state.sockets) socket.destroy();
}

/** Counts every event; nothing else is looked at, since this process shares the machine. */
async function openStream(url, token, state) {
  const { hostname, port, host } = new URL(url);
  const socket = connect(Number(port), hostname);
  await once(socket, 'connect');
  socket.write(
    `GET /api/v1/customer/events HTTP/1.1\r\nHost: ${host}\r\nAuthorization: Bearer ${token}\r\n\r\n`,
  );
  const [first] = await once(socket, 'data');
  if (!String(first).startsWith('HTTP/1.1 200')) throw new Error(String(first));
  socket.on('data', (chunk) => {
    if (chunk.includes('incident.created')) state.arrived += 1;
  });
  return socket;
}

async function buildTokens(url, companyId, count) {
  const tokens = [];
  await inParallel(count, async (index) => {
    const account = { email: `c${index}@example.com`, password: 'correct horse battery' };
    const body = { ...account, name: 'Bench', companyId };
    tokens.push((await call(url, '/customer/register', body)).token);
  });
  return tokens;
}

async function inParallel(count, work) {
  let next = 0;
  const run = async () => {
    while (next < count) await work(next++);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, run));
}

async function call(url, path, body) {
  const headers = { 'content-type': 'application/json', 'x-api-key': ADMIN_KEY };
  const answer = await fetch(`${url}/api/v1${path}`, {
    ...{ method: 'POST', headers, body: JSON.stringify(body) },
  });
  const { data, errors } = await answer.json();
  if (!answer.ok) throw new Error(String(errors));
  return data;
}

/** Of the server, in bytes. */
async function memory(url) {
  const answer = await fetch(`${url}/metrics`, { headers: { 'x-api-key': ADMIN_KEY } });
  const text = await answer.text();
  const read = (name) => Number(new RegExp(`^${name} (\\S+)`, 'm').exec(text)?.[1]);
  return {
    resident: read('process_resident_memory_bytes'),
    heap: read('nodejs_heap_size_used_bytes'),
    external: read('nodejs_external_memory_bytes'),
  };
}

function listeningUrl() {
  return new Promise((resolve, reject) => {
    let text = '';
    server.stdout.on('data', (chunk) => {
      text += chunk;
      const url = /"url":"(http[^"]+)"/.exec(text)?.[1];
      if (url !== undefined) resolve(url);
    });
    server.once('exit', () => reject(new Error(`the server did not start:\n${text}`)));
  });
}
