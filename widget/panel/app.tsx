/** Which screen is on. */
import type { VNode } from 'preact';
import { Confirm } from './components/confirm.tsx';
import { PanelContext, usePanel } from './components/context.ts';
import { Skeleton } from './components/feedback.tsx';
import { Screen } from './components/screen.tsx';
import { CompanyScreen } from './screens/company.tsx';
import { EntryScreen } from './screens/entry.tsx';
import { HomeScreen } from './screens/home.tsx';
import { IncidentScreen } from './screens/incident.tsx';
import { ReportScreen } from './screens/report.tsx';
import { SentScreen } from './screens/sent.tsx';
import { UnreachableScreen } from './screens/unreachable.tsx';
import type { Panel, Phase } from './state/panel.ts';

/** The whole panel over its store. */
export function App({ panel }: { panel: Panel }) {
  return (
    <PanelContext.Provider value={panel}>
      <CurrentScreen />
      <Confirm />
      <div class="unseen" role="status" aria-live="polite">
        {panel.said}
      </div>
    </PanelContext.Provider>
  );
}

const DOORS: Record<Exclude<Phase, 'in'>, () => VNode> = {
  booting: () => (
    <Screen>
      <Skeleton rows={4} />
    </Screen>
  ),
  failed: () => <UnreachableScreen />,
  select: () => <CompanyScreen />,
  enter: () => <EntryScreen />,
};

function CurrentScreen() {
  const panel = usePanel();
  const phase = panel.phase.value;
  const route = panel.route.value;
  if (phase !== 'in') return <div key={phase}>{DOORS[phase]()}</div>;
  switch (route.name) {
    case 'home':
      return <HomeScreen key="home" />;
    case 'report':
      return <ReportScreen key="report" />;
    case 'sent':
      return <SentScreen key="sent" id={route.id} ticketNumber={route.ticketNumber} />;
    case 'incident':
      return <IncidentScreen key={route.id} id={route.id} />;
  }
}
