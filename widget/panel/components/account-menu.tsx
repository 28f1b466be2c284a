/** Who is logged in, whether they get mail, and the way out. */
import { useState } from 'preact/hooks';
import type { Customer } from '../../../shared/types.ts';
import type { Failure } from '../../common/api/result.ts';
import { ErrorText } from '../../common/components/feedback.tsx';
import { Icon, MORE } from '../../common/components/icon.tsx';
import { Menu } from '../../common/components/menu.tsx';
import { explain } from '../../common/state/explain.ts';
import { logOut } from '../state/leaving.ts';
import { setMailUpdates } from '../state/settings.ts';
import { usePanel, useWords } from './context.ts';

export function AccountMenu() {
  const panel = usePanel();
  const { t } = useWords();
  const customer = panel.customer.value;
  if (!customer) return null;
  return (
    <Menu
      label={t('bar.account')}
      look="icon"
      face={<Icon shape={MORE} />}
      head={
        <>
          <b>{customer.name}</b>
          <span class="small quiet">{customer.email}</span>
        </>
      }
    >
      {(close) => (
        <>
          {panel.isMailOn.value && <MailSwitch customer={customer} />}
          <button
            type="button"
            role="menuitem"
            tabIndex={-1}
            onClick={() => {
              close();
              void logOut(panel);
            }}
          >
            {t('menu.logout')}
          </button>
        </>
      )}
    </Menu>
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
