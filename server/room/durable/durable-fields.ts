/**
 * The fields of a room class that are kept beside its state: those that `static durable` lists, and those with the
 * decorator, of the class and of those above it. Which of them changed is found by their packed bytes. It knows no journal.
 */
import { LastPacked, unpacked } from "./packed.ts";

type AnyClass = abstract new (...given: never[]) => object;

/** By the class whose fields they are. */
const decorated = new WeakMap<object, Set<string>>();

function note(of: object, name: string): void {
  const names = decorated.get(of) ?? new Set();
  names.add(name);
  decorated.set(of, names);
}

/** What both kinds of decorators get: the prototype and the name, or nothing and a description. */
type FieldContext = {
  readonly name: string | symbol;
  readonly private?: boolean;
  readonly static?: boolean;
  addInitializer(initialize: (this: object) => void): void;
};

/** Marks a field of a durable room. @throws TypeError for one that nobody outside of its class can read and set again */
export function durable() {
  return (target: object | undefined, field: string | FieldContext): void => {
    if (typeof field === "string") {
      note(target!.constructor, field);
      return;
    }
    const name = String(field.name);
    const why = field.private ? "private" : field.static ? "static" : undefined;
    if (why !== undefined)
      throw new TypeError(`a durable field belongs to the room and is public: ${name} is ${why}`);
    field.addInitializer(function () {
      note(this.constructor, name);
    });
  };
}

/** Names of the durable fields, each once. */
function durableFieldsOf(room: object): readonly string[] {
  const names = new Set<string>();
  for (
    let of = room.constructor as AnyClass | null;
    typeof of === "function";
    of = Object.getPrototypeOf(of)
  ) {
    for (const name of decorated.get(of) ?? []) names.add(name);
    if (!Object.hasOwn(of, "durable")) continue;
    for (const name of (of as unknown as { durable: readonly string[] }).durable) names.add(name);
  }
  return [...names];
}

export class DurableFields {
  readonly #room: Record<string, unknown>;
  readonly #last: ReadonlyMap<string, LastPacked>;

  constructor(room: object) {
    this.#room = room as Record<string, unknown>;
    this.#last = new Map(durableFieldsOf(room).map((name) => [name, new LastPacked()]));
  }

  get names(): readonly string[] {
    return [...this.#last.keys()];
  }

  /**
   * Those that changed since the last call; undefined: none did.
   * @throws TypeError naming the field that cannot be kept
   */
  changes(): Record<string, Uint8Array> | undefined {
    let changes: Record<string, Uint8Array> | undefined;
    for (const [name, last] of this.#last) {
      const bytes = this.#changed(name, last);
      if (bytes === undefined) continue;
      changes ??= {};
      changes[name] = bytes;
    }
    return changes;
  }

  restore(kept: Readonly<Record<string, Uint8Array>>): void {
    for (const [name, bytes] of Object.entries(kept)) {
      const last = this.#last.get(name);
      if (last === undefined) continue;
      const value = unpacked(bytes);
      this.#room[name] = value;
      last.is(value, bytes);
    }
  }

  #changed(name: string, last: LastPacked): Uint8Array | undefined {
    try {
      return last.changed(this.#room[name]);
    } catch (cause) {
      const why = (cause as Error).message;
      throw new TypeError(`the durable field "${name}" cannot be kept: ${why}`, { cause });
    }
  }
}
