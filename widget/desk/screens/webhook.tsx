/** One webhook: its form, what can be done with it, and what was sent to it. */
import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { FieldProblem } from '../../../shared/errors.ts';
import type { Webhook, WebhookEvent } from '../../../shared/types.ts';
import { Button, IconButton } from '../../common/components/button.tsx';
import { ErrorText } from '../../common/components/feedback.tsx';
import { TextField, useFirstWrong } from '../../common/components/field.tsx';
import { BACK } from '../../common/components/icon.tsx';
import { Segmented } from '../../common/components/segmented.tsx';
import { explain } from '../../common/state/explain.ts';
import { problemsInWords } from '../../common/state/forms.ts';
import { useDesk, useWords } from '../components/context.ts';
import { Deliveries } from '../components/deliveries.tsx';
import { Secret } from '../components/secret.tsx';
import { WebhookState } from '../components/webhook-state.tsx';
import { go } from '../state/desk.ts';
import {
  createWebhook,
  deleteWebhook,
  rotateSecret,
  testWebhook,
  updateWebhook,
} from '../state/webhooks.ts';

const EVENTS: readonly WebhookEvent[] = [
  'incident.created',
  'incident.updated',
  'incident.resolved',
  'comment.created',
];

/** The form for a webhook that does not exist yet. */
export function NewWebhook() {
  const desk = useDesk();
  const { t } = useWords();
  useEffect(() => {
    desk.setUp.refusal.value = null;
  }, []);
  return (
    <>
      <Head title={t('webhook.new')} />
      <div class="body">
        <WebhookForm webhook={null} />
      </div>
    </>
  );
}

/** A webhook that exists. */
export function WebhookPage({ webhook }: { webhook: Webhook }) {
  const desk = useDesk();
  const { t } = useWords();
  const secret = desk.setUp.secret.value;
  useEffect(() => {
    desk.setUp.refusal.value = null;
  }, []);
  return (
    <>
      <Head title={webhook.description || webhook.url}>
        <div class="meta">
          <WebhookState webhook={webhook} />
          {webhook.lastError && <span>{t('webhook.lastError', { error: webhook.lastError })}</span>}
        </div>
        <Actions webhook={webhook} />
        <Refusal />
      </Head>
      <div class="body">
        {secret?.webhookId === webhook.id && (
          <Secret
            secret={secret.secret}
            oldSecretUntil={secret.oldSecretUntil}
            onDone={() => {
              desk.setUp.secret.value = null;
            }}
          />
        )}
        <Deliveries webhookId={webhook.id} />
        <details class="details">
          <summary>
            <b>{t('webhook.settings')}</b>
          </summary>
          <WebhookForm webhook={webhook} />
        </details>
      </div>
    </>
  );
}

function Head({ title, children }: { title: string; children?: ComponentChildren }) {
  const desk = useDesk();
  const { t } = useWords();
  return (
    <div class="head">
      <div class="title">
        <IconButton
          icon={BACK}
          label={t('back')}
          onClick={() => go(desk, { page: 'webhooks', open: null })}
        />
        <h1 tabIndex={-1} dir="auto">
          {title}
        </h1>
      </div>
      {children}
    </div>
  );
}

function Actions({ webhook }: { webhook: Webhook }) {
  const desk = useDesk();
  const { t } = useWords();
  const { id, isPaused } = webhook;
  return (
    <div class="moves">
      <Button look="ghost" onClick={() => void testWebhook(desk, id)}>
        {t('webhook.test')}
      </Button>
      <Button look="ghost" onClick={() => void updateWebhook(desk, id, { isPaused: !isPaused })}>
        {t(isPaused ? 'webhook.resume' : 'webhook.pause')}
      </Button>
      <Button look="ghost" onClick={() => void rotateSecret(desk, id)}>
        {t('webhook.rotate')}
      </Button>
      <Button look="ghost" onClick={() => void deleteWebhook(desk, webhook)}>
        {t('webhook.delete')}
      </Button>
    </div>
  );
}

/** What went wrong with an existing one, in sight of its buttons; problems of fields stand at the fields. */
function Refusal() {
  const desk = useDesk();
  const i18n = useWords();
  const failure = desk.setUp.refusal.value;
  if (!failure || failure.problems.length > 0) return null;
  return (
    <div role="alert">
      <ErrorText>{explain(i18n, failure)}</ErrorText>
    </div>
  );
}

