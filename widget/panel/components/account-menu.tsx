/** Who is logged in, whether they get mail, and the way out. */
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import type { Customer } from '../../../shared/types.ts';
import type { Failure } from '../../common/api/result.ts';
import { IconButton } from '../../common/components/button.tsx';
import { ErrorText } from '../../common/components/feedback.tsx';
import { MORE } from '../../common/components/icon.tsx';
import { explain } from '../../common/state/explain.ts';
import { go } from '../state/host.ts';
import { logOut } from '../state/leaving.ts';
import { setMailUpdates } from '../state/settings.ts';
import { usePanel, useWords } from './context.ts';

const ITEMS = '[role^=menuitem]';

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
      close(true);
    } else if (key === 'Tab') close(false);
    else if (key.startsWith('Arrow') || key === 'Home' || key === 'End') {
      const items = [...(box.current?.querySelectorAll<HTMLElement>(ITEMS) ?? [])];
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
            {panel.isMailOn.value && <MailSwitch customer={customer} />}
            {customer.hasPassword && (
              <button
                type="button"
                role="menuitem"
                tabIndex={-1}
                onClick={() => {
                  close(false);
                  go(panel, { name: 'password' });
                }}
              >
                {t('menu.password')}
              </button>
            )}
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

/** Mail on or off; it stays in view, so that the same switch undoes it. */
function MailSwitch({ customer }: { customer: Customer }) {
  const panel = usePanel();
  const i18n = useWords();
  const { t } = i18n;
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);

  async function toggle(): Promise<void> {
    if (isBusy) return;
    setBusy(true);
    setFailure(await setMailUpdates(panel, !customer.mailUpdates));
    setBusy(false);
  }

  return (
    <>
      <button
        type="button"
        role="menuitemcheckbox"
        class="switch"
        tabIndex={-1}
        aria-checked={customer.mailUpdates}
        onClick={() => void toggle()}
      >
        {t('menu.mail')}
      </button>
      {failure && (
        <div role="alert">
          <ErrorText>{explain(i18n, failure)}</ErrorText>
        </div>
      )}
    </>
  );
}
