/** What a place shows while it has nothing to show: loading, or what went wrong and what to do. */
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { Failure } from '../api/result.ts';
import { explain } from '../state/explain.ts';
import { announce } from '../state/surroundings.ts';
import { Button } from './button.tsx';
import { useCommonWords, usePause, useSurroundings } from './context.ts';
import { Icon, WARN } from './icon.tsx';

const SHOW_AFTER_MS = 150;

/** Grey lines where text will be. They appear, and are announced, only when it takes long enough to notice. */
export function Skeleton({ rows = 3 }: { rows?: number }) {
  const surroundings = useSurroundings();
  const { t } = useCommonWords();
  useEffect(() => {
    const timer = setTimeout(() => announce(surroundings, t('loading')), SHOW_AFTER_MS);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div class="skeleton" aria-hidden="true">
      {Array.from({ length: rows }, (_, row) => (
        <div key={row}>
          <span />
          <span />
        </div>
      ))}
    </div>
  );
}

/** Something could not be read. */
export function Trouble({
  title,
  failure,
  onRetry,
}: {
  title: string;
  failure: Failure;
  onRetry: () => void;
}) {
  const i18n = useCommonWords();
  const waitSeconds = usePause();
  return (
    <div class="trouble" role="alert">
      <p>
        <b>{title}</b>
      </p>
      <p class="quiet">{explain(i18n, failure)}</p>
      <Button look="ghost" waitSeconds={waitSeconds} onClick={onRetry}>
        {i18n.t('retry')}
      </Button>
    </div>
  );
}

/** A big sign with words below: nothing here yet, sent, not reached. */
export function Emblem({
  icon,
  title,
  text,
  isDone,
  level = 1,
}: {
  icon: string;
  title: string;
  text: string;
  isDone?: boolean;
  /** Of the heading: 1 where it is the screen's own. */
  level?: 1 | 2;
}) {
  const Heading = `h${level}` as const;
  return (
    <>
      <div class={isDone ? 'ring done' : 'ring'}>
        <Icon shape={icon} />
      </div>
      <Heading tabIndex={-1}>{title}</Heading>
      <p class="quiet">{text}</p>
    </>
  );
}

/** Calls `onReach` whenever the end of a list comes into view. */
export function ListEnd({ onReach }: { onReach: () => void }) {
  const end = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const { current } = end;
    if (!current || typeof IntersectionObserver === 'undefined') return;
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some((entry) => entry.isIntersecting)) onReach();
      },
      { rootMargin: '200px' },
    );
    observer.observe(current);
    return () => observer.disconnect();
  });
  return <div ref={end} class="end" />;
}

/** What is wrong, with the sign that says so without colour. */
export function ErrorText({ id, children }: { id?: string; children: ComponentChildren }) {
  return (
    <p class="err" id={id}>
      <Icon shape={WARN} />
      <span>{children}</span>
    </p>
  );
}
