/** The panel's end of the bridge: one handshake with the embedding page, then one port (DESIGN §6). */
import { CONNECT, type ToLoader, type ToPanel } from '../../shared/bridge.ts';
import { readMessage } from './bridge-messages.ts';

export interface Bridge {
  /** Says something to the loader; kept until it is connected. */
  tell(message: ToLoader): void;
  dispose(): void;
}

export interface BridgeDeps {
  window: Window;
  /** Origins that may embed this panel; none means any. */
  allowedOrigins: readonly string[];
  onMessage: (message: ToPanel) => void;
}

/** Listens for the handshake from the moment it is called. The first loader that connects stays the only one. */
export function createBridge({ window, allowedOrigins, onMessage }: BridgeDeps): Bridge {
  let port: MessagePort | null = null;
  const waiting: ToLoader[] = [];

  function onHandshake(event: MessageEvent): void {
    if (port || !isFromLoader(event)) return;
    const [offered] = event.ports;
    if (!offered) return;
    port = offered;
    window.removeEventListener('message', onHandshake);
    port.onmessage = ({ data }) => {
      const message = readMessage(data);
      if (message) onMessage(message);
    };
    for (const message of waiting.splice(0)) port.postMessage(message);
  }

  function isFromLoader({ source, origin, data, ports }: MessageEvent): boolean {
    return (
      window.parent !== window &&
      source === window.parent &&
      (allowedOrigins.length === 0 || allowedOrigins.includes(origin)) &&
      typeof data === 'object' &&
      data?.type === CONNECT &&
      ports.length === 1
    );
  }

  window.addEventListener('message', onHandshake);
  return {
    tell(message) {
      if (port) port.postMessage(message);
      else if (window.parent !== window) waiting.push(message);
    },
    dispose() {
      window.removeEventListener('message', onHandshake);
      port?.close();
    },
  };
}
