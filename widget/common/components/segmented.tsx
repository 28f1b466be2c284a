/** A choice of a few, all in view. */
export interface SegmentedProps<T extends string> {
  label: string;
  value: T;
  options: readonly (readonly [value: T, word: string])[];
  onChoose: (value: T) => void;
}

/** Buttons side by side, one of them pressed. */
export function Segmented<T extends string>({
  label,
  value,
  options,
  onChoose,
}: SegmentedProps<T>) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would make it a part of a form.
    <div class="seg" role="group" aria-label={label}>
      {options.map(([option, word]) => (
        <button
          key={option}
          type="button"
          aria-pressed={option === value}
          onClick={() => onChoose(option)}
        >
          {word}
        </button>
      ))}
    </div>
  );
}
