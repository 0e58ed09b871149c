/**
 * The input of a game, declared with the kinds of a View's fields. Inputs come every tick and are journaled, so they are
 * whole numbers of up to 32 bits; what is true or false is one of them.
 */
import type { InputField, InputShape, NumericInput, TickRecord } from "./game.ts";
import { type FieldKind, shape } from "./view/kind.ts";

export type InputFields = {
  readonly [name: string]: FieldKind<number, number> | FieldKind<boolean, boolean>;
};

/** What the rules get. */
export type InputOf<Inputs extends InputFields> = NumericInput & {
  readonly [N in keyof Inputs]: Inputs[N] extends FieldKind<boolean, boolean> ? boolean : number;
};

/** What a client sends and a record has. */
export type DeclaredInput<Inputs extends InputFields> = NumericInput & {
  [N in keyof Inputs]: number;
};

type SentInputs = TickRecord<Record<string, number>>["inputs"];

export interface InputPlan<Inputs extends InputFields> {
  readonly shape: InputShape<DeclaredInput<Inputs>>;
  readonly toRules: (inputs: SentInputs) => unknown;
}

const seq: InputField = { type: "uint32", min: 0, max: 0xffff_ffff };

/** @throws TypeError naming the field */
export function declaredInput<Inputs extends InputFields>(where: string, fields: Inputs): InputPlan<Inputs> {
  const switches: string[] = [];
  const declared: Record<string, InputField> = { seq };
  for (const [name, kind] of Object.entries(fields)) {
    if (name === "seq") throw new TypeError(`${where}.seq: it is added by itself`);
    declared[name] = inputField(`${where}.${name}`, kind);
    const given = kind[shape];
    if (given.is === "scalar" && given.wire === "boolean") switches.push(name);
  }
  const toRules = (inputs: SentInputs) => (switches.length === 0 ? inputs : switched(inputs, switches));
  return { shape: declared as InputPlan<Inputs>["shape"], toRules };
}

function inputField(where: string, kind: InputFields[string]): InputField {
  const given = kind[shape];
  if (given.is === "scalar") {
    if (given.wire === "boolean") return { type: "uint8", min: 0, max: 1 };
    const type = inputTypes.find((each) => each === given.wire);
    if (type !== undefined && given.range !== undefined) return { type, ...given.range };
  }
  throw new TypeError(`${where}: an input is of u8, i8, u16, i16, u32, whole(…) of at most 16 bits, or bool`);
}

const inputTypes = ["int8", "uint8", "int16", "uint16", "uint32"] as const;

function switched(inputs: SentInputs, switches: readonly string[]): unknown {
  return inputs.map(({ seat, inputs: ofSeat }) => ({
    seat,
    inputs: ofSeat.map((input) => {
      const given: Record<string, number | boolean> = { ...input };
      for (const name of switches) given[name] = input[name] === 1;
      return given;
    }),
  }));
}
