/**
 * What is wrong with a game before its first match: a part that is missing or is not what the contract says, and a View
 * that cannot be sent. For games of any origin, made by `defineGame` or written by hand. What only play can show is not
 * looked for here.
 */
import { askSecondsMax } from "./asks.ts";
import type { AnyGame, InputField, OwnView, SightView } from "./game.ts";
import { unknownPart } from "./unknown-part.ts";
import { trialProblem } from "./view/trial.ts";

/** Ticks per second. */
const tickRateMax = 128;
const patchRateUsual = 20;
/** The most steps of a game by events in a second. */
const stepsPerSecondUsual = 20;
/** A record has one byte for a seat. */
const seatsMax = 256;
/** What spectators are shown waits in memory until then. */
const delaySecondsMax = 120;
const whenEmptyWords: readonly string[] = ["end", "sleep", "play on"];
/** 30 days. */
const seatGraceSecondsMax = 30 * 86_400;
/** As long as the name in the message of a command may be. */
const commandNameMax = 32;
const asksMax = 64;
/** The schema package numbers the fields of a class with 6 bits, and keeps one number for itself. */
const inputFieldsMax = 63;

/** What something is not, and which part of it when it is only a part. */
interface Fault {
  readonly inside?: string;
  readonly words: string;
}

type Check = (value: never, game: AnyGame) => Fault | undefined;

interface PartCheck {
  readonly part: keyof AnyGame;
  readonly check: Check;
  readonly mayBeMissing?: true;
}

const aFunction: Check = (value) => faultUnless(isFunction(value), "a function");

/** In this order: what comes later may rely on what came before. */
const checks: readonly PartCheck[] = [
  {
    part: "name",
    check: (name) => faultUnless(/^[a-z0-9-]{1,32}$/.test(String(name)), "of a-z, 0-9 and -, at most 32"),
  },
  { part: "version", check: wholeFrom1(Number.MAX_SAFE_INTEGER, "") },
  {
    part: "rate",
    check: (rate) => faultUnless(rate === "events", '"events", the only one besides none'),
    mayBeMissing: true,
  },
  { part: "tickRate", check: wholeFrom1(tickRateMax, ` to ${tickRateMax}`) },
  {
    part: "patchRate",
    check: (rate, { tickRate }) => wholeFrom1(tickRate, " to its `tickRate`")(rate, {} as AnyGame),
    mayBeMissing: true,
  },
  {
    part: "whenEmpty",
    check: (word) => faultUnless(whenEmptyWords.includes(word), `one of ${whenEmptyWords.join(", ")}`),
    mayBeMissing: true,
  },
  {
    part: "seatGrace",
    check: (grace) =>
      faultUnless(
        grace === "match" || isWhole(grace, 1, seatGraceSecondsMax),
        `"match", or a whole number of seconds up to ${seatGraceSecondsMax}`,
      ),
    mayBeMissing: true,
  },
  { part: "seats", check: (seats) => faultUnless(areSeats(seats), `{ min, max }, at most ${seatsMax}`) },
  { part: "input", check: inputFault },
  { part: "commands", check: commandsFault },
  { part: "asks", check: asksFault, mayBeMissing: true },
  { part: "options", check: (options) => faultUnless(isSchema(options), "a schema") },
  {
    part: "serverOptions",
    check: (options) => faultUnless(isSchema(options), "a schema"),
    mayBeMissing: true,
  },
  { part: "create", check: aFunction },
  { part: "step", check: aFunction },
  { part: "outcome", check: aFunction },
  { part: "wakeAt", check: wakeAtFault, mayBeMissing: true },
  { part: "migrate", check: aFunction, mayBeMissing: true },
  { part: "queueOptions", check: aFunction, mayBeMissing: true },
  {
    part: "spectators",
    check: spectatorsFault,
    mayBeMissing: true,
  },
  { part: "brain", check: aFunction, mayBeMissing: true },
  { part: "view", check: viewFault },
];

const partNames = checks.map(({ part }) => part);

/** @returns what is wrong first, with the game's name and the field, or undefined */
export function gameProblem(game: unknown): string | undefined {
  const name = JSON.stringify(Object(game).name);
  for (const { part, check, mayBeMissing } of checks) {
    const value: unknown = Object(game)[part];
    if (value === undefined || value === null) {
      if (mayBeMissing) continue;
      return part === "name" ? "a game has no `name`" : `the game ${name} has no \`${part}\``;
    }
    const fault = check(value as never, game as AnyGame);
    if (fault !== undefined)
      return `\`${part}${fault.inside ?? ""}\` of the game ${name} is not ${fault.words}`;
  }
  const strange = unknownPart(game as AnyGame, partNames);
  if (strange !== undefined) return `the game ${name} has ${strange}`;
  const problem = trialProblem(game as AnyGame);
  return problem && `the View of the game ${name} cannot be sent: ${problem}`;
}

/** A game that does not say how many patches it wants gets the usual. */
export function withPatchRate(game: AnyGame): AnyGame {
  if (game.patchRate !== undefined && game.patchRate !== null) return game;
  const { patchRate } = ratesOf(game);
  return Object.assign(Object.create(Object.getPrototypeOf(game)), game, { patchRate });
}

interface GivenRates {
  readonly rate?: "events" | undefined;
  readonly tickRate?: number | undefined;
  readonly patchRate?: number | undefined;
}

/** With the usual ones where a game does not say. */
export function ratesOf({ rate, tickRate: given, patchRate }: GivenRates) {
  const byEvents = rate === "events";
  // The check names a game with ticks that does not say how many.
  const tickRate = given ?? (byEvents ? stepsPerSecondUsual : (undefined as never));
  const usual = byEvents ? tickRate : Math.min(patchRateUsual, tickRate);
  return { rate, tickRate, patchRate: patchRate ?? usual };
}

