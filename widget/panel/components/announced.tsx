/** The place on a screen where announcements stand, when there are any. */
import { usePanel } from './context.ts';

/** What the company has announced; nothing until its file is here. `hidden` names the one that stands elsewhere. */
export function Announced({ hidden }: { hidden?: string | undefined }) {
  const { announcements, files } = usePanel();
  const parts = files.news.parts.value;
  if (!parts || announcements.value.length === 0) return null;
  return <parts.Announcements hidden={hidden} />;
}
