/**
 * Makes Colyseus' input schema and its range sanitiser from a game's declaration, so that fields and ranges are
 * written once. Inputs are what a server decodes most often, so two things differ from Colyseus' defaults: its buffer
 * keeps copies, each a plain object instead of a schema (the World may hold it, and it costs a tenth), and a value is
 * only written back when it was out of range.
 */
import { schema, t } from "@colyseus/schema";
import type { AnyGame, InputField, NumericInput } from "../../shared/game/game.ts";
import { FrameGuard } from "./frame-guard.ts";

type InputValues = Record<string, number>;
type InputClass = new () => InputValues;

export interface InputDeclaration {
  readonly type: InputClass;
  /** Clamps each field into its range, in place; NaN becomes the lower end. */
  readonly sanitize: (input: InputValues) => void;
  /** Knows the size of each field on the wire. */
  readonly frames: FrameGuard;
}

const bytesOf: Readonly<Record<InputField["type"], number>> = {
  int8: 1,
  uint8: 1,
  int16: 2,
  uint16: 2,
  uint32: 4,
};

export function inputDeclaration(game: AnyGame): InputDeclaration {
  const fields = Object.entries(game.input) as [string, InputField][];
  const types = Object.fromEntries(fields.map(([name, field]) => [name, t[field.type]()]));
  const type = schema(types as never, `${game.name}Input`) as unknown as InputClass;
  const names = fields.map(([name]) => name);
  Object.defineProperty(type.prototype, "clone", {
    value(this: InputValues & Counted): NumericInput {
      const copy: InputValues = {};
      for (const name of names) copy[name] = this[name]!;
      copy["seq"] = numberOf(this);
      return copy as unknown as NumericInput;
    },
  });
  const sanitize = (input: InputValues) => {
    for (const [name, { min, max }] of fields) {
      const value = input[name]!;
      if (value >= min && value <= max) continue;
      input[name] = value > max ? max : min;
    }
  };
  const frames = new FrameGuard(fields.map(([, { type: fieldType }]) => bytesOf[fieldType]));
  return { type, sanitize, frames };
}

const firstSeq = Symbol("firstSeq");
const arrived = Symbol("arrived");

/** The counter on the object into which Colyseus decodes all inputs of one connection. */
interface Counted {
  [firstSeq]?: number;
  [arrived]?: number;
}

/**
 * An input's number. A client that starts with 0 sends no numbers. One that starts with 1 has just started, whatever
 * its seat had before (a reloaded page). Both are counted from the connection's first input, below zero, until the
 * seat's previous number is added (room-inputs.ts). Any other client continues with its own numbers.
 */
function numberOf(input: InputValues & Counted): number {
  const seq = input["seq"]!;
  input[firstSeq] ??= seq;
  input[arrived] = (input[arrived] ?? 0) + 1;
  if (input[firstSeq] > 1) return seq;
  return input[firstSeq] === 0 ? -input[arrived] : -seq;
}
