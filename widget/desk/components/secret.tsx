/** A secret that is shown this once, with a button that copies it. */
import { useState } from 'preact/hooks';
import { Button } from '../../common/components/button.tsx';
import { useTimes } from '../../common/components/time.tsx';
import { announce } from '../../common/state/surroundings.ts';
import { useDesk, useWords } from './context.ts';

export interface SecretProps {
  secret: string;
  oldSecretUntil: string | null;
  onDone: () => void;
}

export function Secret({ secret, oldSecretUntil, onDone }: SecretProps) {
  const desk = useDesk();
  const { t } = useWords();
  const { exact } = useTimes();
  const [isCopied, setCopied] = useState(false);

  async function copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(secret);
      setCopied(true);
      announce(desk, t('secret.copied'));
    } catch {
      // No clipboard here: the field is selected, and the keyboard copies it.
    }
  }

  return (
    <section class="secret" aria-label={t('secret.title')}>
      <h2>{t('secret.title')}</h2>
      <p class="small">{t('secret.text')}</p>
      <div class="line">
        <input
          class="in"
          dir="ltr"
          readOnly
          aria-label={t('secret.title')}
          value={secret}
          onFocus={(event) => event.currentTarget.select()}
        />
        <Button onClick={() => void copy()}>{t(isCopied ? 'secret.copied' : 'secret.copy')}</Button>
      </div>
      {oldSecretUntil && <p class="small">{t('secret.old', { time: exact(oldSecretUntil) })}</p>}
      <Button look="ghost" onClick={onDone}>
        {t('secret.done')}
      </Button>
    </section>
  );
}
