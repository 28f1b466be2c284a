/** What the company has announced: what is urgent at once, the rest on demand, and what is over in a line each. */
import type { ComponentChildren } from 'preact';
import { useId, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Announcement } from '../../../shared/types.ts';
import type { Failure } from '../../common/api/result.ts';
import { Button, IconButton } from '../../common/components/button.tsx';
import { ErrorText } from '../../common/components/feedback.tsx';
import { CLOSE, Icon, WARN } from '../../common/components/icon.tsx';
import { OK, Status } from '../../common/components/status.tsx';
import { Ago } from '../../common/components/time.tsx';
import { explain } from '../../common/state/explain.ts';
import { affectedWord, dismiss, inOrder, isOver, setAffected } from '../state/announcements.ts';
import { usePanel, useWords } from './context.ts';

/** Nothing that is urgent waits behind a button, and nothing that is over stands before what is not. Above a form: in lines. */
export function Announcements({ isBrief }: { isBrief?: boolean | undefined }) {
  const panel = usePanel();
  const { t } = useWords();
  const [isWhole, setWhole] = useState(false);
  const { first, others, over } = inOrder(panel.announcements.value);
  return (
    <section class="news" aria-label={t('news.label')}>
      {[...first, ...(isWhole ? others : [])].map((one) =>
        isBrief ? (
          <Line key={one.id} announcement={one} />
        ) : (
          <Card key={one.id} announcement={one} />
        ),
      )}
      {others.length > 0 && (
        <Button look="link" aria-expanded={isWhole} onClick={() => setWhole(!isWhole)}>
          {isWhole ? t('news.less') : t('news.more', { count: others.length })}
        </Button>
      )}
      {over.map((one) => (
        <Line key={one.id} announcement={one} />
      ))}
    </section>
  );
}

function Card({ announcement }: { announcement: Announcement }) {
  const id = useId();
  const [isWhole, setWhole] = useState(false);
  const { shortDescription, description, updates, status } = announcement;
  const latest = updates.at(-1);
  const text = latest?.content || description;
  const { paragraph, isCut } = useCut(text, isWhole);
  const isMore = isCut || updates.length > 1 || (latest !== undefined && description !== '');
  return (
    <article class="card" aria-labelledby={id}>
      <Icon shape={WARN} />
      <div>
        <h2 id={id} dir="auto">
          {shortDescription}
        </h2>
        <p class="small meta">
          <Known status={status} /> · <Ago at={latest?.createdAt ?? announcement.updatedAt} />
        </p>
        {isWhole ? (
          <Whole announcement={announcement} />
        ) : (
          text && (
            <p ref={paragraph} class="small latest" dir="auto">
              {text}
            </p>
          )
        )}
        <Answer announcement={announcement}>
          {isMore && <More {...{ announcement, isWhole, setWhole }} />}
        </Answer>
      </div>
    </article>
  );
}

/** One in a line: its title opens what was said. */
function Line({ announcement }: { announcement: Announcement }) {
  const { t } = useWords();
  const id = useId();
  const [isWhole, setWhole] = useState(false);
  const { shortDescription: title } = announcement;
  const isDone = isOver(announcement);
  return (
    <article class={isDone ? 'card brief done' : 'card brief'} aria-labelledby={id}>
      <Icon shape={isDone ? OK : WARN} />
      <div>
        <h2 id={id} dir="auto">
          <button
            type="button"
            class="over"
            aria-expanded={isWhole}
            onClick={() => setWhole(!isWhole)}
          >
            {isDone ? t('news.over', { title }) : title}
          </button>
        </h2>
        {isWhole && <Whole announcement={announcement} />}
      </div>
      {isDone && <Dismiss announcement={announcement} />}
    </article>
  );
}

/** The status in words that fit a known problem: "open" would say nothing. */
export function Known({ status }: Pick<Announcement, 'status'>) {
  const { t } = useWords();
  return <Status status={status} {...(status === 'OPEN' && { word: t('news.known') })} />;
}

interface MoreProps {
  announcement: Announcement;
  isWhole: boolean;
  setWhole: (isWhole: boolean) => void;
}

function More({ announcement, isWhole, setWhole }: MoreProps) {
  const { t } = useWords();
  const count = Math.max(1, announcement.updates.length);
  return (
    <Button look="link" aria-expanded={isWhole} onClick={() => setWhole(!isWhole)}>
      {t(isWhole ? 'news.less' : 'news.all', { count })}
    </Button>
  );
}

/** Whether the paragraph shows only the beginning of its text, at the width of the moment. */
function useCut(text: string, isWhole: boolean) {
  const paragraph = useRef<HTMLParagraphElement>(null);
  const [isCut, setCut] = useState(false);
  useLayoutEffect(() => {
    // While all of it stands there, the way back must stay.
    const measure = () => {
      const element = paragraph.current;
      if (element) setCut(element.scrollHeight > element.clientHeight);
    };
    measure();
    window.addEventListener('resize', measure);
    return () => window.removeEventListener('resize', measure);
  }, [text, isWhole]);
  return { paragraph, isCut };
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
