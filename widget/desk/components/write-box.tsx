/** The reply box: two pads, one to the customer and one for the team, that nobody can mistake for each other. */
import { useId, useLayoutEffect } from 'preact/hooks';
import { LIMITS } from '../../../shared/limits.ts';
import type { TeamIncident } from '../../../shared/types.ts';
import { Button } from '../../common/components/button.tsx';
import { usePause } from '../../common/components/context.ts';
import { DraftHint } from '../../common/components/draft-hint.tsx';
import { ErrorText } from '../../common/components/feedback.tsx';
import { useGrowing } from '../../common/components/field.tsx';
import { explain } from '../../common/state/explain.ts';
import { lengthOf, problemsInWords } from '../../common/state/forms.ts';
import { draftKey } from '../state/kept.ts';
import { sendAndResolve, sendingOf, sendPad } from '../state/writing.ts';
import { useDesk, useWords } from './context.ts';

const PADS = ['reply', 'note'] as const;
type PadName = (typeof PADS)[number];

/** Where to write at an incident, and to whom it goes. */
export function WriteBox({ incident }: { incident: TeamIncident }) {
  const desk = useDesk();
  const { t } = useWords();
  const id = useId();
  const { pad } = desk.case;
  const name = firstName(incident.customer?.name);
  const words: Record<PadName, string> = {
    reply: name ? t('write.reply', { name }) : t('write.update'),
    note: t('write.note'),
  };

  function turn(event: KeyboardEvent): void {
    if (!['ArrowLeft', 'ArrowRight'].includes(event.key)) return;
    event.preventDefault();
    pad.value = pad.peek() === 'reply' ? 'note' : 'reply';
    document.getElementById(`${id}${pad.peek()}`)?.focus();
  }

  return (
    <section
      class={pad.value === 'note' ? 'write internal' : 'write'}
      aria-label={t('write.label')}
    >
      <div class="above">
        <div class="tabs" role="tablist" aria-label={t('write.label')} onKeyDown={turn}>
          {PADS.map((one) => (
            <button
              key={one}
              id={`${id}${one}`}
              type="button"
              role="tab"
              class={one}
              aria-selected={pad.value === one}
              aria-controls={`${id}pad`}
              tabIndex={pad.value === one ? 0 : -1}
              onClick={() => {
                pad.value = one;
              }}
            >
              {words[one]}
              <Unsent incident={incident} pad={one} />
            </button>
          ))}
        </div>
        <DraftHint draft={desk.drafts.open(draftKey(desk, incident.id, pad.value))} />
      </div>
      <div role="tabpanel" id={`${id}pad`} aria-labelledby={`${id}${pad.value}`}>
        <PadForm key={pad.value} incident={incident} pad={pad.value} label={words[pad.value]} />
      </div>
    </section>
  );
}

/** A mark at the tab that lies behind and holds a draft. */
function Unsent({ incident, pad }: { incident: TeamIncident; pad: PadName }) {
  const desk = useDesk();
  const { t } = useWords();
  const content = desk.drafts.open(draftKey(desk, incident.id, pad)).values.value.content;
  if (!content?.trim() || desk.case.pad.value === pad) return null;
  return (
    <span class="dot">
      <span class="unseen">{t('draft.device')}</span>
    </span>
  );
}

interface PadFormProps {
  incident: TeamIncident;
  pad: PadName;
  label: string;
}

function PadForm({ incident, pad, label }: PadFormProps) {
  const desk = useDesk();
  const { t } = useWords();
  const { content, sending, error, isSendable, change, submit } = usePad(incident, pad);
  const area = useGrowing(content);
  const pause = usePause();
  const id = useId();
  const tick = desk.case.writeTick.value;
  // Before the next key arrives: it belongs to the text.
  useLayoutEffect(() => {
    if (tick > 0) area.current?.focus();
  }, [tick]);
  const name = firstName(incident.customer?.name);
  const isNote = pad === 'note';
  const words = wordsOf(pad, name !== null);
  const canResolve = !isNote && incident.allowedMoves.includes('RESOLVED');
  return (
    <form onSubmit={submit}>
      {error && (
        <div role="alert">
          <ErrorText id={`${id}e`}>{error}</ErrorText>
        </div>
      )}
      <textarea
        ref={area}
        class="in"
        rows={2}
        dir="auto"
        aria-label={label}
        aria-keyshortcuts="Control+Enter Meta+Enter"
        aria-invalid={error ? true : undefined}
        aria-describedby={error ? `${id}e ${id}h` : `${id}h`}
        placeholder={t(words.placeholder, { name: name ?? '' })}
        value={content}
        onInput={(event) => change(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) submit(event);
          if (event.key === 'Escape') {
            event.stopPropagation();
            // Out of the text, and not out of the incident.
            event.currentTarget.closest('.case')?.querySelector('h1')?.focus();
          }
        }}
      />
      <div class="act">
        <div class="hint" id={`${id}h`}>
          {t(words.hint, { name: name ?? '' })}
        </div>
        <span class="combo" aria-hidden="true">
          <kbd>{isMac() ? '⌘' : 'Ctrl'}</kbd> <kbd>{isMac() ? '⏎' : 'Enter'}</kbd>
        </span>
        {canResolve && (
          <Button
            look="ghost"
            aria-disabled={!isSendable || undefined}
            onClick={() => {
              if (isSendable) void sendAndResolve(desk, incident);
            }}
          >
            {t('write.sendResolve')}
          </Button>
        )}
        <Button
          isSubmit
          isBusy={sending.isBusy}
          waitSeconds={pause}
          aria-disabled={!isSendable || undefined}
        >
          {t(sending.failure ? 'write.again' : words.button)}
        </Button>
      </div>
    </form>
  );
}

function usePad(incident: TeamIncident, pad: PadName) {
  const desk = useDesk();
  const i18n = useWords();
  const key = draftKey(desk, incident.id, pad);
  const content = desk.drafts.open(key).values.value.content ?? '';
  const state = sendingOf(desk, key);
  const sending = state.value;
  const over = lengthOf(content) - LIMITS.comment;
  const { failure } = sending;
  const reason =
    failure &&
    (Object.values(problemsInWords(i18n, failure.problems))[0] ?? explain(i18n, failure));
  const error =
    over > 0 ? i18n.t('text.over', { count: over }) : reason && i18n.t('write.failed', { reason });
  const isSendable = content.trim() !== '' && over <= 0 && !sending.isBusy;

  function change(text: string): void {
    desk.drafts.write(key, { content: text });
    if (state.peek().failure) state.value = { isBusy: false, failure: null };
  }

  function submit(event: Event): void {
    event.preventDefault();
    if (isSendable) void sendPad(desk, incident, pad);
  }

  return { content, sending, error, isSendable, change, submit };
}

function wordsOf(pad: PadName, hasCustomer: boolean) {
  if (pad === 'note') {
    return {
      placeholder: 'write.notePlaceholder',
      hint: 'write.goesTeam',
      button: 'write.keep',
    } as const;
  }
  return hasCustomer
    ? ({
        placeholder: 'write.replyPlaceholder',
        hint: 'write.goesPanel',
        button: 'write.send',
      } as const)
    : ({
        placeholder: 'write.updatePlaceholder',
        hint: 'write.goesAll',
        button: 'write.sendAll',
      } as const);
}

const isMac = () => /Mac|iP(?:hone|ad)/.test(navigator.platform);

/** What somebody is called in a button; null where there is nobody. */
function firstName(name: string | undefined): string | null {
  return name?.trim().split(/\s+/)[0] || null;
}
