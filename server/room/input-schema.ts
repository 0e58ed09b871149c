/** Makes Colyseus' input schema and its range sanitiser from a game's declaration, so that fields and ranges are written once. */
import { schema, t } from "@colyseus/schema";
import type { AnyGame, InputField, NumericInput } from "../../shared/game.ts";

type InputClass = new () => NumericInput;

export interface InputDeclaration {
  readonly type: InputClass;
  readonly sanitize: Readonly<Record<string, readonly [number, number]>>;
  /** Plain copy of a decoded input; the World must not hold Colyseus' objects. */
  readonly plain: (input: NumericInput) => NumericInput;
}

export function inputDeclaration(game: AnyGame): InputDeclaration {
  const fields = Object.entries(game.input) as [string, InputField][];
  const types = Object.fromEntries(fields.map(([name, field]) => [name, t[field.type]()]));
  const type = schema(types as never, `${game.name}Input`) as unknown as InputClass;
  const sanitize = Object.fromEntries(fields.map(([name, field]) => [name, [field.min, field.max] as const]));
  const names = fields.map(([name]) => name);
  const plain = (input: NumericInput) => {
    const copy: Record<string, number> = {};
    for (const name of names) copy[name] = (input as unknown as Record<string, number>)[name]!;
    return copy as NumericInput;
  };
  return { type, sanitize, plain };
}
