/** Makes HTML elements in one line. Text is only ever inserted as text: a player's name is never markup. */

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

export function button(text: string, className: string, act: () => void): HTMLButtonElement {
  const made = element("button", { class: className, text });
  // Otherwise it would submit a form around it.
  made.type = "button";
  made.addEventListener("click", act);
  return made;
}

/** A line that screen readers announce when it changes; it is hidden while it is empty. */
export function problemLine(text = ""): HTMLElement {
  const line = element("p", { class: "problem", text });
  line.setAttribute("role", "alert");
  return line;
}

/** Writes only when the text differs, so that an equal one costs no layout. */
export function setText(target: HTMLElement, text: string): void {
  if (target.textContent !== text) target.textContent = text;
}
