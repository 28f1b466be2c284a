/** A dialog over everything else. The browser's own keeps the focus inside; here it is given back afterwards. */
import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';

export interface ModalProps {
  /** Ids of the elements that name and describe it. */
  labelledBy: string;
  describedBy?: string;
  class?: string;
  /** Where the focus goes afterwards, if what had it before is gone. */
  otherwise?: () => HTMLElement | null | undefined;
  /** Escape was pressed. */
  onCancel: () => void;
  children: ComponentChildren;
}

/** Open for as long as it is drawn. */
export function Modal({
  labelledBy,
  describedBy,
  otherwise,
  onCancel,
  children,
  ...rest
}: ModalProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  // At once: what is typed right after it opened belongs to it.
  useLayoutEffect(() => {
    const element = dialog.current;
    const before = document.activeElement;
    if (!element) return;
    element.showModal();
    return () => {
      element.close();
      if (before instanceof HTMLElement && before.isConnected) before.focus();
      else otherwise?.()?.focus();
    };
  }, []);
  return (
    <dialog
      ref={dialog}
      class={rest.class}
      aria-labelledby={labelledBy}
      aria-describedby={describedBy}
      onCancel={(event) => {
        event.preventDefault();
        onCancel();
      }}
      // Escape is for the dialog; it does not close what lies below as well.
      onKeyDown={(event) => event.key === 'Escape' && event.stopPropagation()}
    >
      {children}
    </dialog>
  );
}