function wakeAtFault(wakeAt: unknown, { rate }: AnyGame): Fault | undefined {
  if (!isFunction(wakeAt)) return { words: "a function" };
  return faultUnless(rate === "events", 'for a game with ticks: it needs `rate: "events"`');
}

function inputFault(input: Readonly<Record<string, InputField>>): Fault | undefined {
  if (typeof input !== "object") return { words: "the fields of an input" };
  const names = Object.keys(input);
  const { seq } = input;
  if (seq?.type !== "uint32")
    return {
      inside: ".seq",
      words: '{ type: "uint32", min: 0, max: 4294967295 }: it numbers the inputs of a seat',
    };
  if (names.length > inputFieldsMax) return { words: `of at most ${inputFieldsMax} fields` };
  for (const name of names) {
    const field = input[name];
    const range = ranges[field?.type as InputField["type"]];
    if (!/^[A-Za-z_]\w*$/.test(name)) return { inside: `["${name}"]`, words: "named like a variable" };
    if (range === undefined)
      return {
        inside: `.${name}`,
        words: `{ type, min, max } with a type of ${Object.keys(ranges).join(", ")}`,
      };
    if (!isWhole(field!.min, range[0], field!.max) || !isWhole(field!.max, field!.min, range[1]))
      return { inside: `.${name}`, words: `within ${range[0]} to ${range[1]}, min first, whole numbers` };
  }
  return undefined;
}

const ranges: Readonly<Record<InputField["type"], readonly [number, number]>> = {
  int8: [-0x80, 0x7f],
  uint8: [0, 0xff],
  int16: [-0x8000, 0x7fff],
  uint16: [0, 0xffff],
  uint32: [0, 0xffff_ffff],
};

function commandsFault(commands: Readonly<Record<string, unknown>>): Fault | undefined {
  if (typeof commands !== "object") return { words: "schemas by the name of the command" };
  for (const [name, schema] of Object.entries(commands)) {
    if (name.length > commandNameMax)
      return { inside: `["${name}"]`, words: `named with at most ${commandNameMax}` };
    if (!isSchema(schema)) return { inside: `["${name}"]`, words: "a schema" };
  }
  return undefined;
}

function spectatorsFault(spectators: NonNullable<AnyGame["spectators"]>): Fault | undefined {
  const { delaySeconds } = Object(spectators) as typeof spectators;
  const isSo = typeof delaySeconds === "number" && delaySeconds > 0 && delaySeconds <= delaySecondsMax;
  const words = `{ delaySeconds }, above 0, at most ${delaySecondsMax}`;
  const strange = isSo && unknownPart(spectators, ["delaySeconds"]);
  return faultUnless(isSo && strange === undefined, strange ? `${words}: it has ${strange}` : words);
}

function asksFault(asks: NonNullable<AnyGame["asks"]>): Fault | undefined {
  if (typeof asks !== "object") return { words: "declarations by the name of the ask" };
  const declared = Object.entries(asks);
  if (declared.length > asksMax) return { words: `of at most ${asksMax} asks` };
  for (const [name, ask] of declared) {
    const { answer, payload, timeoutSeconds = 1 } = Object(ask) as (typeof asks)[string];
    const strange = unknownPart(Object(ask), ["payload", "answer", "timeoutSeconds"]);
    if (!/^[A-Za-z][\w-]{0,31}$/.test(name)) return { inside: `["${name}"]`, words: "named like a variable" };
    if (!isSchema(answer)) return { inside: `.${name}.answer`, words: "a schema" };
    if (payload !== undefined && !isSchema(payload)) return { inside: `.${name}.payload`, words: "a schema" };
    if (typeof timeoutSeconds !== "number" || !(timeoutSeconds > 0 && timeoutSeconds <= askSecondsMax))
      return { inside: `.${name}.timeoutSeconds`, words: `more than 0 and at most ${askSecondsMax}` };
    if (strange !== undefined) return { inside: `.${name}`, words: `an ask: it has ${strange}` };
  }
  return undefined;
}

/** Parts for one viewer or by sight hang in a field of the root. */
function viewFault(view: AnyGame["view"]): Fault | undefined {
  for (const part of ["create", "write", "read", "of"] as const)
    if (!isFunction(view[part])) return { inside: `.${part}`, words: "a function" };
  for (const part of ["own", "sight"] as const) {
    const given: OwnView<unknown> | SightView<unknown> | undefined = view[part];
    if (given === undefined) continue;
    const isWhole =
      isFunction(given.create) && isFunction(given.write) && String(given.field) in view.create();
    const sees = part === "own" || isFunction(view.sight!.sees);
    if (!isWhole || !sees)
      return { inside: `.${part}`, words: "a part of a View, with a `field` that the root of the View has" };
  }
  return undefined;
}

function wholeFrom1(max: number, words: string): Check {
  return (value) => faultUnless(isWhole(value, 1, max), `a whole number from 1${words}`);
}

function areSeats({ min, max }: AnyGame["seats"]): boolean {
  return isWhole(max, 1, seatsMax) && isWhole(min, 0, max);
}

function isWhole(value: unknown, min: number, max: number): boolean {
  return Number.isSafeInteger(value) && (value as number) >= min && (value as number) <= max;
}

const isFunction = (value: unknown) => typeof value === "function";
const isSchema = (value: unknown) => isFunction(Object(value).safeParse);
const faultUnless = (holds: boolean, words: string): Fault | undefined => (holds ? undefined : { words });
