/** The dialog that erases a customer: says what goes, has their address typed, and then says what went. */
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import type { CustomerErased } from '../../../shared/types.ts';
import { type Failure, isUnreached } from '../../common/api/result.ts';
import { Button } from '../../common/components/button.tsx';
import { ErrorText } from '../../common/components/feedback.tsx';
import { TextField, useFirstWrong } from '../../common/components/field.tsx';
import { Modal } from '../../common/components/modal.tsx';
import { explain } from '../../common/state/explain.ts';
import { isEmpty, problemsInWords } from '../../common/state/forms.ts';
import type { I18n } from '../i18n/index.ts';
import type { CaseCustomer } from '../state/case.ts';
import { erase } from '../state/customer.ts';
import { useDesk, useWords } from './context.ts';

/** Shown while a customer is being erased. */
export function EraseForm() {
  const customer = useDesk().case.erasing.value;
  return customer && <Dialog customer={customer} key={customer.id} />;
}

function Dialog({ customer }: { customer: CaseCustomer }) {
  const desk = useDesk();
  const { t } = useWords();
  const id = useId();
  const [isBusy, setBusy] = useState(false);
  const [erased, setErased] = useState<CustomerErased | null>(null);
  const { name } = customer;

  function leave(): void {
    // What has begun has to be seen through: its outcome is told here.
    if (!isBusy) desk.case.erasing.value = null;
  }

  return (
    <Modal
      labelledBy={`${id}t`}
      class="form erase"
      onCancel={leave}
      otherwise={() => document.querySelector<HTMLElement>('.queue h1, .desk h1')}
    >
      <h2 id={`${id}t`}>{t(erased ? 'erase.doneTitle' : 'erase.title', { name })}</h2>
      {erased ? (
        <Done erased={erased} onClose={leave} />
      ) : (
        <Question
          customer={customer}
          isBusy={isBusy}
          setBusy={setBusy}
          onErased={setErased}
          onCancel={leave}
        />
      )}
    </Modal>
  );
}

interface QuestionProps {
  customer: CaseCustomer;
  isBusy: boolean;
  setBusy: (isBusy: boolean) => void;
  onErased: (erased: CustomerErased) => void;
  onCancel: () => void;
}

function Question({ customer, isBusy, setBusy, onErased, onCancel }: QuestionProps) {
  const desk = useDesk();
  const i18n = useWords();
  const { t } = i18n;
  const form = useRef<HTMLFormElement>(null);
  const [typed, setTyped] = useState('');
  const [attempt, setAttempt] = useState(0);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [problem, setProblem] = useState<string>();
  useFirstWrong(form, attempt);

  async function submit(event: Event): Promise<void> {
    event.preventDefault();
    if (isBusy) return;
    setFailure(null);
    setProblem(undefined);
    if (!isSame(typed, customer.email)) {
      setProblem(t(isEmpty(typed) ? 'problem.email.missing' : 'problem.email.invalid'));
      return setAttempt(attempt + 1);
    }
    setBusy(true);
    const result = await erase(desk, customer, typed.trim());
    setBusy(false);
    if (result.ok) return onErased(result.data);
    const { email } = problemsInWords<'email'>(i18n, result.error.problems);
    setProblem(email);
    setFailure(email ? null : result.error);
    setAttempt(attempt + 1);
  }

  return (
    <form noValidate ref={form} onSubmit={submit}>
      <p>{t('erase.text')}</p>
      <ul>
        <li>{t('erase.account')}</li>
        {customer.incidentCount > 0 && (
          <li>{t('erase.reports', { count: customer.incidentCount })}</li>
        )}
        <li>{t('erase.messages')}</li>
        <li>{t('erase.traces')}</li>
      </ul>
      <p class="quiet small">{t('erase.elsewhere')}</p>
      <TextField
        label={t('erase.confirm', { email: customer.email })}
        type="email"
        autoComplete="off"
        autoCapitalize="off"
        spellcheck={false}
        dir="ltr"
        value={typed}
        error={problem}
        readOnly={isBusy}
        onText={setTyped}
      />
      <div role="alert">{failure && <ErrorText>{explainErasing(i18n, failure)}</ErrorText>}</div>
      <div class="unseen" role="status">
        {isBusy && t('erase.working')}
      </div>
      <div class="pair">
        <Button look="ghost" onClick={onCancel}>
          {t('cancel')}
        </Button>
        <Button look="danger" isSubmit isBusy={isBusy}>
          {t('erase.button')}
        </Button>
      </div>
    </form>
  );
}

/** As the server compares them. */
const isSame = (one: string, other: string) => one.trim().toLowerCase() === other.toLowerCase();

function explainErasing(i18n: I18n, failure: Failure): string {
  if (failure.code === 'unavailable') return i18n.t('erase.underWay');
  if (isUnreached(failure)) return i18n.t('erase.unknown');
  return explain(i18n, failure);
}

const COUNTED = ['incidents', 'comments', 'notes', 'deliveries', 'sessions'] as const;

function Done({ erased, onClose }: { erased: CustomerErased; onClose: () => void }) {
  const { t } = useWords();
  const text = useRef<HTMLParagraphElement>(null);
  // What was pressed is gone: whoever listens goes on with what happened.
  useEffect(() => text.current?.focus(), []);
  return (
    <>
      <p ref={text} tabIndex={-1}>
        {t('erase.doneText')}
      </p>
      <ul>
        {COUNTED.filter((what) => erased[what] > 0).map((what) => (
          <li key={what}>{t(`erase.${what}`, { count: erased[what] })}</li>
        ))}
      </ul>
      <p class="quiet small">{t('erase.log')}</p>
      <div class="pair">
        <Button look="ghost" onClick={onClose}>
          {t('erase.close')}
        </Button>
      </div>
    </>
  );
}
