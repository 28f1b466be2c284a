/** Buttons: the one main action of a screen, the quiet ones, the round ones that carry an icon. */
import type { ComponentChildren, JSX } from 'preact';
import { useCommonWords } from './context.ts';
import { Icon } from './icon.tsx';

type Native = Omit<JSX.IntrinsicElements['button'], 'class' | 'type' | 'icon'>;

export interface ButtonProps extends Native {
  look?: 'main' | 'ghost' | 'link' | 'danger';
  isSubmit?: boolean;
  /** Shows that it is at work, and takes no second press. */
  isBusy?: boolean;
  /** Seconds until it can be pressed again. */
  waitSeconds?: number;
  children: ComponentChildren;
}

/** A button with words on it. While busy it keeps the focus, so it is not disabled but does nothing. */
export function Button(props: ButtonProps) {
  const { look = 'main', isSubmit, isBusy, waitSeconds = 0, children, onClick, ...native } = props;
  const { t, span } = useCommonWords();
  const isHeld = Boolean(isBusy) || waitSeconds > 0;
  return (
    <button
      {...native}
      type={isSubmit ? 'submit' : 'button'}
      class={look === 'danger' ? 'main danger' : look}
      aria-disabled={isHeld || undefined}
      onClick={isHeld ? (event) => event.preventDefault() : onClick}
    >
      {isBusy && <span class="spinner" aria-hidden="true" />}
      {waitSeconds > 0 ? t('wait', { time: span(waitSeconds) }) : children}
    </button>
  );
}

/** A button whose word is said, and shown as its icon. */
export function IconButton({ icon, label, ...native }: Native & { icon: string; label: string }) {
  return (
    <button {...native} type="button" class="icon" aria-label={label} title={label}>
      <Icon shape={icon} />
    </button>
  );
}
