/**
 * What the declared inputs of a game mean on the wire: Colyseus' schema, which clients are told, the ranges, and the plain
 * input that the World gets. Fields and ranges are written once. A value is only written back when it was out of range.
 */
import { schema, t } from "@colyseus/schema";
import type { AnyGame, InputField } from "../../shared/game/game.ts";
import { FrameGuard } from "./frame-guard.ts";

type InputValues = Record<string, number>;
type InputClass = new () => InputValues;

export interface InputDeclaration {
  readonly type: InputClass;
  /** In the order of their numbers on the wire. */
  readonly fields: readonly {
    readonly name: string;
    readonly type: InputField["type"];
    readonly bytes: number;
  }[];
  /** Clamps each field into its range, in place; NaN becomes the lower end. */
  readonly sanitize: (input: InputValues) => void;
  /** Knows the size of each field on the wire. */
  readonly frames: FrameGuard;
}

/** Every input has a number, `seq`; a game whose inputs have nothing else has none. */
export const hasInputs = ({ input }: Pick<AnyGame, "input">): boolean =>
  Object.keys(input).some((name) => name !== "seq");

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
  const sanitize = (input: InputValues) => {
    for (const [name, { min, max }] of fields) {
      const value = input[name]!;
      if (value >= min && value <= max) continue;
      input[name] = value > max ? max : min;
    }
  };
  const frames = new FrameGuard(fields.map(([, { type: fieldType }]) => bytesOf[fieldType]));
  const onWire = fields.map(([name, field]) => ({ name, type: field.type, bytes: bytesOf[field.type] }));
  return { type, fields: onWire, sanitize, frames };
}
