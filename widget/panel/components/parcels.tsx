/** What has not been sent yet: how far it is, and what can be done about it. */

import { Button } from '../../common/components/button.tsx';
import { CLOUD, Icon, WARN } from '../../common/components/icon.tsx';
import { ask } from '../../common/state/ask.ts';
import { draftsOf, isBlank } from '../state/drafts.ts';
import { go } from '../state/host.ts';
import { reportKey } from '../state/kept.ts';
import type { Parcel } from '../state/outbox.ts';
import type { Panel } from '../state/panel.ts';
import { discard, takeBack } from '../state/parcels.ts';
import { usePanel, useWords } from './context.ts';

/** One report that has not been sent yet. */
export function ParcelRow({ parcel }: { parcel: Parcel }) {
  const panel = usePanel();
  const { t } = useWords();
  return (
    <li>
      <div class="row">
        <span class="grow">
          <b dir="auto">{parcel.values.shortDescription}</b>
          <ParcelState parcel={parcel} onEdit={() => void editReport(panel, parcel, t)} />
        </span>
      </div>
    </li>
  );
}

/** How far something unsent is, and what can be done about it. */
export function ParcelState({ parcel, onEdit }: { parcel: Parcel; onEdit: () => void }) {
  const panel = usePanel();
  const { t } = useWords();
  if (panel.outbox.sending.value === parcel.key) {
    return (
      <span class="small">
        <Waiting word={t('outbox.sending')} />
      </span>
    );
  }
  const isRefused = parcel.reason !== null;
  return (
    <span class="small unsent">
      <Waiting word={t(isRefused ? 'outbox.refused' : 'outbox.waiting')} isRefused={isRefused} />
      {parcel.reason && <span>{parcel.reason}</span>}
      {isRefused && (
        <Button look="link" onClick={onEdit}>
          {t('outbox.edit')}
        </Button>
      )}
      <Button look="link" onClick={() => void discardAfterAsking(panel, parcel)}>
        {t('outbox.discard')}
      </Button>
    </span>
  );
}

async function discardAfterAsking(panel: Panel, parcel: Parcel): Promise<void> {
  const { t } = panel.i18n.peek();
  const isSure = await ask(panel, {
    title: t('outbox.discardTitle'),
    text: t('outbox.discardText'),
    confirm: t('outbox.discard'),
  });
  if (isSure) discard(panel, parcel.key);
}

async function editReport(
  panel: Panel,
  parcel: Parcel,
  t: ReturnType<typeof useWords>['t'],
): Promise<void> {
  const customer = panel.customer.peek();
  if (!customer) return;
  const isFree = isBlank(draftsOf(panel).open(reportKey(customer)).values.peek());
  const isSure =
    isFree ||
    (await ask(panel, {
      title: t('outbox.replaceTitle'),
      text: t('outbox.replaceText'),
      confirm: t('outbox.replace'),
    }));
  if (!isSure) return;
  takeBack(panel, parcel);
  go(panel, { name: 'report' });
}

/** What waits here and has no status yet. */
function Waiting({ word, isRefused }: { word: string; isRefused?: boolean }) {
  return (
    <span class={`st ${isRefused ? 'REFUSED' : 'CLOSED'}`}>
      <Icon shape={isRefused ? WARN : CLOUD} />
      {word}
    </span>
  );
}
