/** Which screen is on, and when the files of the others are fetched. */
import { useLayoutEffect } from 'preact/hooks';
import { SurroundingsContext } from '../common/components/context.ts';
import { PanelContext, usePanel } from './components/context.ts';
import { drawFrom, Waiting } from './components/lazy.tsx';
import { UnreachableScreen } from './screens/unreachable.tsx';
import type { Panel } from './state/panel.ts';

/** The whole panel over its store. */
export function App({ panel }: { panel: Panel }) {
  const { select, enter, home, work, news } = panel.files;
  const phase = panel.phase.value;
  const isBooting = phase === 'booting';
  const isIn = phase === 'in';
  const inside = home.parts.value;
  useLayoutEffect(() => {
    // The likely ones at once, while the server is being asked who is here; the rest once the first screen can be
    // drawn, so that nothing has to be fetched any more when the network goes.
    const likely = [panel.deps.linkedCompany ? enter : select, home];
    for (const file of isBooting ? likely : [select, enter, home, work, news]) void file.load();
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
  const { select, enter, home, work } = panel.files;
  const route = panel.route.value;
  switch (panel.phase.value) {
    case 'booting':
      return <Waiting />;
    case 'failed':
      return <UnreachableScreen />;
    case 'select':
      return drawFrom(select, ({ CompanyScreen }) => <CompanyScreen />);
    case 'enter':
      return drawFrom(enter, ({ EntryScreen }) => <EntryScreen />);
    case 'in':
      break;
  }
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
  }
}

function drawQuestion(panel: Panel) {
  const parts = panel.files.work.parts.value;
  return parts && <parts.Confirm />;
}
