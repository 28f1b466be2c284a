/** What stands around a button that sends, while it is found out whether a person asks. */
import { useLayoutEffect, useRef } from 'preact/hooks';
import { Button } from '../../common/components/button.tsx';
import type { Check } from '../state/panel.ts';
import { useWords } from './context.ts';

/** Where a service draws. Its element stays the same as long as the check does: its frames would start anew. */
export function Place({ place }: Check) {
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => box.current?.append(place), [place]);
  return <div class="place" ref={box} />;
}

/** The way to stop. The focus goes back to the button that sends. */
export function Stop({ stop }: Check) {
  const { t } = useWords();
  return (
    <Button
      look="ghost"
      onClick={({ currentTarget }) => {
        currentTarget.form?.querySelector<HTMLElement>('[type=submit]')?.focus();
        stop();
      }}
    >
      {t('challenge.stop')}
    </Button>
  );
}
