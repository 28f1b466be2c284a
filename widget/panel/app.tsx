/** Which screen is on, and when the files of the others are fetched. */
import { useLayoutEffect } from 'preact/hooks';
import { SurroundingsContext } from '../common/components/context.ts';
import { PanelContext, usePanel } from './components/context.ts';
import { drawFrom, Waiting } from './components/lazy.tsx';
import { UnreachableScreen } from './screens/unreachable.tsx';
import type { Panel } from './state/panel.ts';

/** The whole panel over its store. */
export function App({ panel }: { panel: Panel }) {
  const { select, enter, home, work, news, account } = panel.files;
  const phase = panel.phase.value;
  const isBooting = phase === 'booting';
  const isIn = phase === 'in';
  const inside = home.parts.value;
  useLayoutEffect(() => {
    // The likely ones at once, while the server is being asked who is here; the rest once the first screen can be
    // drawn, so that nothing has to be fetched any more when the network goes.
    const likely = [panel.deps.linkedCompany ? enter : select, home];
    for (const file of isBooting ? likely : [select, enter, home, work, news, account])
      void file.load();
  }, [isBooting]);
  useLayoutEffect(() => (isIn ? inside?.startInside(panel) : undefined), [isIn, inside]);
  return (
    <SurroundingsContext.Provider value={panel}>
      <PanelContext.Provider value={panel}>
        <CurrentScreen />
        {panel.question.value && drawQuestion(panel)}
        <div class="unseen" role="status" aria-live="polite">
          {panel.said}
        </div>
      </PanelContext.Provider>
    </SurroundingsContext.Provider>
  );
}

/** A screen that waits keeps its place through all that it waits for: its skeleton does not start again. */
function CurrentScreen() {
  const panel = usePanel();
  const { select, enter, home, work, account } = panel.files;
  const route = panel.route.value;
  const phase = panel.phase.value;
  if (phase === 'booting') return <Waiting />;
  if (phase === 'failed') return <UnreachableScreen />;
  if (panel.link.value) return drawFrom(account, ({ LinkScreen }) => <LinkScreen />);
  if (phase === 'select') return drawFrom(select, ({ CompanyScreen }) => <CompanyScreen />);
  if (phase === 'enter') return drawFrom(enter, ({ EntryScreen }) => <EntryScreen />);
  switch (route.name) {
    case 'home':
      return drawFrom(home, ({ HomeScreen, isListKnown }) =>
        isListKnown(panel) ? <HomeScreen /> : <Waiting />,
      );
    case 'report':
      return drawFrom(work, ({ ReportScreen }) => <ReportScreen />);
    case 'sent':
      return drawFrom(work, ({ SentScreen }) => <SentScreen {...route} />);
    case 'incident':
      return drawFrom(work, ({ IncidentScreen }) => <IncidentScreen key={route.id} {...route} />);
    case 'password':
      return drawFrom(account, ({ PasswordScreen }) => <PasswordScreen />);
  }
}

function drawQuestion(panel: Panel) {
  const parts = panel.files.work.parts.value;
  return parts && <parts.Confirm />;
}
