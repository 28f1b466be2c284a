/**
 * What loader and panel say to each other. The loader posts `CONNECT` once to the exact panel origin and hands over a
 * MessagePort; everything after goes over that port. No session's token ever crosses (DESIGN §6); what the company's backend
 * has signed for its customer crosses once, towards the panel.
 */

export const CONNECT = 'porthole:connect';

export type Theme = 'light' | 'dark' | 'auto';

/** Screens that a host page may ask for. */
export type View = 'home' | 'report' | 'incidents';

/** Values a host page may suggest; they fill empty fields only, and are never trusted. */
export interface Prefill {
  email?: string;
  name?: string;
  shortDescription?: string;
  description?: string;
  category?: string;
  priority?: string;
}

export interface PanelOptions {
  locale?: string;
  theme?: Theme;
  /** `#rgb` or `#rrggbb`. */
  accent?: string;
}

/** Opens that incident, if it is the customer's: `INC-20261122-0004`. */
export type TicketNumber = `INC-${string}`;

/** In the address of a page with the tag, or of the portal, before the ticket number of the incident to open. */
export const LINK = '#porthole=';

/** In the address of the portal, before the token of a mailed link. Never on a host page, whose scripts would read it. */
export const ACCOUNT_LINK = '#link=';

/** What `identify` may hand over: the characters of a JWT, no more of them than the server reads. */
export const SIGNED_TOKEN = /^[\w.-]{1,4000}$/;

export type ToPanel =
  | { type: 'open'; view?: View | TicketNumber }
  | { type: 'close' }
  | { type: 'update'; options: PanelOptions }
  | { type: 'prefill'; values: Prefill }
  /** The page says who is here, in a token that its company's backend has signed. */
  | { type: 'identify'; token: string }
  | { type: 'logout' };

export type ToLoader =
  /** The panel has drawn its first screen and takes messages. */
  | { type: 'ready' }
  /** The customer closed the panel from inside. */
  | { type: 'close' }
  /** The company's colour, for the launcher, which finds for itself what can be read on it. */
  | { type: 'brand'; accent: string }
  | { type: 'login'; customerId: string }
  | { type: 'logout' }
  | { type: 'incident'; id: string; ticketNumber: string }
  | { type: 'unread'; count: number };
