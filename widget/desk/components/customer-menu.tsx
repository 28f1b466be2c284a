/** The customer of an incident, and what can be done with them: for keys that may manage. */
import { Icon } from '../../common/components/icon.tsx';
import { Menu } from '../../common/components/menu.tsx';
import type { CaseCustomer } from '../state/case.ts';
import { download, setDisabled } from '../state/customer.ts';
import { useDesk, useWords } from './context.ts';
import { CHEVRON } from './shapes.ts';

export function CustomerMenu({ customer }: { customer: CaseCustomer }) {
  const desk = useDesk();
  const { t } = useWords();
  const { name, email, isDisabled } = customer;
  const acts: [word: string, act: () => void, look?: string][] = [
    [
      t(isDisabled ? 'customer.enable' : 'customer.disable'),
      () => void setDisabled(desk, customer, !isDisabled),
    ],
    [t('customer.download'), () => void download(desk, customer)],
    [
      t('customer.erase'),
      () => {
        desk.case.erasing.value = customer;
      },
      'red',
    ],
  ];
  return (
    <Menu
      label={t('customer.menu', { name })}
      look="person"
      face={
        <>
          <bdi>{name}</bdi>
          <Icon shape={CHEVRON} />
        </>
      }
      head={
        <>
          <b>{name}</b>
          <span class="small quiet">{email}</span>
          {isDisabled && <span class="small">{t('customer.disabledText')}</span>}
        </>
      }
    >
      {(close) =>
        acts.map(([word, act, look]) => (
          <button
            key={word}
            type="button"
            role="menuitem"
            class={look}
            tabIndex={-1}
            onClick={() => {
              close();
              act();
            }}
          >
            {word}
          </button>
        ))
      }
    </Menu>
  );
}
