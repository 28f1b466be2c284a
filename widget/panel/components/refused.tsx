/** What was refused as a whole, above its form, with the way on where there is one. */
import type { ComponentChildren } from 'preact';
import type { Failure } from '../../common/api/result.ts';
import { ErrorText } from '../../common/components/feedback.tsx';
import { explain } from '../../common/state/explain.ts';
import { useWords } from './context.ts';

interface Props {
  failure: Failure | null;
  children?: ComponentChildren;
}

/** Nothing where each field says for itself what is wrong, or where the customer has stopped it. */
export function Refused({ failure, children }: Props) {
  const i18n = useWords();
  if (!failure || failure.code === 'invalid' || failure.code === 'aborted') return null;
  return (
    <div class="refused" role="alert">
      <ErrorText>{explain(i18n, failure)}</ErrorText>
      {children}
    </div>
  );
}
