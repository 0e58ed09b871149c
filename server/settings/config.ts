/**
 * Reads the settings (settings.ts) from flags, the environment, a JSON file and the defaults, the first that
 * has one wins. Pure: arguments, environment and file access come in. It never guesses: everything unknown,
 * of the wrong type or out of bounds is reported, all of it at once, and the server does not start.
 */
import { type Config, type Setting, type SettingName, settings } from "./settings.ts";

export const configFileDefault = "holdfast.json";

export interface ConfigSources {
  /** Without the program and the script. */
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** @throws with code ENOENT when there is no such file */
  readFile(path: string): string;
}

export type ConfigResult =
  | { ok: true; config: Config }
  | { ok: false; kind: "help" | "bad-setting"; message: string };

/** A value as it was found, with the words that name its source in a message. */
interface Found {
  readonly value: unknown;
  readonly from: string;
}

type Layer = Partial<Record<SettingName, Found>>;

const names = Object.keys(settings) as SettingName[];
const setting = (name: SettingName): Setting => settings[name];
const spaced = (name: string, by: string) => name.replace(/[A-Z]/g, (letter) => by + letter.toLowerCase());
export const flagOf = (name: SettingName) => setting(name).flag ?? spaced(name, "-");
export const envOf = (name: SettingName) =>
  setting(name).env ?? `HOLDFAST_${spaced(name, "_").toUpperCase()}`;

export function readConfig(sources: ConfigSources): ConfigResult {
  const problems: string[] = [];
  const flags = readFlags(sources.argv, problems);
  if (flags.help) return { ok: false, kind: "help", message: settingsHelp() };

  const env = readEnv(sources, problems);
  const layers = [flags.layer, env, readSettingsFile(sources, flags.file, problems)];
  const values: Record<string, unknown> = {};
  for (const name of names) {
    const found = layers.find((layer) => layer[name])?.[name];
    const value = found ? parsed(setting(name), found) : setting(name).default;
    if (value === undefined) problems.push(refusal(name, found as Found));
    values[name] = value;
  }
  if (values.production === true || sources.env.NODE_ENV === "production")
    problems.push(...secretFlags(flags.layer));
  if (problems.length > 0) return { ok: false, kind: "bad-setting", message: problems.join("\n") };
  return { ok: true, config: values as Config };
}

/** A flag given twice: the last one wins, so that a script can append to what it was given. */
function readFlags(argv: readonly string[], problems: string[]) {
  const layer: Layer = {};
  let file: Found | undefined;
  let help = false;
  for (let at = 0; at < argv.length; at++) {
    const argument = argv[at] as string;
    const [flag, inline] = splitOnce(argument, "=");
    const name = names.find((each) => flag === `--${flagOf(each)}` || flag === `--no-${flagOf(each)}`);
    if (flag === "--help" || flag === "-h") help = true;
    else if (name && setting(name).type === "boolean") {
      const value = flag === `--no-${flagOf(name)}` ? invert(inline) : (inline ?? "true");
      layer[name] = { value, from: `flag ${argument}` };
    } else if (flag === "--config" || (name && flag === `--${flagOf(name)}`)) {
      const value = inline ?? nextValue(argv, at);
      if (value === undefined) problems.push(`${flag} needs a value: ${flag} ${valueHint(name)}.`);
      else if (name) layer[name] = { value, from: `flag ${flag}` };
      else file = { value, from: `flag ${flag}` };
      if (inline === undefined && value !== undefined) at++;
    } else {
      problems.push(`${JSON.stringify(argument)} is not a setting. \`--help\` lists them all.`);
      if (flag.startsWith("--") && inline === undefined && nextValue(argv, at)) at++;
    }
  }
  return { layer, file, help };
}

/** A value that looks like another flag is a forgotten value; a negative number is not a flag. */
function nextValue(argv: readonly string[], at: number): string | undefined {
  const next = argv[at + 1];
  return next === undefined || next.startsWith("--") ? undefined : next;
}

/** `--no-bots=true` says the same as `--no-bots`; anything but true and false is refused later. */
function invert(inline: string | undefined): string {
  if (inline === "false") return "true";
  return inline === undefined || inline === "true" ? "false" : inline;
}

/** An empty variable counts as unset: container tools pass variables on that way. */
function readEnv({ env, readFile }: ConfigSources, problems: string[]): Layer {
  const layer: Layer = {};
  for (const name of names) {
    const value = env[envOf(name)];
    const fileVariable = `${envOf(name)}_FILE`;
    const path = setting(name).secret === undefined ? undefined : env[fileVariable];
    if (value) layer[name] = { value, from: `environment variable ${envOf(name)}` };
    else if (path) {
      try {
        layer[name] = { value: readFile(path).trim(), from: `file ${path} of ${fileVariable}` };
      } catch (error) {
        problems.push(`The file ${path} (from ${fileVariable}) cannot be read: ${(error as Error).message}`);
      }
    }
  }
  return layer;
}

