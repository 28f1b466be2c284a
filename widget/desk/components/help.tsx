/** The list of keyboard shortcuts. */
import { useId } from 'preact/hooks';
import { Button } from '../../common/components/button.tsx';
import { Modal } from '../../common/components/modal.tsx';
import { SHORTCUTS } from '../state/shortcuts.ts';
import { useDesk, useWords } from './context.ts';

export function Help() {
  const desk = useDesk();
  const { t } = useWords();
  const id = useId();
  const close = () => {
    desk.isHelpOpen.value = false;
  };
  if (!desk.isHelpOpen.value) return null;
  return (
    <Modal labelledBy={`${id}t`} class="keys" onCancel={close}>
      <h2 id={`${id}t`}>{t('keys.title')}</h2>
      <p class="quiet small">{t('keys.text')}</p>
      <dl>
        {SHORTCUTS.map(({ keys, word }) => (
          <div key={word}>
            <dt>
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{t(word)}</dd>
          </div>
        ))}
      </dl>
      <div class="pair">
        <Button look="ghost" onClick={close}>
          {t('keys.close')}
        </Button>
      </div>
    </Modal>
  );
}
