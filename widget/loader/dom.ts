/** Making elements without markup, which a page with Trusted Types would refuse. */

/** A new element with `attributes`, and `children` inside. */
export function make<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Record<string, string>,
  ...children: (Node | string)[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  for (const name of Object.keys(attributes))
    element.setAttribute(name, attributes[name] as string);
  element.append(...children);
  return element;
}