/** Whoever lists the processes of the machine would read them. */
function secretFlags(layer: Layer): string[] {
  return names.flatMap((name) => {
    const { secret } = setting(name);
    const value = String(layer[name]?.value ?? "");
    const isSecret = secret === "always" || (secret === "credentials" && hasPassword(value));
    if (layer[name] === undefined || !isSecret) return [];
    const instead = `${envOf(name)}, or ${envOf(name)}_FILE with the name of a file`;
    return [`Setting ${name} is a secret: in production not from a flag, but from ${instead}.`];
  });
}

const hasPassword = (url: string) => URL.canParse(url) && new URL(url).password !== "";

function readSettingsFile(sources: ConfigSources, flag: Found | undefined, problems: string[]): Layer {
  const env = sources.env.HOLDFAST_CONFIG;
  const asked = flag ?? (env ? { value: env, from: "environment variable HOLDFAST_CONFIG" } : undefined);
  const path = (asked?.value as string | undefined) ?? configFileDefault;
  const refuse = (why: string): Layer => {
    problems.push(`The settings file ${path}${asked ? ` (from ${asked.from})` : ""} ${why}`);
    return {};
  };

  let content: unknown;
  try {
    content = JSON.parse(sources.readFile(path));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" && !asked) return {};
    return refuse(`${code ? "cannot be read" : "is not JSON"}: ${message}`);
  }
  if (typeof content !== "object" || content === null || Array.isArray(content)) {
    return refuse('must hold one JSON object, like { "port": 2567 }.');
  }

  const layer: Layer = {};
  for (const [key, value] of Object.entries(content)) {
    const name = names.find((each) => each === key);
    if (name) layer[name] = { value, from: `file ${path}` };
    else refuse(`has an unknown key ${JSON.stringify(key)}. \`--help\` lists all settings.`);
  }
  return layer;
}

/** The value in its type, or undefined when it is not allowed. Flags and variables are text, files typed. */
function parsed(row: Setting, { value }: Found): unknown {
  switch (row.type) {
    case "integer": {
      const number = typeof value === "string" && /^-?\d+$/.test(value) ? Number(value) : value;
      return Number.isSafeInteger(number) && inBounds(number as number, row) ? number : undefined;
    }
    case "boolean":
      if (typeof value === "boolean") return value;
      return value === "true" || value === "1"
        ? true
        : value === "false" || value === "0"
          ? false
          : undefined;
    case "choice":
      return row.choices.includes(value as string) ? value : undefined;
    case "text":
      return typeof value === "string" && value !== "" ? value : undefined;
  }
}

const inBounds = (number: number, { min, max }: { min: number; max: number }) =>
  number >= min && number <= max;

function refusal(name: SettingName, { value, from }: Found): string {
  const shown = setting(name).secret === undefined ? JSON.stringify(value) : "not shown";
  return `Setting ${name} (${from}) is ${shown}; allowed: ${allowed(setting(name))}.`;
}

function allowed(row: Setting): string {
  switch (row.type) {
    case "integer":
      return `a whole number from ${row.min} to ${row.max}${row.unit ? ` ${row.unit}` : ""}`;
    case "boolean":
      return "true or false";
    case "choice":
      return row.choices.join(", ");
    case "text":
      return "text that is not empty";
  }
}

const valueHint = (name: SettingName | undefined) => (name ? `<${setting(name).type}>` : "<file>");

/** What `--help` prints: one row per setting that is meant for people. */
export function settingsHelp(): string {
  const rows = names.filter((name) => !setting(name).hidden).map(helpRow);
  rows.unshift(["--config", "HOLDFAST_CONFIG", configFileDefault, "settings file: a JSON object"]);
  const width = (column: number) => Math.max(...rows.map((row) => (row[column] as string).length));
  const widths = [width(0), width(1), width(2)];
  const lines = rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  "));
  return [
    "Settings: flag, environment variable, default, meaning. A flag wins over a variable, a variable over the",
    "settings file, whose keys are the flags in camelCase (`dataDir` for --data).",
    "",
    ...lines.map((line) => `  ${line.trimEnd()}`),
  ].join("\n");
}

function helpRow(name: SettingName): string[] {
  const row = setting(name);
  const flag = row.type === "boolean" ? `--[no-]${flagOf(name)}` : `--${flagOf(name)}`;
  return [flag, envOf(name), String(row.default), `${row.help} (${allowed(row)})`];
}

function splitOnce(text: string, by: string): [string, string | undefined] {
  const at = text.indexOf(by);
  return at === -1 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}
