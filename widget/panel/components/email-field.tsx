/** The field for the address of an account. */
import { TextField } from '../../common/components/field.tsx';
import { useWords } from './context.ts';

interface Props {
  value: string;
  error?: string | undefined;
  /** Of an account that is there already: password managers fill it in. */
  isKnown: boolean;
  onText: (text: string) => void;
}

export function EmailField({ isKnown, ...field }: Props) {
  const { t } = useWords();
  return (
    <TextField
      {...field}
      label={t('entry.email')}
      type="email"
      inputMode="email"
      autoComplete={isKnown ? 'username' : 'email'}
      autoCapitalize="none"
      spellcheck={false}
      dir="ltr"
    />
  );
}
