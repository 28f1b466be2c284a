/** The tags that are measured, each on the same plain page: none, ours, the peers'. */
import type { FrameLocator, Locator, Page } from 'playwright-core';
import { launcher, visit } from '../../support/customer-at-browser.ts';
import type { HostPage } from '../../support/host-site.ts';
import { POSTHOG_KEY } from './peers.ts';

export const PEERS = ['sentry', 'posthog'] as const;
/** Those that open something. */
export const OPENERS = ['porthole', ...PEERS] as const;
export type OpenerName = (typeof OPENERS)[number];
/** Each is the name of its page, too. */
export const NAMES = ['none', ...OPENERS] as const;
export type TagName = (typeof NAMES)[number];

export interface Tag {
  /** What somebody presses to open it. */
  button(page: Page): Locator;
  /** The first field of what opens. */
  field(page: Page): Locator;
}

const FIELDS = 'input:not([type=radio]):visible, textarea:visible';
const first = (place: Page | FrameLocator) => place.locator(FIELDS).first();

export const TAGS: Record<OpenerName, Tag> = {
  porthole: { button: launcher, field: (page) => first(visit(page).panel) },
  sentry: {
    button: (page) => page.getByRole('button', { name: 'Report a Bug' }),
    field: first,
  },
  posthog: { button: (page) => page.getByRole('button', { name: 'Open chat' }), field: first },
};

/**
 * The queue that PostHog's snippet leaves for its script, with the one call that sets it up. Headless browsers count as
 * robots there; the option takes this one for a visitor.
 */
const postHogQueue = (peers: string) => {
  const options = `{api_host:'${peers}',person_profiles:'identified_only',opt_out_useragent_filter:true}`;
  return `<script>window.posthog=Object.assign([],{__SV:1,_i:[['${POSTHOG_KEY}',${options},'posthog']]})</script>`;
};

const SECTION = `<section><h2>What it costs</h2>
<p>One price for each meter, whatever it reads. ${'Meters are read every quarter of an hour, and nobody has to come by. '.repeat(6)}</p>
<svg width="600" height="120" role="img" aria-label="A year"><path d="M0 90 Q150 10 300 60 T600 30" fill="none" stroke="#0b7285" stroke-width="4"/></svg>
<ul><li>Monthly bills</li><li>A report for each house</li><li>Answers within the day</li></ul></section>`;
const STYLE =
  '<style>body{font:16px/1.5 system-ui;max-width:640px;margin:0 auto;padding:24px}svg{width:100%}</style>';

/** A page of text and drawings, as a company has them. */
export function pagesWith(peers: string): Record<TagName, HostPage> {
  const plain = { head: STYLE, content: SECTION.repeat(8) };
  return {
    none: { ...plain, script: 'data:text/javascript,' },
    porthole: { ...plain, tag: { 'data-company': 'nordlicht' } },
    sentry: { ...plain, script: `${peers}/sentry.js` },
    posthog: {
      ...plain,
      head: STYLE + postHogQueue(peers),
      script: `${peers}/static/array.js`,
    },
  };
}
