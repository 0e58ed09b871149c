/**
 * Command-line flags of the simulators: each has a type, a default and bounds, and a bad one is answered
 * with its name and what it may be. Owns nothing; whoever calls it prints the answer and exits.
 */

import { parseArgs } from "node:util";
import { exitCodes } from "../shared/command-line/exit-codes.ts";

const urlsMax = 8;

export type Flag =
  | {
      readonly type: "integer";
      readonly default: number;
      readonly min: number;
      readonly max: number;
      /** What the flag alone means; without it a value is needed. */
      readonly bare?: number;
      readonly help: string;
    }
  | { readonly type: "url"; readonly default: string; readonly help: string }
  /** One or some, with commas between them. */
  | { readonly type: "urls"; readonly default: readonly string[]; readonly help: string }
  /** A name: a-z, 0-9 and -. */
  | { readonly type: "name"; readonly default: string; readonly help: string }
  | { readonly type: "path"; readonly default: string; readonly help: string }
  /** Some words of a list, with commas between them. */
  | {
      readonly type: "words";
      readonly default: readonly string[];
      readonly of: readonly string[];
      readonly help: string;
    }
  | { readonly type: "boolean"; readonly help: string };

type FlagValueOf<One extends Flag> = One extends { type: "integer" }
  ? number
  : One extends { type: "url" | "name" | "path" }
    ? string
    : One extends { type: "urls" }
      ? readonly string[]
      : One extends { type: "words"; of: readonly (infer Word)[] }
        ? readonly Word[]
        : boolean;
export type FlagValues<Flags extends Record<string, Flag>> = {
  readonly [Name in keyof Flags]: FlagValueOf<Flags[Name]>;
};

export type FlagsResult<Flags extends Record<string, Flag>> =
  | { readonly ok: true; readonly values: FlagValues<Flags> }
  | { readonly ok: false; readonly help: boolean; readonly message: string };

/**
 * @param flags by their name on the command line, without the dashes
 * @param argv without the node and the script
 */
export function readFlags<const Flags extends Record<string, Flag>>(
  flags: Flags,
  argv: readonly string[],
): FlagsResult<Flags> {
  const options = Object.fromEntries(
    Object.entries(flags).map(([name, flag]) => [
      name,
      { type: flag.type === "boolean" ? "boolean" : "string" },
    ]),
  ) as Record<string, { type: "boolean" | "string" }>;
  // Not strict: its messages are about the parser, ours are about the flag.
  const args = argv.map((arg, at) => withBareValue(flags, arg, argv[at + 1]));
  const { tokens } = parseArgs({ args, options, strict: false, tokens: true });
  const values: Record<string, unknown> = {};
  for (const [name, flag] of Object.entries(flags))
    values[name] = flag.type === "boolean" ? false : flag.default;
  for (const token of tokens) {
    if (token.kind === "positional") return bad(`"${token.value}" is not a flag`, flags);
    if (token.kind !== "option") continue;
    if (token.name === "help") return { ok: false, help: true, message: helpText(flags) };
    const flag = flags[token.name];
    if (flag === undefined) return bad(`there is no flag ${token.rawName}`, flags);
    const value = readValue(flag, token.value);
    if (value === undefined)
      return bad(`${token.rawName} must be ${allowed(flag)}, not ${shown(token.value)}`, flags);
    values[token.name] = value;
  }
  return { ok: true, values: values as FlagValues<Flags> };
}

/** Reads them for a command: prints and exits when it must. */
export function flagsOrExit<const Flags extends Record<string, Flag>>(
  command: string,
  flags: Flags,
): FlagValues<Flags> {
  const result = readFlags(flags, process.argv.slice(2));
  if (result.ok) return result.values;
  (result.help ? process.stdout : process.stderr).write(`${command}: ${result.message}\n`);
  process.exit(result.help ? exitCodes.ok : exitCodes.badUsage);
}

/** The parser would take the next flag for the value. */
function withBareValue(flags: Record<string, Flag>, arg: string, next: string | undefined): string {
  const flag = arg.startsWith("--") ? flags[arg.slice(2)] : undefined;
  const alone = next === undefined || next.startsWith("--");
  return alone && flag?.type === "integer" && flag.bare !== undefined ? `${arg}=${flag.bare}` : arg;
}

function readValue(
  flag: Flag,
  text: string | undefined,
): number | string | readonly string[] | boolean | undefined {
  switch (flag.type) {
    case "boolean":
      return text === undefined ? true : undefined;
    case "integer": {
      if (text === undefined || !/^\d{1,10}$/.test(text)) return undefined;
      const value = Number(text);
      return value >= flag.min && value <= flag.max ? value : undefined;
    }
    case "url":
      return text !== undefined && isAddress(text) ? text : undefined;
    case "name":
      return text !== undefined && /^[a-z0-9-]{1,40}$/.test(text) ? text : undefined;
    case "path":
      return text === "" ? undefined : text;
    case "urls": {
      const urls = text?.split(",") ?? [];
      return urls.length > 0 && urls.length <= urlsMax && urls.every(isAddress) ? urls : undefined;
    }
    case "words": {
      const words = text?.split(",") ?? [];
      return words.every((word) => flag.of.includes(word)) && words.length > 0 ? words : undefined;
    }
  }
}

function isAddress(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}

function allowed(flag: Flag): string {
  switch (flag.type) {
    case "boolean":
      return "without a value";
    case "integer":
      return `a whole number from ${flag.min} to ${flag.max}`;
    case "url":
      return "an address like http://127.0.0.1:2567";
    case "name":
      return "a name of a-z, 0-9 and -";
    case "path":
      return "a path";
    case "urls":
      return `up to ${urlsMax} addresses like http://127.0.0.1:2567, with commas between them`;
    case "words":
      return `some of ${flag.of.join(", ")}, with commas between them`;
  }
}

function shown(text: string | undefined): string {
  return text === undefined ? "nothing" : `"${text}"`;
}

function bad(message: string, flags: Record<string, Flag>): { ok: false; help: false; message: string } {
  return { ok: false, help: false, message: `${message}.\n${helpText(flags)}` };
}

function helpText(flags: Record<string, Flag>): string {
  const rows = Object.entries(flags).map(([name, flag]) => {
    const standard = flag.type === "boolean" ? "" : ` (${flag.default})`;
    return `  --${name}${flag.type === "boolean" ? "" : ` <${flag.type}>`}  ${flag.help}${standard}`;
  });
  return ["Flags:", ...rows].join("\n");
}
