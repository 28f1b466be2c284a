/** How a figure of ours is told beside the peers' own. */
import { PEERS } from './tags.ts';

const CALLED = { sentry: 'Sentry', posthog: 'PostHog' };

/** `Sentry 49281 (16.0 x), PostHog 146375 (47.7 x)`: how many times ours, where ours is not nothing. */
export function beside(
  ours: number,
  theirs: Record<(typeof PEERS)[number], number>,
  unit = '',
): string {
  const told = PEERS.map((name) => {
    const ratio = ours > 0 ? ` (${(theirs[name] / ours).toFixed(1)} x)` : '';
    return `${CALLED[name]} ${Math.round(theirs[name])}${unit}${ratio}`;
  });
  return told.join(', ');
}

/** The same measurement of each peer. */
export const ofPeers = (measure: (name: (typeof PEERS)[number]) => number) => ({
  sentry: measure('sentry'),
  posthog: measure('posthog'),
});
