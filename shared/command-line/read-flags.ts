/**
 * Reads a command line by a table of flags (flag.ts); every command of this repository uses it. It names all mistakes
 * at once: what was given, what is allowed, and the flag that was probably meant. Prints nothing.
 */
import { parseArgs } from "node:util";
import { type FlagTable, type FlagValues, readValue, refusal } from "./flag.ts";
import { helpText } from "./flag-help.ts";
import { strayWord, unknownFlag } from "./unknown-flag.ts";

/** One flag as it was given. */
interface GivenFlag {
  /** Its name in the table. */
  readonly name: string;
  /** As it was written, without its value. */
  readonly flag: string;
  /** undefined when the flag needs a value and none was given. */
  readonly value: string | boolean | undefined;
}

export interface GivenArguments {
  /** The flags in order; of a repeated one the last counts. */
  readonly flags: readonly GivenFlag[];
  /** Arguments that are neither a flag nor the value of one. */
  readonly words: readonly string[];
  /** Flags that the table does not have, each with the next word, which may be its value. */
  readonly others: readonly { readonly flag: string; readonly arguments: readonly string[] }[];
  readonly help: boolean;
}

export function givenArguments(table: FlagTable, argv: readonly string[]): GivenArguments {
  const flags: GivenFlag[] = [];
  const words: string[] = [];
  const others: { flag: string; arguments: string[] }[] = [];
  let help = false;
  let other: string[] | undefined;
  const args = withValues(table, argv);
  // Not strict: our own messages name the flag and what it may be.
  for (const token of parseArgs({ args, strict: false, allowPositionals: true, tokens: true }).tokens) {
    const before = other;
    other = undefined;
    if (token.kind === "positional") {
      if (before === undefined) words.push(token.value);
      else before.push(token.value);
    } else if (token.kind === "option") {
      const negated = negatedIn(table, token.name);
      if (token.name === "help" || token.rawName === "-h") help = true;
      else if (negated !== undefined)
        flags.push({ name: negated, flag: token.rawName, value: inverted(token.value) });
      else if (rowOf(table, token.name) !== undefined && token.rawName.startsWith("--"))
        flags.push({ name: token.name, flag: token.rawName, value: valueIn(table, token) });
      else {
        others.push({ flag: token.rawName, arguments: [args[token.index]!] });
        // After a flag with `=`, the next word is not its value.
        other = token.value === undefined ? others.at(-1)!.arguments : undefined;
      }
    }
  }
  return { flags, words, others, help };
}

/** Own rows only, not what every object inherits, like `constructor`. */
const rowOf = (table: FlagTable, name: string) => (Object.hasOwn(table, name) ? table[name] : undefined);

/** Joins each value to its flag. A word that looks like another flag is not a value: then the value was forgotten. */
function withValues(table: FlagTable, argv: readonly string[]): string[] {
  const args: string[] = [];
  for (let at = 0; at < argv.length; at++) {
    const arg = argv[at]!;
    if (arg === "--") return [...args, ...argv.slice(at)];
    const row = arg.startsWith("--") ? rowOf(table, arg.slice(2)) : undefined;
    const next = argv[at + 1];
    if (row === undefined || row.type === "boolean") args.push(arg);
    else if (next !== undefined && !next.startsWith("--")) {
      args.push(`${arg}=${next}`);
      at++;
    } else args.push(row.type === "integer" && row.bare !== undefined ? `${arg}=${row.bare}` : arg);
  }
  return args;
}

function valueIn(table: FlagTable, { name, value }: { name: string; value?: string | undefined }) {
  return rowOf(table, name)?.type === "boolean" ? (value ?? true) : value;
}

/** The setting that `--no-name` turns off. */
function negatedIn(table: FlagTable, name: string): string | undefined {
  const positive = name.startsWith("no-") ? name.slice(3) : "";
  const row = rowOf(table, positive);
  return row?.type === "boolean" && row.default !== undefined ? positive : undefined;
}

/** `--no-bots=true` means `--no-bots`; any value but true and false is refused. */
function inverted(inline: string | undefined): string | boolean {
  if (inline === undefined || inline === "true") return false;
  return inline === "false" ? true : inline;
}

/** Separates the arguments of the table's flags from the rest, which another table reads. */
export function parted(table: FlagTable, argv: readonly string[]): { own: string[]; rest: string[] } {
  const own: string[] = [];
  const rest: string[] = [];
  for (let at = 0; at < argv.length; at++) {
    const arg = argv[at]!;
    const name = arg.startsWith("--") ? arg.slice(2).split("=", 1)[0]! : "";
    const row = rowOf(table, name);
    const isNegated = name.startsWith("no-") && rowOf(table, name.slice(3)) !== undefined;
    (row === undefined && !isNegated ? rest : own).push(arg);
    const takesNext = row !== undefined && row.type !== "boolean" && !arg.includes("=");
    const next = argv[at + 1];
    if (takesNext && next !== undefined && !next.startsWith("--")) own.push(argv[++at]!);
  }
  return { own, rest };
}

export type FlagsResult<Table extends FlagTable> =
  | { readonly ok: true; readonly values: FlagValues<Table>; readonly words: readonly string[] }
  | { readonly ok: false; readonly help: boolean; readonly message: string };

export interface ReadOptions {
  /** Refuses words beside the flags, by its message; default: any word is refused. */
  readonly words?: (words: readonly string[]) => string | undefined;
  /** What `--help` says above the flags. */
  readonly about?: string;
}

/**
 * @param table flags by their name on the command line, without the dashes
 * @param argv without the paths of node and the script
 */
export function readFlags<const Table extends FlagTable>(
  table: Table,
  argv: readonly string[],
  { words: wordsProblem, about }: ReadOptions = {},
): FlagsResult<Table> {
  const { flags, words, others, help } = givenArguments(table, argv);
  if (help) return { ok: false, help: true, message: helpText(table, about) };
  const problems = others.map(({ flag }) => unknownFlag(table, flag));
  const values = Object.fromEntries(
    Object.entries(table).map(([name, row]) => [
      name,
      row.type === "boolean" ? row.default === true : row.default,
    ]),
  ) as Record<string, unknown>;
  for (const { name, flag, value } of flags) {
    const row = table[name]!;
    const read = readValue(row, value);
    if (read === undefined) problems.push(refusal(flag, row, value));
    else values[name] = read;
  }
  if (wordsProblem === undefined) problems.push(...words.map(strayWord));
  else if (problems.length === 0)
    problems.push(...[wordsProblem(words)].filter((each) => each !== undefined));
  if (problems.length > 0)
    return { ok: false, help: false, message: [...problems, "`--help` shows what there is."].join("\n") };
  return { ok: true, values: values as FlagValues<Table>, words };
}
