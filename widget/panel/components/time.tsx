/** Times: in words, with the exact one on hover and for screen readers. */
import { usePanel, useWords } from './context.ts';

/** How long ago something happened. */
export function Ago({ at }: { at: string }) {
  const { clock } = usePanel();
  const { ago, exact } = useWords();
  return (
    <time dateTime={at} title={exact(at)}>
      {ago(at, clock.value)}
    </time>
  );
}

/** At what time of day something happened. */
export function Clock({ at }: { at: string }) {
  const { clock, exact } = useWords();
  return (
    <time dateTime={at} title={exact(at)}>
      {clock(at)}
    </time>
  );
}
