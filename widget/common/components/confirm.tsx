/** The question before something is lost. The browser's own modal dialog keeps the focus inside and gives it back. */
import { useEffect, useId, useRef } from 'preact/hooks';
import { Button } from './button.tsx';
import { useCommonWords, useSurroundings } from './context.ts';

/** Shows the store's question, when there is one. */
export function Confirm() {
  const { question: asked } = useSurroundings();
  const { t } = useCommonWords();
  const id = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  const question = asked.value;
  useEffect(() => {
    const element = dialog.current;
    const before = document.activeElement;
    if (!element || !question) return;
    element.showModal();
    return () => {
      element.close();
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, [question]);
  if (!question) return null;
  return (
    <dialog
      ref={dialog}
      aria-labelledby={`${id}t`}
      aria-describedby={`${id}d`}
      onCancel={(event) => {
        event.preventDefault();
        question.answer(false);
      }}
      // Escape answers the question; it does not close the panel as well.
      onKeyDown={(event) => event.key === 'Escape' && event.stopPropagation()}
    >
      <h2 id={`${id}t`}>{question.title}</h2>
      <p class="quiet" id={`${id}d`}>
        {question.text}
      </p>
      <div class="pair">
        <Button look="ghost" onClick={() => question.answer(false)}>
          {t('cancel')}
        </Button>
        <Button look="danger" onClick={() => question.answer(true)}>
          {question.confirm}
        </Button>
      </div>
    </dialog>
  );
}
