/** The types of `window.Porthole`, the one global that the script tag adds to a host page. */
import type { PanelOptions, Prefill, TicketNumber, View } from '../../shared/bridge.ts';

/** What the tag's `data-` attributes say, and what `update()` changes later. */
export interface Options extends PanelOptions {
  /** Slug or id. Without it the panel starts with the company selector. */
  company?: string;
  /** The lower corner that launcher and panel stand in. */
  position?: 'left' | 'right';
  /** `none`: the page brings its own button and calls `open()`. */
  launcher?: 'button' | 'none';
  zIndex?: number;
}

/** What each event hands to its listeners. */
export interface Events {
  /** The panel has drawn its first screen; it loads on the first intent, not with the page. */
  ready: Record<never, never>;
  open: Record<never, never>;
  close: Record<never, never>;
  login: { customerId: string };
  logout: Record<never, never>;
  incident: { id: string; ticketNumber: string };
  unread: { count: number };
}

/** A token that the company's backend has signed for who is logged in on the page (README), or the way to get one. */
export type Identity = string | (() => Promise<Token> | Token);
/** Nothing: nobody is logged in. */
type Token = string | null | undefined;

/** The JS API. No method depends on `this`, so each may be handed over as a callback. */
export interface Porthole {
  /**
   * Shows the panel and moves the focus into it: at a view, or at the incident of that ticket number, after the log-in if
   * need be. Anything else counts as nothing.
   */
  open(view?: View | TicketNumber): void;
  /** Hides the panel, which keeps its state, and gives the focus back. */
  close(): void;
  toggle(): void;
  /**
   * Says who is here, so that they need no second log-in. Nothing is loaded for it: the panel is told when it is ready, and
   * a function is asked then, again with each panel, since a token works once. One that fails or gives nothing changes
   * nothing. It holds until `logout()`.
   */
  identify(identity: Identity): void;
  /** Suggests values for empty fields. Throws if `values` holds what cannot be posted, such as a function. */
  prefill(values: Prefill): void;
  /** Changes options in place; another `company` starts the panel anew. Malformed values are left out. */
  update(options: Options): void;
  /**
   * Ends the customer's session, and forgets who was named; loads the hidden panel if need be, since the session lives
   * there. For the page's own log-out.
   */
  logout(): void;
  /** Calls `listener` at each `event`, and returns the way to stop that. */
  on<Name extends keyof Events>(event: Name, listener: (detail: Events[Name]) => void): () => void;
  /** Takes everything off the page, this global included. The tag may be added again afterwards. */
  destroy(): void;
}

declare global {
  interface Window {
    Porthole?: Porthole;
  }
}
