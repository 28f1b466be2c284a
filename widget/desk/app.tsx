/** Which part of the desk is on screen. */
import { useLayoutEffect, useRef } from 'preact/hooks';
import { Button } from '../common/components/button.tsx';
import { Confirm } from '../common/components/confirm.tsx';
import { SurroundingsContext } from '../common/components/context.ts';
import { Emblem, Skeleton } from '../common/components/feedback.tsx';
import { CLOUD } from '../common/components/icon.tsx';
import { ConnectionBanner } from './components/banner.tsx';
import { DeskContext, useDesk, useWords } from './components/context.ts';
import { EraseForm } from './components/erase-form.tsx';
import { Help } from './components/help.tsx';
import { Side } from './components/side.tsx';
import { AuditScreen } from './screens/audit.tsx';
import { LogInScreen } from './screens/log-in.tsx';
import { WebhooksScreen } from './screens/webhooks.tsx';
import { WorkScreen } from './screens/work.tsx';
import type { Desk } from './state/desk.ts';
import { startLive } from './state/live.ts';
import { writeRoute } from './state/route.ts';
import { bootAgain } from './state/session.ts';

/** The whole desk over its store. */
export function App({ desk }: { desk: Desk }) {
  return (
    <SurroundingsContext.Provider value={desk}>
      <DeskContext.Provider value={desk}>
        <Phase />
        <Confirm />
        <Help />
        <EraseForm />
        <div class="unseen" role="status" aria-live="polite">
          {desk.said}
        </div>
      </DeskContext.Provider>
    </SurroundingsContext.Provider>
  );
}

function Phase() {
  const desk = useDesk();
  switch (desk.phase.value) {
    case 'booting':
      return <Booting />;
    case 'failed':
      return <Unreachable />;
    case 'enter':
      return <LogInScreen />;
    case 'in':
      return <Inside />;
  }
}

function Booting() {
  const { t } = useWords();
  return (
    <main class="door">
      <h1 class="unseen">{t('loading')}</h1>
      <Skeleton rows={4} />
    </main>
  );
}

function Unreachable() {
  const desk = useDesk();
  const { t } = useWords();
  return (
    <main class="door empty">
      <Emblem icon={CLOUD} title={t('boot.failed')} text={t('boot.failedText')} />
      <Button look="ghost" onClick={() => bootAgain(desk)}>
        {t('retry')}
      </Button>
    </main>
  );
}

function Inside() {
  const desk = useDesk();
  const frame = useRef<HTMLDivElement>(null);
  const route = desk.route.value;
  useLayoutEffect(() => startLive(desk), []);
  useFocus(frame, writeRoute(route));
  const isOpen = route.page === 'audit' || route.open !== null;
  return (
    <div class={isOpen ? 'desk open' : 'desk'} ref={frame}>
      <Side />
      <ConnectionBanner />
      {route.page === 'queue' && <WorkScreen route={route} />}
      {route.page === 'webhooks' && <WebhooksScreen open={route.open} />}
      {route.page === 'audit' && <AuditScreen />}
    </div>
  );
}

/** What was opened takes the focus; closed again, its row in the list gets it back. */
function useFocus(frame: { current: HTMLElement | null }, address: string): void {
  const isFirst = useRef(true);
  useLayoutEffect(() => {
    if (isFirst.current) {
      isFirst.current = false;
      // Whoever has just logged in begins here, not nowhere.
      if (document.activeElement === document.body) {
        frame.current?.querySelector('h1')?.focus({ preventScroll: true });
      }
      return;
    }
    // Somebody is writing, or has gone somewhere on purpose: leave them there.
    if (document.activeElement?.matches('textarea, input, select, .side a')) return;
    const target =
      frame.current?.querySelector<HTMLElement>('.case h1, .page h1') ??
      frame.current?.querySelector<HTMLElement>('.item[aria-current]');
    target?.focus({ preventScroll: true });
  }, [address]);
}
