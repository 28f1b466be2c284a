/** The panel's iframe, and the one handshake with each document in it (DESIGN §6). */
import { CONNECT } from '../../shared/bridge.ts';
import { make } from './dom.ts';
import { TITLE } from './texts.ts';

/**
 * An iframe for the panel at `address`. `onConnect` gets our end of a new channel with each document that loads in it,
 * since the panel may also reload itself; the other end goes to that document if it is of the panel's origin.
 */
export function createFrame(address: URL, onConnect: (port: MessagePort) => void) {
  const frame = make('iframe', { title: TITLE, src: address.href });
  frame.onload = () => {
    const { port1, port2 } = new MessageChannel();
    onConnect(port1);
    frame.contentWindow?.postMessage({ type: CONNECT }, address.origin, [port2]);
  };
  return frame;
}
