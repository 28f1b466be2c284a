/** The small form before an incident is resolved: the last word to the customer. */
import { useId, useState } from 'preact/hooks';
import { LIMITS } from '../../../shared/limits.ts';
import type { TeamIncident } from '../../../shared/types.ts';
import { Button } from '../../common/components/button.tsx';
import { ErrorText } from '../../common/components/feedback.tsx';
import { TextArea } from '../../common/components/field.tsx';
import { Modal } from '../../common/components/modal.tsx';
import { explain } from '../../common/state/explain.ts';
import { lengthOf } from '../../common/state/forms.ts';
import { resolve } from '../state/case.ts';
import { draftKey } from '../state/kept.ts';
import { useDesk, useWords } from './context.ts';

/** Shown while `isResolving`. What stands in the reply box comes along. */
export function ResolveForm({ incident }: { incident: TeamIncident }) {
  const desk = useDesk();
  const i18n = useWords();
  const { t } = i18n;
  const id = useId();
  const [isBusy, setBusy] = useState(false);
  const key = draftKey(desk, incident.id, 'resolve');
  const replyKey = draftKey(desk, incident.id, 'reply');
  const reply = desk.drafts.open(replyKey).values.value.content?.trim() ?? '';
  const note = desk.drafts.open(key).values.value.content ?? reply;
  const failure = desk.case.refusal.value;
  const isTooLong = lengthOf(note) > LIMITS.comment;

  function leave(): void {
    desk.case.isResolving.value = false;
  }

  async function submit(event: Event): Promise<void> {
    event.preventDefault();
    if (isBusy || isTooLong) return;
    setBusy(true);
    const isDone = await resolve(desk, incident, note);
    setBusy(false);
    if (isDone && reply && note.includes(reply)) desk.drafts.clear(replyKey);
  }

  return (
    <Modal labelledBy={`${id}t`} class="form" onCancel={leave}>
      <h2 id={`${id}t`}>{t('resolve.title', { ticket: incident.ticketNumber })}</h2>
      <form noValidate onSubmit={submit}>
        {failure && (
          <div role="alert">
            <ErrorText>{explain(i18n, failure)}</ErrorText>
          </div>
        )}
        <TextArea
          label={
            incident.customer
              ? t('resolve.label', { name: incident.customer.name })
              : t('resolve.labelAll')
          }
          hint={t(reply && note.includes(reply) ? 'resolve.hintDraft' : 'resolve.hint')}
          rows={5}
          limit={LIMITS.comment}
          readOnly={isBusy}
          value={note}
          onText={(content) => desk.drafts.write(key, { content })}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) void submit(event);
          }}
        />
        <div class="pair">
          <Button look="ghost" onClick={leave}>
            {t('cancel')}
          </Button>
          <Button isSubmit isBusy={isBusy}>
            {t('resolve.button')}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
