/** The sign of a company without a logo. */

/** The first letter of a name. `tint` picks one of the quiet colours instead of the accent. */
export function Monogram({ name, tint }: { name: string; tint?: number }) {
  const [letter = ''] = name.trim();
  return (
    <span class={tint === undefined ? 'mono' : `mono tint${tint}`} aria-hidden="true">
      {letter.toLocaleUpperCase()}
    </span>
  );
}