function WebhookForm({ webhook }: { webhook: Webhook | null }) {
  const i18n = useWords();
  const { t } = i18n;
  const { form, values, problems, failure, isBusy, isChanged, set, submit } = useWebhook(webhook);
  return (
    <form class="sheet" ref={form} noValidate onSubmit={submit}>
      {webhook === null && failure && Object.keys(problems).length === 0 && (
        <div class="refused" role="alert">
          <ErrorText>{explain(i18n, failure)}</ErrorText>
        </div>
      )}
      <TextField
        label={t('webhook.url')}
        hint={t('webhook.urlHint')}
        dir="ltr"
        autoComplete="off"
        autoCapitalize="none"
        spellcheck={false}
        value={values.url}
        error={problems.url}
        onText={(url) => set({ url })}
      />
      <TextField
        label={t('webhook.description')}
        autoComplete="off"
        value={values.description}
        error={problems.description}
        onText={(description) => set({ description })}
      />
      <div class="field">
        <p class="label" aria-hidden="true">
          {t('webhook.format')}
        </p>
        <Segmented
          label={t('webhook.format')}
          value={values.format}
          options={[
            ['standard', t('webhook.standard')],
            ['slack', t('webhook.slack')],
          ]}
          onChoose={(format) => set({ format })}
        />
        <p class="hint">{t(`webhook.${values.format}Hint`)}</p>
      </div>
      <fieldset class="field">
        <legend>{t('webhook.events')}</legend>
        {EVENTS.map((event) => (
          <label key={event} class="check">
            <input
              type="checkbox"
              checked={values.events.includes(event)}
              onChange={() =>
                set({
                  events: EVENTS.filter((one) => (one === event) !== values.events.includes(one)),
                })
              }
            />
            {t(`webhook.event.${event}`)}
          </label>
        ))}
        {problems.events && <ErrorText>{problems.events}</ErrorText>}
      </fieldset>
      {(webhook === null || isChanged) && (
        <div class="acts">
          <Button isSubmit isBusy={isBusy}>
            {t(webhook ? 'webhook.save' : 'webhook.create')}
          </Button>
        </div>
      )}
    </form>
  );
}

interface WebhookValues {
  url: string;
  description: string;
  format: 'standard' | 'slack';
  events: readonly WebhookEvent[];
}

function useWebhook(webhook: Webhook | null) {
  const desk = useDesk();
  const i18n = useWords();
  const start: WebhookValues = webhook ?? {
    url: '',
    description: '',
    format: 'standard',
    events: EVENTS,
  };
  const [changed, setChanged] = useState<Partial<WebhookValues>>({});
  const [isBusy, setBusy] = useState(false);
  const [attempt, setAttempt] = useState(0);
  const [missing, setMissing] = useState<Partial<Record<string, string>>>({});
  const form = useRef<HTMLFormElement>(null);
  useFirstWrong(form, attempt);
  const values = { ...start, ...changed };
  const failure = desk.setUp.refusal.value;
  const problems = { ...problemsInWords(i18n, (failure?.problems ?? []).map(unnamed)), ...missing };

  async function submit(event: Event): Promise<void> {
    event.preventDefault();
    if (isBusy) return;
    const { t } = i18n;
    const found = {
      ...(values.url.trim() === '' && { url: t('problem.url.missing') }),
      ...(values.events.length === 0 && { events: t('problem.events.missing') }),
    };
    setMissing(found);
    if (Object.keys(found).length === 0) {
      setBusy(true);
      const body = { ...values, url: values.url.trim(), events: [...values.events] };
      const isDone = webhook
        ? await updateWebhook(desk, webhook.id, {
            ...changed,
            ...(changed.events && { events: body.events }),
          } as Partial<typeof body>)
        : await createWebhook(desk, body);
      setBusy(false);
      if (isDone) setChanged({});
    }
    setAttempt((count) => count + 1);
  }

  const set = (more: Partial<WebhookValues>) => {
    setMissing({});
    setChanged({ ...changed, ...more });
  };
  const isChanged = Object.keys(changed).length > 0;
  return { form, values, problems, failure, isBusy, isChanged, set, submit };
}

/** The server's sentence begins with the name of its field, which the label beside it says already. */
function unnamed(problem: FieldProblem): FieldProblem {
  const { field, message } = problem;
  if (!message.startsWith(`${field} `)) return problem;
  const rest = message.slice(field.length + 1);
  return { ...problem, message: rest.charAt(0).toUpperCase() + rest.slice(1) };
}
