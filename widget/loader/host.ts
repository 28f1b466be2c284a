/** The one element on the host page: where it stands, and that it stays there. */

/** How often the element comes back: a page that removes it whenever it sees it would otherwise hang in a race with us. */
const RETURNS = 100;

/**
 * Puts `element` beside the body, so that pages which swap their body keep it and its frame, and puts it back should
 * somebody take it away. Returns the undo.
 */
export function keepOnPage(element: HTMLElement): () => void {
  let left = RETURNS;
  const keep = () => {
    // A tag in the head runs before there is a body; after it is our place, also in the order of the Tab key.
    if (document.body && !element.isConnected && left-- > 0)
      document.documentElement.append(element);
  };
  const observer = new MutationObserver(keep);
  observer.observe(document.documentElement, { childList: true });
  keep();
  return () => {
    observer.disconnect();
    element.remove();
  };
}
