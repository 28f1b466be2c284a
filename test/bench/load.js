/**
 * Asks one address again and again over so many connections for so long, in a process of its own; prints what came of it as
 * JSON: `{ requests, failures, seconds }`. Arguments: one JSON object of `url`, `method`, `headers` (a list: connections take
 * turns at it), `body`, `connections`, `seconds`.
 */
import { Agent, request } from 'node:http';

const { url, method, headers, body, connections, seconds } = JSON.parse(process.argv[2] ?? '{}');
const agent = new Agent({ keepAlive: true, maxSockets: connections });
const end = performance.now() + seconds * 1000;
let [requests, failures] = [0, 0];

const ask = (own) =>
  new Promise((resolve) => {
    const sent = request(url, { method, headers: own, agent }, (response) => {
      response.resume();
      response.once('end', () => resolve(response.statusCode < 300));
    });
    sent.once('error', () => resolve(false));
    sent.end(body);
  });

const connection = async (index) => {
  for (let turn = index; performance.now() < end; turn += 1) {
    const isGood = await ask(headers[turn % headers.length]);
    requests += 1;
    if (!isGood) failures += 1;
  }
};

const start = performance.now();
await Promise.all(Array.from({ length: connections }, (_, index) => connection(index)));
console.log(JSON.stringify({ requests, failures, seconds: (performance.now() - start) / 1000 }));
process.exit(0);
