/**
 * The inputs of a game that this page has never heard of: a slider for each field, and a box for those that are yes or no. Keys
 * as well: arrows move the first two fields that go both ways, the space bar is the first box. It sends nothing.
 */
import { element, setText } from "../element.ts";

interface InputRange {
  readonly min: number;
  readonly max: number;
}

const arrows = [
  { less: "ArrowLeft", more: "ArrowRight" },
  { less: "ArrowUp", more: "ArrowDown" },
] as const;

export class InputPad {
  readonly root = element("div", { class: "input-pad" });
  readonly #values: Record<string, number> = {};
  readonly #shown = new Map<string, (value: number) => void>();
  /** What a key does while it is down, and after it. */
  readonly #keys = new Map<string, { readonly field: string; readonly down: number; readonly up: number }>();
  readonly #onKey = (event: KeyboardEvent) => this.#press(event);

  constructor(fields: Readonly<Record<string, InputRange>>) {
    for (const [field, range] of Object.entries(fields)) this.#add(field, range);
    const boxes = Object.entries(fields).filter(([, range]) => isBox(range));
    const axes = Object.entries(fields).filter(([, { min }]) => min < 0);
    for (const [field] of boxes.slice(0, 1)) this.#keys.set(" ", { field, down: 1, up: 0 });
    for (const [at, { less, more }] of arrows.entries()) {
      const [field, range] = axes[at] ?? [];
      if (field === undefined) continue;
      this.#keys.set(less, { field, down: range!.min, up: 0 });
      this.#keys.set(more, { field, down: range!.max, up: 0 });
    }
    for (const kind of ["keydown", "keyup"] as const) addEventListener(kind, this.#onKey);
  }

  /** As it is now. */
  get values(): Readonly<Record<string, number>> {
    return this.#values;
  }

  close(): void {
    for (const kind of ["keydown", "keyup"] as const) removeEventListener(kind, this.#onKey);
  }

  #add(field: string, range: InputRange): void {
    const control = element("input");
    control.type = isBox(range) ? "checkbox" : "range";
    const number = element("output");
    if (!isBox(range)) Object.assign(control, { min: `${range.min}`, max: `${range.max}`, step: "1" });
    const show = (value: number) => {
      if (isBox(range)) control.checked = value === 1;
      else control.value = `${value}`;
      setText(number, `${value}`);
    };
    control.addEventListener("input", () =>
      this.#set(field, isBox(range) ? Number(control.checked) : control.valueAsNumber),
    );
    this.#shown.set(field, show);
    this.#set(field, Math.max(0, range.min));
    this.root.append(element("label", { class: "pad-field", text: field, children: [control, number] }));
  }

  #set(field: string, value: number): void {
    this.#values[field] = value;
    this.#shown.get(field)!(value);
  }

  /** Where somebody writes, or moves a slider, keys mean something else. */
  #press(event: KeyboardEvent): void {
    const key = this.#keys.get(event.key);
    if (key === undefined || event.target !== document.body) return;
    event.preventDefault();
    this.#set(key.field, event.type === "keydown" ? key.down : key.up);
  }
}

const isBox = ({ min, max }: InputRange) => min === 0 && max === 1;
