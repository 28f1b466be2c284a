/**
 * Prints Lighthouse's performance scores of pages, as on a middling phone whose network and processor are simulated (its own
 * default): `node score.js PORT ROUNDS ADDRESS…`, with the DevTools port of a browser. A process of its own, since Lighthouse
 * is no part of the project and works hard.
 */
import lighthouse from 'lighthouse';

const [port, rounds, ...addresses] = process.argv.slice(2);
const flags = {
  ...{ port: Number(port), logLevel: 'silent', disableFullPageScreenshot: true },
  onlyCategories: ['performance'],
};

/** @param {string} address */
async function score(address) {
  const { lhr } = (await lighthouse(address, flags)) ?? {};
  const one = lhr?.categories.performance?.score ?? null;
  if (one === null) throw new Error(`no score for ${address}: ${lhr?.runtimeError?.message}`);
  return Math.round(100 * one);
}

/** @type {number[][]} */
const scores = addresses.map(() => []);
for (let round = 0; round < Number(rounds); round += 1) {
  for (const [index, address] of addresses.entries()) scores[index]?.push(await score(address));
}
console.log(JSON.stringify(scores));
