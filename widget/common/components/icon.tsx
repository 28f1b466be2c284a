/** Icons: one stroke, one size, never the only carrier of a meaning. Here the shapes of every screen, others beside their use. */
export const BACK = 'M12.5 4.5 7 10l5.5 5.5';
export const CLOSE = 'm5.5 5.5 9 9m0-9-9 9';
export const MORE =
  'M4.6 10a.4.4 0 1 0 .8 0 .4.4 0 1 0-.8 0m5 0a.4.4 0 1 0 .8 0 .4.4 0 1 0-.8 0m5 0a.4.4 0 1 0 .8 0 .4.4 0 1 0-.8 0';
export const WARN = 'M10 3.5 17 16H3ZM10 8.2v3.5m0 2v.1';
export const CLOUD = 'M6.5 15.5h7a3.3 3.3 0 0 0 .5-6.5 4.5 4.5 0 0 0-8.7.9 2.9 2.9 0 0 0 1.2 5.6Z';

export interface IconProps {
  /** The path, drawn in 20 by 20. */
  shape: string;
  /** A filled part on top. */
  solid?: string | undefined;
}

/** One icon; hidden from screen readers, the words beside it speak. */
export function Icon({ shape, solid }: IconProps) {
  return (
    <svg viewBox="0 0 20 20" aria-hidden="true" class={shape === BACK ? 'flips' : undefined}>
      <path d={shape} />
      {solid && <path d={solid} class="solid" />}
    </svg>
  );
}
