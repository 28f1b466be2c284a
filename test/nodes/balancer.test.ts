/** What HAProxy does, with the configuration of ours, where a node fails in the middle of a request or none is there. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it, vi } from 'vitest';
import { createClient } from '../support/client.ts';
import { REPORT } from '../support/factories.ts';
import { freePorts } from '../support/free-port.ts';
import { type Balancer, startBalancer } from '../support/haproxy.ts';
import { shows } from '../support/shows.ts';

const REQUESTS = 10;

let balancer: Balancer;
const servers: Server[] = [];
afterEach(async () => {
  await balancer.end();
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

/** Ready, like a node; what becomes of other requests, `answers` says. */
async function startNode(answers: boolean) {
  const seen: string[] = [];
  const server = createServer((request, response) => {
    if (request.url === '/readyz') return response.end();
    seen.push(request.method ?? '');
    if (answers) return response.writeHead(503).end();
    return request.socket.destroy();
  });
  servers.push(server);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return { seen, port: (server.address() as AddressInfo).port };
}

it('asks again for what changes nothing, and never for what a dying node may have done', async () => {
  const [dying, good] = [await startNode(false), await startNode(true)];
  balancer = await startBalancer([dying.port, good.port]);
  await vi.waitFor(async () => expect(await balancer.countUp()).toBe(2), 10_000);
  const count = (method: string) =>
    [dying, good].map(({ seen }) => seen.filter((one) => one === method).length);
  const send = async (method: string) => {
    for (let sent = 0; sent < REQUESTS; sent += 1) {
      // Cut or answered: what counts is what has come to the nodes.
      await fetch(`${balancer.url}/x`, { method }).catch(() => null);
    }
  };
  await send('GET');
  // Each of them has come to the good one in the end.
  expect(count('GET')).toEqual([expect.any(Number), REQUESTS]);
  expect(count('GET')[0]).toBeGreaterThan(0);
  await send('POST');
  expect(count('POST')[0]).toBeGreaterThan(0);
  expect(count('POST').reduce((sum, one) => sum + one)).toBe(REQUESTS);
  shows(32, { 'writes repeated by a balancer': 0 });
});

it('says what the API would say while no node is there, and when to come back', async () => {
  const [here = 0, there = 0] = await freePorts(2);
  balancer = await startBalancer([here, there]);
  const api = createClient(balancer.url);
  for (const reply of [
    await api.get('/customer/companies'),
    await api.post('/customer/create-incident', { token: 'x', body: REPORT }),
  ]) {
    expect([reply.status, reply.body.code]).toEqual([503, 'unavailable']);
    expect(reply.headers.get('retry-after')).toBe('1');
  }
});
