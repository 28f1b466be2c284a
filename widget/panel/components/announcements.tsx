/** What the company has announced: the one with the newest news at once, the others on demand. */
import type { ComponentChildren } from 'preact';
import { useId, useState } from 'preact/hooks';
import type { Announcement } from '../../../shared/types.ts';
import type { Failure } from '../../common/api/result.ts';
import { Button, IconButton } from '../../common/components/button.tsx';
import { ErrorText } from '../../common/components/feedback.tsx';
import { CLOSE, Icon, WARN } from '../../common/components/icon.tsx';
import { OK, Status } from '../../common/components/status.tsx';
import { Ago } from '../../common/components/time.tsx';
import { explain } from '../../common/state/explain.ts';
import { affectedWord, dismiss, isOver, setAffected } from '../state/announcements.ts';
import { usePanel, useWords } from './context.ts';

/** All announcements but the one that is `hidden`. */
export function Announcements({ hidden }: { hidden?: string | undefined }) {
  const panel = usePanel();
  const { t } = useWords();
  const [isWhole, setWhole] = useState(false);
  const all = panel.announcements.value
    .filter((one) => one.id !== hidden)
    .sort((one, other) => (one.updatedAt < other.updatedAt ? 1 : -1));
  const [newest, ...others] = all;
  if (!newest) return null;
  return (
    <section class="news" aria-label={t('news.label')}>
      {[newest, ...(isWhole ? others : [])].map((one) => (
        <Card key={one.id} announcement={one} />
      ))}
      {others.length > 0 && (
        <Button look="link" aria-expanded={isWhole} onClick={() => setWhole(!isWhole)}>
          {isWhole ? t('news.less') : t('news.more', { count: others.length })}
        </Button>
      )}
    </section>
  );
}

function Card({ announcement }: { announcement: Announcement }) {
  const { t } = useWords();
  const id = useId();
  const [isWhole, setWhole] = useState(false);
  const { shortDescription, description, updates, status } = announcement;
  const isDone = isOver(announcement);
  const latest = updates.at(-1);
  const isMore = updates.length > 1 || (latest !== undefined && description !== '');
  return (
    <article class={isDone ? 'card done' : 'card'} aria-labelledby={id}>
      <Icon shape={isDone ? OK : WARN} />
      <div>
        <h2 id={id} dir="auto">
          {isDone ? t('news.over', { title: shortDescription }) : shortDescription}
        </h2>
        <p class="small meta">
          {!isDone && (
            <>
              <Status status={status} /> ·{' '}
            </>
          )}
          <Ago at={latest?.createdAt ?? announcement.updatedAt} />
        </p>
        {isWhole ? (
          <Whole announcement={announcement} />
        ) : (
          (latest?.content || description) && (
            <p class="small latest" dir="auto">
              {latest?.content || description}
            </p>
          )
        )}
        <Answer announcement={announcement}>
          {isMore && (
            <Button look="link" aria-expanded={isWhole} onClick={() => setWhole(!isWhole)}>
              {t(isWhole ? 'news.less' : 'news.all', { count: updates.length })}
            </Button>
          )}
        </Answer>
      </div>
      {isDone && <Dismiss announcement={announcement} />}
    </article>
  );
}

/** Every update, the newest first, and at the end what it began with. */
function Whole({ announcement }: { announcement: Announcement }) {
  const { t } = useWords();
  const { description, updates, createdAt } = announcement;
  return (
    <ol class="updates" aria-label={t('news.updates')}>
      {[...updates].reverse().map((update) => (
        <li key={update.id}>
          <span class="small meta">
            <Ago at={update.createdAt} />
          </span>
          <p class="small" dir="auto">
            {update.content}
          </p>
        </li>
      ))}
      {description && (
        <li>
          <span class="small meta">
            <Ago at={createdAt} />
          </span>
          <p class="small" dir="auto">
            {description}
          </p>
        </li>
      )}
    </ol>
  );
}

interface AnswerProps {
  announcement: Announcement;
  children: ComponentChildren;
}

/** The switch that says so and takes it back, beside what else can be done; at the door, how to come to it. */
function Answer({ announcement, children }: AnswerProps) {
  const panel = usePanel();
  const i18n = useWords();
  const { t } = i18n;
  const { isAffected } = announcement;
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  if (isOver(announcement)) return children;
  if (!panel.customer.value) {
    return (
      <>
        {children}
        <p class="small meta">{t('news.logIn')}</p>
      </>
    );
  }

  async function toggle(): Promise<void> {
    setBusy(true);
    setFailure(await setAffected(panel, announcement, !isAffected));
    setBusy(false);
  }

  return (
    <>
      <div class="choices">
        <Button
          look="ghost"
          isBusy={isBusy}
          aria-pressed={isAffected}
          onClick={() => void toggle()}
        >
          {isAffected && <Icon shape={OK} />}
          {t('news.affects')}
        </Button>
        {children}
      </div>
      {isAffected && <p class="small meta">{t(affectedWord(panel))}</p>}
      {failure && (
        <div role="alert">
          <ErrorText>{explain(i18n, failure)}</ErrorText>
        </div>
      )}
    </>
  );
}

function Dismiss({ announcement }: { announcement: Announcement }) {
  const panel = usePanel();
  const { t } = useWords();
  const { shortDescription: title } = announcement;
  return (
    <IconButton
      icon={CLOSE}
      label={t('news.dismiss', { title })}
      onClick={() => void dismiss(panel, announcement)}
    />
  );
}
