/** The icons: one stroke, one size, never the only carrier of a meaning. */
const OUTLINE = {
  back: 'M12.5 4.5 7 10l5.5 5.5',
  close: 'm5.5 5.5 9 9m0-9-9 9',
  more: 'M4.6 10a.4.4 0 1 0 .8 0 .4.4 0 1 0-.8 0m5 0a.4.4 0 1 0 .8 0 .4.4 0 1 0-.8 0m5 0a.4.4 0 1 0 .8 0 .4.4 0 1 0-.8 0',
  find: 'M9 4a5 5 0 1 0 0 10A5 5 0 0 0 9 4m4 9 3.5 3.5',
  open: 'M10 3.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13',
  seen: 'M10 3.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13',
  eye: 'M10 3.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13',
  shield: 'M10 3.2 15.5 5v4.6c0 3.4-2.3 5.8-5.5 7.2-3.2-1.4-5.5-3.8-5.5-7.2V5Z',
  ok: 'M10 3.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13m-2.8 6.7 2 2 3.7-4.2',
  shut: 'M10 3.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13M7.2 10h5.6',
  warn: 'M10 3.5 17 16H3ZM10 8.2v3.5m0 2v.1',
  plus: 'M10 4.5v11M4.5 10h11',
  up: 'M10 15.5v-11m-4.5 4.5L10 4.5 14.5 9',
  cloud: 'M6.5 15.5h7a3.3 3.3 0 0 0 .5-6.5 4.5 4.5 0 0 0-8.7.9 2.9 2.9 0 0 0 1.2 5.6Z',
  next: 'm8 5 5 5-5 5',
} as const;

/** The filled parts of those that have one. */
const SOLID: Partial<Record<IconName, string>> = {
  seen: 'M10 3.5v13a6.5 6.5 0 0 0 0-13Z',
  eye: 'M10 7.8a2.2 2.2 0 1 0 0 4.4 2.2 2.2 0 0 0 0-4.4',
};

export type IconName = keyof typeof OUTLINE;

/** One icon; hidden from screen readers, the words beside it speak. */
export function Icon({ name }: { name: IconName }) {
  const solid = SOLID[name];
  return (
    <svg
      viewBox="0 0 20 20"
      aria-hidden="true"
      class={name === 'back' || name === 'next' ? 'flips' : undefined}
    >
      <path d={OUTLINE[name]} />
      {solid && <path d={solid} class="solid" />}
    </svg>
  );
}
