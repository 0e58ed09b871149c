/**
 * Payloads at random that a command's schema allows: objects of whole numbers, numbers, texts, words and booleans, and
 * lists of them, by the JSON Schema that the schema describes itself with. What it cannot make it leaves out: then there
 * is no payload. Everything that it gives has passed the schema.
 */
import type { ZodType } from "zod";
import { nextBelow, type RandomState } from "../../../shared/game/deterministic/random.ts";
import type { AnyGame, NamedCommand, Plain } from "../../../shared/game/game.ts";

/** A schema may refuse what its description allows: it is tried again this often. */
const attemptsMax = 8;
/** Where a schema sets no bound. */
const usual = { number: 100, length: 12, items: 4 };
/** The largest that `nextBelow` takes. */
const spanMax = 1 << 20;
const letters = "abcdefghijklmnopqrstuvwxyz ";

interface Described {
  readonly type?: string;
  readonly const?: Plain;
  readonly enum?: readonly Plain[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly items?: Described;
  readonly properties?: Readonly<Record<string, Described>>;
  readonly required?: readonly string[];
}

class NotSimple extends Error {}

/** @returns any command of the game; undefined when it has none, or cannot make the payload of the one that was drawn */
export function someCommand({ commands }: AnyGame, random: RandomState): NamedCommand | undefined {
  const names = Object.keys(commands);
  if (names.length === 0) return undefined;
  const name = names[nextBelow(random, names.length)]!;
  const made = randomPayload(commands[name]!, random);
  return made && { name, payload: made.payload };
}

/** @returns undefined when the schema is none that can be made from at random */
export function randomPayload(schema: ZodType, random: RandomState): { payload: Plain } | undefined {
  try {
    const described = schema.toJSONSchema({ io: "input" }) as Described;
    for (let attempt = 0; attempt < attemptsMax; attempt++) {
      const payload = made(described, random);
      if (schema.safeParse(payload).success) return { payload };
    }
  } catch {
    // A schema that describes nothing simple, or cannot describe itself: no payload.
  }
  return undefined;
}

/** @throws NotSimple */
function made(of: Described, random: RandomState): Plain {
  if (of.const !== undefined) return of.const;
  if (of.enum !== undefined) return of.enum[nextBelow(random, of.enum.length)]!;
  const length = (min = 0, max = min + usual.length) => min + nextBelow(random, Math.min(max - min + 1, 64));
  switch (of.type) {
    case "null":
      return null;
    case "boolean":
      return nextBelow(random, 2) === 1;
    case "integer":
      return wholeOf(of, random);
    case "number":
      return wholeOf(of, random);
    case "string":
      return Array.from(
        { length: length(of.minLength, of.maxLength) },
        () => letters[nextBelow(random, letters.length)]!,
      ).join("");
    case "array":
      if (of.items === undefined) throw new NotSimple();
      return Array.from(
        { length: length(of.minItems, of.maxItems ?? (of.minItems ?? 0) + usual.items) },
        () => made(of.items!, random),
      );
    case "object":
      return objectOf(of, random);
    default:
      throw new NotSimple();
  }
}

function wholeOf({ minimum, maximum }: Described, random: RandomState): number {
  const isOpen = (bound: number | undefined) => bound === undefined || !(Math.abs(bound) < 2 ** 53 - 1);
  const min = isOpen(minimum) ? (isOpen(maximum) ? -usual.number : maximum! - usual.number) : minimum!;
  const max = isOpen(maximum) ? min + 2 * usual.number : maximum!;
  return Math.ceil(min) + nextBelow(random, Math.max(1, Math.min(spanMax, max - Math.ceil(min) + 1)));
}

/** What need not be there is there every second time. */
function objectOf({ properties = {}, required = [] }: Described, random: RandomState): Plain {
  const there = Object.entries(properties).filter(
    ([name]) => required.includes(name) || nextBelow(random, 2) === 1,
  );
  return Object.fromEntries(there.map(([name, of]) => [name, made(of, random)]));
}
