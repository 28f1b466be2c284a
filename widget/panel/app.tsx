/** Which screen is on, and when the files of the others are fetched. */
import { useEffect } from 'preact/hooks';
import { PanelContext, PartsContext, usePanel, useParts } from './components/context.ts';
import { Lazy, Waiting } from './components/lazy.tsx';
import type { PanelParts } from './components/parts.ts';
import { UnreachableScreen } from './screens/unreachable.tsx';
import type { Panel } from './state/panel.ts';

/** The whole panel over its store. */
export function App({ panel, parts }: { panel: Panel; parts: PanelParts }) {
  const phase = panel.phase.value;
  useEffect(() => {
    // The likely ones while the server is still being asked who is here; the rest once the first screen can be
    // drawn, so that nothing has to be fetched any more when the network goes.
    if (phase !== 'booting') for (const part of Object.values(parts)) part.load();
    else {
      parts[panel.deps.linkedCompany ? 'enter' : 'select'].load();
      parts.home.load();
    }
  }, [phase === 'booting']);
  return (
    <PanelContext.Provider value={panel}>
      <PartsContext.Provider value={parts}>
        <CurrentScreen />
        {panel.question.value && <Question />}
      </PartsContext.Provider>
      <div class="unseen" role="status" aria-live="polite">
        {panel.said}
      </div>
    </PanelContext.Provider>
  );
}

function CurrentScreen() {
  const panel = usePanel();
  const { select, enter, home, work } = useParts();
  const route = panel.route.value;
  const phase = panel.phase.value;
  switch (phase) {
    case 'booting':
      return <Waiting key="booting" />;
    case 'failed':
      return <UnreachableScreen key="failed" />;
    case 'select':
      return <Lazy key="select" parts={select} pick={(parts) => parts.CompanyScreen} props={{}} />;
    case 'enter':
      return <Lazy key="enter" parts={enter} pick={(parts) => parts.EntryScreen} props={{}} />;
    case 'in':
      break;
  }
  switch (route.name) {
    case 'home':
      return <Lazy key="home" parts={home} pick={(parts) => parts.HomeScreen} props={{}} />;
    case 'report':
      return <Lazy key="report" parts={work} pick={(parts) => parts.ReportScreen} props={{}} />;
    case 'sent':
      return <Lazy key="sent" parts={work} pick={(parts) => parts.SentScreen} props={route} />;
    case 'incident':
      return (
        <Lazy key={route.id} parts={work} pick={(parts) => parts.IncidentScreen} props={route} />
      );
  }
}

function Question() {
  const parts = useParts().work.loaded.value;
  if (parts === null || parts === 'failed') return null;
  return <parts.Confirm />;
}
