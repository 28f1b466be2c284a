/** Lighthouse's scores of a plain page with each tag, in the browser that the rest is measured in. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { figure, type Row, spelled } from '../part.ts';
import { FOLDER } from './peers.ts';
import { NAMES } from './tags.ts';

const LIMIT_MS = 400_000;

/** `port` is where the browser listens for DevTools. The peers' pages only where `isWhole`: each takes seven seconds a round. */
export async function scores(
  port: number,
  site: string,
  { rounds, isWhole }: { rounds: number; isWhole: boolean },
): Promise<Row[]> {
  const addresses = NAMES.slice(0, isWhole ? undefined : 2).map((name) => `${site}/${name}`);
  const parameters = [join(FOLDER, 'score.js'), String(port), String(rounds), ...addresses];
  const { stdout } = await promisify(execFile)(process.execPath, parameters, { timeout: LIMIT_MS });
  const all: number[][] = JSON.parse(stdout);
  const [without, withOurs, sentry, posthog] = all.map((one) => spelled(figure(one), 0));
  return [
    { what: 'Lighthouse, plain page without the tag', reached: `${without}` },
    {
      what: 'Lighthouse, the same with the tag',
      reached: `${withOurs}`,
      note: isWhole ? `Sentry ${sentry}, PostHog ${posthog}` : 'peers in the full run',
    },
  ];
}
