/**
 * What the tag costs a company's page, how soon the panel is there, and what it holds after an hour: in a real browser, on a
 * plain page, with peers' tags on the same page beside it.
 */
import os from 'node:os';
import { freePort } from '../../support/free-port.ts';
import { openStage } from '../../support/open-stage.ts';
import type { Bench, Part, Row } from '../part.ts';
import { footprints, work } from '../widget/before-intent.ts';
import { hour } from '../widget/hour.ts';
import { scores } from '../widget/lighthouse.ts';
import { openings } from '../widget/opening.ts';
import { installPeers, startPeers, versionOf } from '../widget/peers.ts';
import { sizes } from '../widget/sizes.ts';
import { pagesWith } from '../widget/tags.ts';

const FULL = { loads: 7, openings: 5, updates: 3_600, answers: 200, scores: 5 };
const SHORT = { loads: 2, openings: 2, updates: 150, answers: 20, scores: 1 };

export const widget: Part = {
  name: 'widget',
  says: 'what the tag costs a page, how soon the panel is there, what it holds after an hour',
  run,
};

async function run(bench: Bench): Promise<Row[]> {
  const rounds = bench.isShort ? SHORT : FULL;
  await installPeers(bench);
  const peers = await startPeers(bench);
  const port = await freePort();
  // A process for each site, as whole browsers have it: this one has it only when told.
  const args = ['--site-per-process', `--remote-debugging-port=${port}`];
  const stage = await openStage(() => pagesWith(peers), args);
  bench.defer(stage.close);
  const { browser, site } = stage;
  const versions = ['@sentry/browser', 'posthog-js', 'lighthouse'].map(
    (name) => `${name} ${versionOf(name)}`,
  );
  bench.say(`Chromium ${browser.version()}, ${versions.join(', ')}`);
  bench.say('bytes, requests, storage');
  const rows = [...(await sizes(stage)), ...(await footprints(browser, site.url))];
  bench.say('work before the first intent');
  rows.push(...(await work(browser, site.url, rounds.loads)));
  // These are times on the clock: whoever else is at work here is in them.
  bench.say(`click to form; ${os.loadavg()[0]?.toFixed(1)} processes want to run`);
  rows.push(...(await openings(browser, site.url, rounds.openings)));
  bench.say(`${rounds.updates} live updates`);
  rows.push(...(await hour(stage, rounds)));
  bench.say('Lighthouse');
  const lighthouse = { rounds: rounds.scores, isWhole: !bench.isShort };
  return [...rows, ...(await scores(port, site.url, lighthouse))];
}
