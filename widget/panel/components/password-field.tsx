/** A field for a password, which can be shown. What is typed is kept nowhere. */
import { useState } from 'preact/hooks';
import { TextField } from '../../common/components/field.tsx';
import { useWords } from './context.ts';

interface Props {
  label: string;
  value: string;
  error?: string | undefined;
  /** To be chosen: says what is needed, and lets password managers suggest one. */
  isNew: boolean;
  onText: (text: string) => void;
}

export function PasswordField({ isNew, error, ...field }: Props) {
  const { t } = useWords();
  const [isShown, setShown] = useState(false);
  return (
    <TextField
      {...field}
      error={error}
      type={isShown ? 'text' : 'password'}
      autoComplete={isNew ? 'new-password' : 'current-password'}
      autoCapitalize="none"
      spellcheck={false}
      dir="ltr"
      hint={isNew && !error ? t('entry.passwordHint') : undefined}
      after={
        <button
          type="button"
          class="peek"
          aria-label={t(isShown ? 'entry.hidePassword' : 'entry.showPassword')}
          onClick={() => setShown(!isShown)}
        >
          {t(isShown ? 'entry.hide' : 'entry.show')}
        </button>
      }
    />
  );
}
