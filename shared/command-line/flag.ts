/**
 * A flag of a command line as a row of a table: type, bounds, default, one line of help. It says what a value may be,
 * reads one, and refuses a wrong one in words. It does not know whether a value came from a flag, a variable or a file.
 */
export type FlagRow =
  /** Bounds are inclusive. `bare` is the value of the flag given alone; without `bare` a value is required. */
  | {
      readonly type: "integer";
      readonly default: number | undefined;
      readonly min: number;
      readonly max: number;
      readonly unit?: string;
      readonly bare?: number;
      readonly help: string;
    }
  /** `--name`. A row with a default is a setting, no mere switch, and also has `--no-name`. */
  | { readonly type: "boolean"; readonly default?: boolean; readonly help: string }
  | {
      readonly type: "choice";
      readonly default: string;
      readonly choices: readonly string[];
      readonly help: string;
    }
  /** Text that is not empty. */
  | { readonly type: "text"; readonly default: string | undefined; readonly help: string }
  /** Path of a file or a directory. */
  | { readonly type: "path"; readonly default: string | undefined; readonly help: string }
  /** An http or https address. */
  | { readonly type: "url"; readonly default: string; readonly help: string }
  /** One or more addresses, separated by commas. */
  | { readonly type: "urls"; readonly default: readonly string[]; readonly help: string }
  /** A name: a-z, 0-9 and -. */
  | { readonly type: "name"; readonly default: string; readonly help: string }
  /** Words from a list, separated by commas. */
  | {
      readonly type: "words";
      readonly default: readonly string[];
      readonly of: readonly string[];
      readonly help: string;
    };

export type FlagTable = Readonly<Record<string, FlagRow>>;

type OrNone<Row extends FlagRow> = Row extends { default: infer Default }
  ? Extract<Default, undefined>
  : never;

export type FlagValue<Row extends FlagRow> = Row extends { type: "integer" }
  ? number | OrNone<Row>
  : Row extends { type: "boolean" }
    ? boolean
    : Row extends { type: "choice"; choices: readonly (infer Choice)[] }
      ? Choice
      : Row extends { type: "words"; of: readonly (infer Word)[] }
        ? readonly Word[]
        : Row extends { type: "urls" }
          ? readonly string[]
          : string | OrNone<Row>;

export type FlagValues<Table extends FlagTable> = {
  readonly [Name in keyof Table]: FlagValue<Table[Name]>;
};

const urlsMax = 8;

/** @param value text of a flag or variable, anything of a file; undefined when not given. @returns undefined when not allowed */
export function readValue(row: FlagRow, value: unknown): unknown {
  switch (row.type) {
    case "boolean":
      return readBoolean(row, value);
    case "integer": {
      const number = typeof value === "string" && /^-?\d{1,16}$/.test(value) ? Number(value) : value;
      const isWhole = Number.isSafeInteger(number);
      return isWhole && (number as number) >= row.min && (number as number) <= row.max ? number : undefined;
    }
    case "choice":
      return row.choices.includes(value as string) ? value : undefined;
    case "words":
      return listOf(value, (word) => row.of.includes(word));
    case "urls":
      return listOf(value, isAddress, urlsMax);
    case "url":
      return typeof value === "string" && isAddress(value) ? value : undefined;
    case "name":
      return typeof value === "string" && /^[a-z0-9-]{1,40}$/.test(value) ? value : undefined;
    case "text":
    case "path":
      return typeof value === "string" && value !== "" ? value : undefined;
  }
}

/** A switch is there or not; a setting may also have the value true or false. */
function readBoolean(row: FlagRow & { type: "boolean" }, value: unknown): boolean | undefined {
  if (typeof value === "boolean") return value;
  if (row.default === undefined) return undefined;
  if (value === "true" || value === "1") return true;
  return value === "false" || value === "0" ? false : undefined;
}

function listOf(value: unknown, isGood: (part: string) => boolean, max = Number.POSITIVE_INFINITY) {
  if (typeof value !== "string") return undefined;
  const parts = value.split(",");
  return parts.length <= max && parts.every(isGood) ? parts : undefined;
}

function isAddress(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}

export function allowed(row: FlagRow): string {
  switch (row.type) {
    case "boolean":
      return row.default === undefined ? "without a value" : "true or false";
    case "integer":
      return `a whole number from ${row.min} to ${row.max}${row.unit === undefined ? "" : ` ${row.unit}`}`;
    case "choice":
      return `one of ${row.choices.join(", ")}`;
    case "text":
      return "text that is not empty";
    case "path":
      return "a path";
    case "url":
      return "an address like http://127.0.0.1:2567";
    case "name":
      return "a name of a-z, 0-9 and -";
    case "urls":
      return `up to ${urlsMax} addresses like http://127.0.0.1:2567, with commas between them`;
    case "words":
      return `some of ${row.of.join(", ")}, with commas between them`;
  }
}

/** @param subject what the user calls it: the flag, variable or key. @param got undefined when there was no value */
export function refusal(subject: string, row: FlagRow, got: unknown): string {
  return `${subject} must be ${allowed(row)}, not ${got === undefined ? "nothing" : JSON.stringify(got)}.`;
}
