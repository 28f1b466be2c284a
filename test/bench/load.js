/**
 * Asks one server again and again over so many connections for so long, in a process of its own; prints what came of it as JSON:
 * `{ requests, failures, seconds, p50, p99, cpu }`, times in milliseconds and cpu in seconds. Reads from standard input one
 * JSON object of `url`, `connections`, `seconds`, `requests`: a list of `{ method, path, headers, body }` at which the
 * connections take turns. Plain sockets, and answers looked at just enough to find their end: what measures must cost less
 * than what is measured.
 */
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';

const { url, connections, seconds, requests } = JSON.parse(await text(process.stdin));
const { hostname, port, host } = new URL(url);
const messages = requests.map(({ method, path, headers, body = '' }) => {
  const lines = Object.entries({
    Host: host,
    ...headers,
    'Content-Length': Buffer.byteLength(body),
  });
  const head = lines.map(([name, value]) => `${name}: ${value}`).join('\r\n');
  return Buffer.from(`${method} ${path} HTTP/1.1\r\n${head}\r\n\r\n${body}`);
});
const WARM_UP_MS = 100;
const times = [];
let [failures, next] = [0, 0];
const start = performance.now();
const end = start + seconds * 1000;

/** Where an answer ends in what has arrived, or -1: more is to come. */
function endOf(bytes) {
  const head = bytes.indexOf('\r\n\r\n');
  if (head === -1) return -1;
  const fields = bytes.latin1Slice(0, head).toLowerCase();
  const length = /\r\ncontent-length: *(\d+)/.exec(fields)?.[1];
  if (length !== undefined)
    return head + 4 + Number(length) <= bytes.length ? head + 4 + Number(length) : -1;
  if (!fields.includes('transfer-encoding: chunked')) return head + 4;
  const last = bytes.indexOf('\r\n0\r\n\r\n', head);
  return last === -1 ? -1 : last + 7;
}

const connection = () =>
  new Promise((resolve) => {
    const socket = connect(Number(port), hostname);
    socket.setNoDelay(true);
    let arrived = Buffer.alloc(0);
    let sentAt = 0;
    const ask = () => {
      if (performance.now() >= end) return socket.destroy();
      sentAt = performance.now();
      socket.write(messages[next++ % messages.length]);
    };
    socket.on('connect', ask);
    socket.on('data', (bytes) => {
      arrived = arrived.length === 0 ? bytes : Buffer.concat([arrived, bytes]);
      const over = endOf(arrived);
      if (over === -1) return;
      // `HTTP/1.1 200`
      if (arrived[9] !== 0x32) failures += 1;
      arrived = arrived.subarray(over);
      const now = performance.now();
      if (now - start > WARM_UP_MS) times.push(now - sentAt);
      ask();
    });
    socket.on('error', () => {
      failures += 1;
    });
    socket.on('close', resolve);
  });

await Promise.all(Array.from({ length: connections }, connection));
const elapsed = (performance.now() - start - WARM_UP_MS) / 1000;
times.sort((a, b) => a - b);
const at = (part) => times[Math.floor((times.length - 1) * part)] ?? 0;
const { user, system } = process.cpuUsage();
console.log(
  JSON.stringify({
    ...{ requests: times.length, failures, seconds: elapsed, p50: at(0.5), p99: at(0.99) },
    cpu: (user + system) / 1_000_000,
  }),
);
process.exit(0);
