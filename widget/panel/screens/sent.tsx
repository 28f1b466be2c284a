/** After sending: that it arrived (or is kept), and what happens next. */
import { Button } from '../../common/components/button.tsx';
import { Emblem } from '../../common/components/feedback.tsx';
import { CLOUD } from '../../common/components/icon.tsx';
import { OK } from '../../common/components/status.tsx';
import { usePanel, useWords } from '../components/context.ts';
import { Screen } from '../components/screen.tsx';
import { go } from '../state/host.ts';
import { openIncident } from '../state/listing.ts';
import { isMailed } from '../state/panel.ts';

/** The confirmation. Without a ticket number the report still waits on this device. */
export function SentScreen({
  id,
  ticketNumber,
}: {
  id: string | null;
  ticketNumber: string | null;
}) {
  const panel = usePanel();
  const { t } = useWords();
  const company = panel.company.value?.name ?? '';
  return (
    <Screen>
      <div class="empty">
        {id && ticketNumber ? (
          <>
            <Emblem
              icon={OK}
              title={t('sent.title')}
              text={t(isMailed(panel) ? 'sent.textMail' : 'sent.text', { company })}
              isDone
            />
            <p class="ticket">{t('sent.number', { ticket: ticketNumber })}</p>
            <Button onClick={() => openIncident(panel, id)}>{t('sent.see')}</Button>
          </>
        ) : (
          <Emblem
            icon={CLOUD}
            title={t('sent.waitingTitle')}
            text={t('sent.waitingText', { company })}
          />
        )}
        <Button look="ghost" onClick={() => go(panel, { name: 'home' })}>
          {t('sent.home')}
        </Button>
      </div>
    </Screen>
  );
}
