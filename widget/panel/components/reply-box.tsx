/** The field to write to the team. What is sent shows in the timeline at once, so the field is free again. */

import { TYPED } from '../../../shared/limits.ts';
import type { Incident } from '../../../shared/types.ts';
import { DraftHint } from '../../common/components/draft-hint.tsx';
import { ErrorText } from '../../common/components/feedback.tsx';
import { useGrowing } from '../../common/components/field.tsx';
import { Icon } from '../../common/components/icon.tsx';
import { explain } from '../../common/state/explain.ts';
import { lengthOf, problemsInWords } from '../../common/state/forms.ts';
import { draftsOf } from '../state/drafts.ts';
import { replyKey } from '../state/kept.ts';
import { send } from '../state/sending.ts';
import { usePanel, useWords } from './context.ts';

const UP = 'M10 15.5v-11m-4.5 4.5L10 4.5 14.5 9';

/** Enter makes a new line; Ctrl or Cmd with Enter sends. */
export function ReplyBox({ incident }: { incident: Incident }) {
  const panel = usePanel();
  const i18n = useWords();
  const { t } = i18n;
  const customer = panel.customer.value;
  const key = customer ? replyKey(customer, incident.id) : '';
  const draft = draftsOf(panel).open(key);
  const content = draft.values.value.content ?? '';
  const area = useGrowing(content);
  const refused = panel.outbox.refused.value[key];
  const over = lengthOf(content) - TYPED.comment;
  const isTooLong = over > 0;
  const error = isTooLong
    ? t('text.over', { count: over })
    : refused && (problemsInWords(i18n, refused.problems).content ?? explain(i18n, refused));

  function submit(event: Event): void {
    event.preventDefault();
    area.current?.focus();
    if (content.trim() && !isTooLong) void send(panel, incident.id, { content });
  }

  return (
    <form class="reply" onSubmit={submit}>
      {incident.status === 'RESOLVED' && <p class="quiet small">{t('incident.reopens')}</p>}
      {error && (
        <div role="alert">
          <ErrorText id="reply-error">{error}</ErrorText>
        </div>
      )}
      <div class="line">
        <textarea
          ref={area}
          class="in"
          rows={1}
          dir="auto"
          enterkeyhint="enter"
          aria-label={t('reply.label')}
          aria-keyshortcuts="Control+Enter Meta+Enter"
          aria-invalid={error ? true : undefined}
          aria-describedby={error ? 'reply-error' : undefined}
          placeholder={t('reply.label')}
          value={content}
          onInput={(event) => draftsOf(panel).write(key, { content: event.currentTarget.value })}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) submit(event);
          }}
        />
        <button
          type="submit"
          class="send"
          aria-label={t('reply.send')}
          aria-disabled={!content.trim() || isTooLong}
        >
          <Icon shape={UP} />
        </button>
      </div>
      {content && <DraftHint draft={draft} />}
    </form>
  );
}
