/** Times: in words, with the exact one on hover and for screen readers. */
import { timesIn } from '../i18n/times.ts';
import { useCommonWords, useSurroundings } from './context.ts';

/** The formats of times, in the language of the moment. */
export function useTimes() {
  return timesIn(useCommonWords().language);
}

/** How long ago something happened. */
export function Ago({ at }: { at: string }) {
  const { clock } = useSurroundings();
  const { ago, exact } = useTimes();
  return (
    <time dateTime={at} title={exact(at)}>
      {ago(at, clock.value)}
    </time>
  );
}
