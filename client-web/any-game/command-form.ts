/**
 * A form for one command of a game, made from the schema of its payload: numbers, texts, words and yes or no have fields of
 * their own; what is none of these is typed as JSON. The server decides what is valid.
 */
import { button, element, setText } from "../element.ts";

interface PayloadSchema {
  readonly type?: unknown;
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxLength?: number;
  readonly properties?: Readonly<Record<string, PayloadSchema>>;
  readonly required?: readonly string[];
}

interface Field {
  readonly root: HTMLElement;
  /** undefined: left out. @throws SyntaxError when it is no JSON */
  readonly read: () => unknown;
}

/** @param give resolves with what the game said */
export function commandForm(
  name: string,
  schema: object | null,
  give: (payload: unknown) => Promise<string>,
): HTMLElement {
  const { roots, read } = fieldsOf(schema as PayloadSchema | null);
  const said = element("p", { class: "quiet said" });
  said.setAttribute("role", "status");
  const send = button(name, "", () => form.requestSubmit());
  const form = element("form", { class: "command", children: [...roots, send, said] });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    setText(said, "…");
    void Promise.try(read)
      .then(give)
      .catch((error: Error) => error.message)
      .then((text) => setText(said, text));
  });
  return form;
}

interface PayloadFields {
  readonly roots: readonly HTMLElement[];
  readonly read: () => unknown;
}

/** One field for the whole payload when it is no object of named parts. */
function fieldsOf(schema: PayloadSchema | null): PayloadFields {
  if (schema?.type !== "object") {
    const { root, read } = jsonField("payload");
    return { roots: [root], read: () => read() ?? {} };
  }
  const { properties = {}, required = [] } = schema;
  const fields = Object.entries(properties).map(
    ([key, part]) => [key, fieldOf(key, part, required.includes(key))] as const,
  );
  const read = () => {
    const given = fields.map(([key, field]) => [key, field.read()] as const);
    return Object.fromEntries(given.filter(([, value]) => value !== undefined));
  };
  return { roots: fields.map(([, { root }]) => root), read };
}

function fieldOf(key: string, part: PayloadSchema, isRequired: boolean): Field {
  if (part.enum?.every((each) => typeof each === "string")) return wordField(key, part.enum, isRequired);
  if (part.type === "boolean") return yesOrNoField(key);
  if (part.type === "integer" || part.type === "number") return numberField(key, part, isRequired);
  return part.type === "string" ? textField(key, part, isRequired) : jsonField(key);
}

function wordField(key: string, words: readonly string[], isRequired: boolean): Field {
  const field = element("select");
  field.append(...[...(isRequired ? [] : [""]), ...words].map((text) => element("option", { text })));
  return { root: labelled(key, field), read: () => field.value || undefined };
}

function yesOrNoField(key: string): Field {
  const field = element("input");
  field.type = "checkbox";
  return { root: labelled(key, field), read: () => field.checked };
}

function numberField(key: string, { type, minimum, maximum }: PayloadSchema, isRequired: boolean): Field {
  const field = element("input");
  field.type = "number";
  field.required = isRequired;
  field.step = type === "integer" ? "1" : "any";
  if (minimum !== undefined) field.min = `${minimum}`;
  if (maximum !== undefined) field.max = `${maximum}`;
  return { root: labelled(key, field), read: () => (field.value === "" ? undefined : field.valueAsNumber) };
}

function textField(key: string, { maxLength }: PayloadSchema, isRequired: boolean): Field {
  const field = element("input");
  field.required = isRequired;
  if (maxLength !== undefined) field.maxLength = maxLength;
  return { root: labelled(key, field), read: () => (field.value === "" ? undefined : field.value) };
}

function jsonField(key: string): Field {
  const field = element("input");
  field.placeholder = "JSON";
  return {
    root: labelled(key, field),
    read: () => (field.value === "" ? undefined : (JSON.parse(field.value) as unknown)),
  };
}

function labelled(key: string, field: HTMLElement): HTMLElement {
  return element("label", { class: "command-field", text: key, children: [field] });
}
