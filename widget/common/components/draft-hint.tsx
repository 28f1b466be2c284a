/** Says where what is being typed would be found again: only once that is true. */
import type { Draft } from '../state/drafts.ts';
import { useCommonWords } from './context.ts';
import { Icon } from './icon.tsx';
import { OK } from './status.tsx';

/** Nothing while nothing is kept. */
export function DraftHint({ draft }: { draft: Draft }) {
  const { t } = useCommonWords();
  const kept = draft.kept.value;
  return (
    <p class="saved">
      {kept !== 'no' && (
        <>
          <Icon shape={OK} />
          {t(`draft.${kept}`)}
        </>
      )}
    </p>
  );
}
