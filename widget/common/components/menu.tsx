/** A button that opens a menu. Arrow keys move, Escape closes, the focus returns to the button. */
import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';

const ITEMS = '[role^=menuitem]';

export interface MenuProps {
  /** What the button and its menu are called. */
  label: string;
  /** The button's look, and what stands on it. */
  look: string;
  face: ComponentChildren;
  /** What the menu is about, above its items. */
  head: ComponentChildren;
  /** The items; each calls `close` where it leads somewhere else. */
  children: (close: () => void) => ComponentChildren;
}

export function Menu({ label, look, face, head, children }: MenuProps) {
  const id = useId();
  const [isShown, setShown] = useState(false);
  const box = useRef<HTMLDivElement>(null);

  function close(isFocusReturned = true): void {
    setShown(false);
    if (isFocusReturned) box.current?.querySelector('button')?.focus();
  }

  useEffect(() => {
    if (!isShown) return;
    box.current?.querySelector<HTMLElement>(ITEMS)?.focus();
    const onElsewhere = (event: Event) => {
      if (!box.current?.contains(event.target as Node)) setShown(false);
    };
    document.addEventListener('pointerdown', onElsewhere);
    return () => document.removeEventListener('pointerdown', onElsewhere);
  }, [isShown]);

  function onKeyDown(event: KeyboardEvent): void {
    const { key } = event;
    if (key === 'ArrowDown' && !isShown) setShown(true);
    else if (!isShown) return;
    else if (key === 'Escape') {
      event.stopPropagation();
      close();
    } else if (key === 'Tab') close(false);
    else if (key.startsWith('Arrow') || key === 'Home' || key === 'End')
      moveFocus(box.current, key);
    else return;
    if (key !== 'Tab') event.preventDefault();
  }

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the keys of the menu and of its button, handled once for both.
    <div class="menu-box" ref={box} onKeyDown={onKeyDown}>
      <button
        type="button"
        class={look}
        aria-label={label}
        title={label}
        aria-haspopup="menu"
        aria-expanded={isShown}
        onClick={() => setShown(!isShown)}
      >
        {face}
      </button>
      {isShown && (
        <div class="menu">
          <p id={id} dir="auto">
            {head}
          </p>
          <div role="menu" aria-label={label} aria-describedby={id}>
            {children(close)}
          </div>
        </div>
      )}
    </div>
  );
}

function moveFocus(box: HTMLElement | null, key: string): void {
  const items = [...(box?.querySelectorAll<HTMLElement>(ITEMS) ?? [])];
  const at = items.indexOf(document.activeElement as HTMLElement);
  const steps: Record<string, number> = { Home: 0, End: -1, ArrowUp: at - 1 };
  items.at(steps[key] ?? (at + 1) % items.length)?.focus();
}
