/** Makes HTML elements in one line. Text only ever goes in as text: a player's name is never markup. */

export interface ElementParts {
  readonly class?: string;
  readonly text?: string;
  readonly children?: readonly Node[];
}

export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  parts: ElementParts = {},
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  if (parts.class) made.className = parts.class;
  if (parts.text !== undefined) made.textContent = parts.text;
  if (parts.children) made.append(...parts.children);
  return made;
}

/** Writes only what changed: an equal text costs no layout. */
export function setText(target: HTMLElement, text: string): void {
  if (target.textContent !== text) target.textContent = text;
}
