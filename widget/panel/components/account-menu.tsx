/** Who is logged in, and the way out. */
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { IconButton } from '../../common/components/button.tsx';
import { MORE } from '../../common/components/icon.tsx';
import { logOut } from '../state/leaving.ts';
import { usePanel, useWords } from './context.ts';

/** The button and its menu. Arrow keys move, Escape closes, the focus returns to the button. */
export function AccountMenu() {
  const panel = usePanel();
  const { t } = useWords();
  const id = useId();
  const [isShown, setShown] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const customer = panel.customer.value;

  function close(isFocusReturned: boolean): void {
    setShown(false);
    if (isFocusReturned) box.current?.querySelector('button')?.focus();
  }

  useEffect(() => {
    if (!isShown) return;
    box.current?.querySelector<HTMLElement>('[role=menuitem]')?.focus();
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
      close(true);
    } else if (key === 'Tab') close(false);
    else if (key.startsWith('Arrow') || key === 'Home' || key === 'End') {
      const items = [...(box.current?.querySelectorAll<HTMLElement>('[role=menuitem]') ?? [])];
      const at = items.indexOf(document.activeElement as HTMLElement);
      const next =
        key === 'Home'
          ? 0
          : key === 'End'
            ? -1
            : key === 'ArrowUp'
              ? at - 1
              : (at + 1) % items.length;
      items.at(next)?.focus();
    } else return;
    if (key !== 'Tab') event.preventDefault();
  }

  if (!customer) return null;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the keys of the menu and of its button, handled once for both.
    <div class="menu-box" ref={box} onKeyDown={onKeyDown}>
      <IconButton
        icon={MORE}
        label={t('bar.account')}
        aria-haspopup="menu"
        aria-expanded={isShown}
        onClick={() => setShown(!isShown)}
      />
      {isShown && (
        <div class="menu">
          <p id={id} dir="auto">
            <b>{customer.name}</b>
            <span class="small quiet">{customer.email}</span>
          </p>
          <div role="menu" aria-label={t('bar.account')} aria-describedby={id}>
            <button
              type="button"
              role="menuitem"
              tabIndex={-1}
              onClick={() => {
                close(true);
                void logOut(panel);
              }}
            >
              {t('menu.logout')}
            </button>
          </div>
        </div>
      )}
    </div>
  );
}
