/** The button that sends what many may try: while it is found out whether a person asks, it says so. */
import type { ComponentChildren } from 'preact';
import { Button, type ButtonProps } from '../../common/components/button.tsx';
import { usePause } from '../../common/components/context.ts';
import { usePanel, useWords } from './context.ts';

type Props = Pick<ButtonProps, 'look'> & {
  isBusy: boolean;
  /** Seconds until it can be pressed again, for another reason than the server's. */
  waitSeconds?: number;
  children: ComponentChildren;
};

/** Submits its form. */
export function Attempt({ isBusy, waitSeconds = 0, children, ...rest }: Props) {
  const { check, files } = usePanel();
  const { t } = useWords();
  const pause = usePause();
  const parts = files.challenge.parts.value;
  const running = check.value;
  return (
    <div class="attempt">
      {parts && running && <parts.Place {...running} />}
      <Button
        {...rest}
        isSubmit
        isBusy={isBusy}
        waitSeconds={isBusy ? 0 : Math.max(pause, waitSeconds)}
      >
        {running ? t('challenge.checking') : children}
      </Button>
      {parts && running && <parts.Stop {...running} />}
    </div>
  );
}
