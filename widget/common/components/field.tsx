/** Form fields: label above, help and error below, tied together for screen readers. */
import type { ComponentChildren, InputHTMLAttributes, TextareaHTMLAttributes } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';
import { lengthOf } from '../state/forms.ts';
import { useCommonWords } from './context.ts';
import { ErrorText } from './feedback.tsx';

interface Shared {
  label: string;
  error?: string | undefined;
  hint?: ComponentChildren;
  /** Characters allowed; a counter appears when few are left. Longer text is never cut. */
  limit?: number;
}

type Input = Pick<
  InputHTMLAttributes<HTMLInputElement>,
  'autoCapitalize' | 'autoComplete' | 'dir' | 'inputMode' | 'readOnly' | 'spellcheck'
> & { type?: 'text' | 'email' | 'password'; 'data-focus'?: boolean };
type Area = Pick<
  TextareaHTMLAttributes<HTMLTextAreaElement>,
  'onKeyDown' | 'placeholder' | 'readOnly' | 'rows'
>;

export interface TextFieldProps extends Input, Shared {
  value: string;
  onText: (text: string) => void;
  /** Something that stands inside the field, at its end. */
  after?: ComponentChildren;
}

export interface TextAreaProps extends Area, Shared {
  value: string;
  onText: (text: string) => void;
}

/** The frame of a field. `children` gets the attributes that tie it to its words. */
export function Field({
  label,
  error,
  hint,
  children,
}: Shared & {
  children: (tied: {
    id: string;
    'aria-describedby'?: string;
    'aria-invalid'?: boolean;
  }) => ComponentChildren;
}) {
  const id = useId();
  const described = [error && `${id}e`, hint && `${id}h`].filter(Boolean).join(' ');
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {children({
        id,
        ...(described && { 'aria-describedby': described }),
        ...(error && { 'aria-invalid': true }),
      })}
      {error && <ErrorText id={`${id}e`}>{error}</ErrorText>}
      {hint && (
        <p class="hint" id={`${id}h`}>
          {hint}
        </p>
      )}
    </div>
  );
}

/** A field of one line. */
export function TextField({ label, error, hint, limit, onText, after, ...native }: TextFieldProps) {
  const left = useLeft(native.value, limit);
  return (
    <Field label={label} error={error} hint={left ?? hint}>
      {(tied) => (
        <div class="inside">
          <input
            // The types know one shape per kind of input; this field is three of them.
            {...(native as InputHTMLAttributes<HTMLInputElement>)}
            {...tied}
            class="in"
            dir={native.dir ?? 'auto'}
            onInput={(event) => onText(event.currentTarget.value)}
          />
          {after}
        </div>
      )}
    </Field>
  );
}

/** A field of several lines, which grows with its text. */
export function TextArea({ label, error, hint, limit, onText, ...native }: TextAreaProps) {
  const left = useLeft(native.value, limit);
  const area = useGrowing(native.value);
  return (
    <Field label={label} error={error} hint={left ?? hint}>
      {(tied) => (
        <textarea
          {...native}
          {...tied}
          ref={area}
          class="in"
          dir="auto"
          onInput={(event) => onText(event.currentTarget.value)}
        />
      )}
    </Field>
  );
}

/** Makes a text area as high as its text; CSS sets the limits. */
export function useGrowing(value: string) {
  const area = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    const element = area.current;
    if (!element) return;
    element.style.height = 'auto';
    element.style.height = `${element.scrollHeight + element.offsetHeight - element.clientHeight}px`;
  }, [value]);
  return area;
}

/** What is left of the limit, once it is worth knowing. */
function useLeft(value: string, limit: number | undefined): string | null {
  const { t } = useCommonWords();
  if (limit === undefined) return null;
  const left = limit - lengthOf(value);
  if (left > Math.max(limit / 20, 20)) return null;
  return left < 0 ? t('text.over', { count: -left }) : t('text.left', { count: left });
}

/** Moves the focus to the first field that is wrong, after each attempt to send. */
export function useFirstWrong(form: { current: HTMLElement | null }, attempt: number): void {
  useEffect(() => {
    form.current?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus();
  }, [attempt]);
}
