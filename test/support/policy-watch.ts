/**
 * Hears of everything that a page's policy (CSP, Trusted Types) refused, in every page and frame of a browser. The browser
 * says so on the console, past whatever the page does with its own.
 */
import type { Browser, BrowserContext, ConsoleMessage } from 'playwright-core';

/** In the words of Chromium. That it still uses them is shown by policies.test.ts. */
const REFUSAL = /Content Security Policy|Trusted ?(?:Types?|HTML|Script)|^Refused to/i;

export interface PolicyWatch {
  /** Needed for a context that has no browser: one with a profile on disk. */
  watch(context: BrowserContext): void;
  /** What was refused since this was asked last: whoever plants a violation takes it away. */
  take(): string[];
}

/** Watches every context that is made from now on. */
export function watchPolicies(browser: Browser): PolicyWatch {
  let refused: string[] = [];
  const hear = (message: ConsoleMessage) => {
    const text = message.text();
    if (message.type() === 'error' && REFUSAL.test(text)) {
      refused.push(`${message.location().url}: ${text}`);
    }
  };
  const watch = (context: BrowserContext) => void context.on('console', hear);
  browser.on('context', watch);
  return {
    watch,
    take() {
      const taken = refused;
      refused = [];
      return taken;
    },
  };
}
