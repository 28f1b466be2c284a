/** A slower processor for a page and every frame in it, from the first line that they run. */
import type { CDPSession, Page } from 'playwright-core';

/** `rate` 4 takes four times as long. Returns the page's DevTools session. */
export async function slowDown(page: Page, rate: number): Promise<CDPSession> {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Emulation.setCPUThrottlingRate', { rate });
  // A frame of another site has a process of its own: it waits there until that is slowed down, too.
  devtools.on('Target.attachedToTarget', ({ sessionId }) => {
    const tell = (id: number, method: string, params = {}) =>
      devtools.send('Target.sendMessageToTarget', {
        sessionId,
        message: JSON.stringify({ id, method, params }),
      });
    const all = [
      tell(1, 'Emulation.setCPUThrottlingRate', { rate }),
      tell(2, 'Runtime.runIfWaitingForDebugger'),
    ];
    // The page may be closed by now.
    void Promise.allSettled(all);
  });
  await devtools.send('Target.setAutoAttach', {
    ...{ autoAttach: true, waitForDebuggerOnStart: true, flatten: false },
    filter: [{ type: 'iframe' }],
  });
  return devtools;
}
