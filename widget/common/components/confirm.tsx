/** The question before something is lost. */
import { useId } from 'preact/hooks';
import { Button } from './button.tsx';
import { useCommonWords, useSurroundings } from './context.ts';
import { Modal } from './modal.tsx';

/** Shows the store's question, when there is one. */
export function Confirm() {
  const { question: asked } = useSurroundings();
  const { t } = useCommonWords();
  const id = useId();
  const question = asked.value;
  if (!question) return null;
  return (
    <Modal labelledBy={`${id}t`} describedBy={`${id}d`} onCancel={() => question.answer(false)}>
      <h2 id={`${id}t`}>{question.title}</h2>
      <p class="quiet" id={`${id}d`}>
        {question.text}
      </p>
      <div class="pair">
        <Button look="ghost" onClick={() => question.answer(false)}>
          {t('cancel')}
        </Button>
        <Button
          look={question.isHarmless ? 'main' : 'danger'}
          onClick={() => question.answer(true)}
        >
          {question.confirm}
        </Button>
      </div>
    </Modal>
  );
}
