/**
 * Reads the settings (settings.ts) from flags, the environment, a JSON file and the defaults; the first source that
 * has a setting wins. Pure: arguments, environment and file access are parameters. It never guesses: every unknown
 * name, wrong type and value out of bounds is reported, all at once, and the server does not start.
 */
import {
  allowed,
  type FlagRow,
  type FlagTable,
  readValue,
  refusal as refusalOf,
} from "../../shared/command-line/flag.ts";
import { columns, helpRow as flagHelp } from "../../shared/command-line/flag-help.ts";
import { givenArguments } from "../../shared/command-line/read-flags.ts";
import { strayWord, unknownFlag } from "../../shared/command-line/unknown-flag.ts";
import { type Config, type Setting, type SettingName, settings } from "./settings.ts";

const configFileDefault = "holdfast.json";

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
interface FoundSetting {
  readonly value: unknown;
  readonly from: string;
}

type Layer = Partial<Record<SettingName, FoundSetting>>;

const names = Object.keys(settings) as SettingName[];
const setting = (name: SettingName): Setting => settings[name];
const spaced = (name: string, by: string) => name.replace(/[A-Z]/g, (letter) => by + letter.toLowerCase());
export const flagOf = (name: SettingName) => setting(name).flag ?? spaced(name, "-");
export const envOf = (name: SettingName) =>
  setting(name).env ?? `HOLDFAST_${spaced(name, "_").toUpperCase()}`;

const fileRow: FlagRow = { type: "path", default: configFileDefault, help: "settings file: a JSON object" };
/** Settings by flag. */
const table: FlagTable = Object.fromEntries([
  ...names.map((name) => [flagOf(name), setting(name)] as const),
  ["config", fileRow] as const,
]);

export function readConfig(sources: ConfigSources): ConfigResult {
  const problems: string[] = [];
  const flags = readFlags(sources.argv, problems);
  if (flags.help) return { ok: false, kind: "help", message: settingsHelp() };

  const env = readEnv(sources, problems);
  const values = valuesOf([flags.layer, env, readSettingsFile(sources, flags.file, problems)], problems);
  if (values.production === true || sources.env.NODE_ENV === "production") {
    problems.push(...secretFlags(flags.layer));
    if (values.dev === true) problems.push("Setting dev is for development: not in production.");
    problems.push(
      ...sabotaged(values).map((name) => `Setting ${name} breaks a promise on purpose: not in production.`),
    );
  }
  if (problems.length > 0) return { ok: false, kind: "bad-setting", message: problems.join("\n") };
  return { ok: true, config: values as Config };
}

/** From settings that a program gives by name; the others keep their defaults. */
export function configOf(given: Readonly<Record<string, unknown>>): ConfigResult {
  const problems: string[] = [];
  const layer = layerOf(given, "settings", (key) =>
    problems.push(`There is no setting ${JSON.stringify(key)}.`),
  );
  const values = valuesOf([layer], problems);
  if (problems.length > 0) return { ok: false, kind: "bad-setting", message: problems.join("\n") };
  return { ok: true, config: values as Config };
}

/** The first layer that has one wins. */
function valuesOf(layers: readonly Layer[], problems: string[]): Record<string, unknown> {
  return Object.fromEntries(
    names.map((name) => {
      const found = layers.find((layer) => layer[name])?.[name];
      const value = found ? readValue(setting(name), found.value) : setting(name).default;
      if (value === undefined) problems.push(refusal(name, found as FoundSetting));
      return [name, value];
    }),
  );
}

/** For a flag given twice the last one wins, so that a script can append to its arguments. */
function readFlags(argv: readonly string[], problems: string[]) {
  const layer: Layer = {};
  let file: FoundSetting | undefined;
  const { flags, words, others, help } = givenArguments(table, argv);
  for (const { name: given, flag, value } of flags) {
    const name = names.find((each) => flagOf(each) === given);
    const found = { value, from: `flag ${flag}` };
    if (name !== undefined) layer[name] = found;
    else if (readValue(fileRow, value) === undefined) problems.push(refusalOf(flag, fileRow, value));
    else file = found;
  }
  problems.push(...others.map(({ flag }) => unknownFlag(table, flag)), ...words.map(strayWord));
  if (others.length + words.length > 0) problems[problems.length - 1] += " `--help` lists them all.";
  return { layer, file, help };
}

/** An empty variable counts as unset, because container tools pass variables on that way. */
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

/** The settings that are set to break a promise. */
export function sabotaged(values: Readonly<Partial<Record<SettingName, unknown>>>): SettingName[] {
  return names.filter((name) => setting(name).sabotage && values[name] !== setting(name).default);
}

/** Users who list the processes of the machine would see them. */
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

function readSettingsFile(sources: ConfigSources, flag: FoundSetting | undefined, problems: string[]): Layer {
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

  return layerOf(content, `file ${path}`, (key) =>
    refuse(`has an unknown key ${JSON.stringify(key)}. \`--help\` lists all settings.`),
  );
}

function layerOf(content: object, from: string, unknown: (key: string) => void): Layer {
  const layer: Layer = {};
  for (const [key, value] of Object.entries(content)) {
    const name = names.find((each) => each === key);
    if (name) layer[name] = { value, from };
    else unknown(key);
  }
  return layer;
}

/** A message never shows a secret. */
function refusal(name: SettingName, { value, from }: FoundSetting): string {
  const subject = `Setting ${name} (${from})`;
  if (setting(name).secret === undefined) return refusalOf(subject, setting(name), value);
  return `${subject} must be ${allowed(setting(name))}; its value is not shown.`;
}

/** The output of `--help`: one row per setting that is meant for people. */
export function settingsHelp(): string {
  const rows = names.filter((name) => !setting(name).hidden).map(helpRow);
  rows.unshift(["--config", "HOLDFAST_CONFIG", configFileDefault, "settings file: a JSON object"]);
  return [
    "Settings: flag, environment variable, default, meaning. A flag wins over a variable, a variable over the",
    "settings file, whose keys are the flags in camelCase (`dataDir` for --data).",
    "",
    ...columns(rows),
  ].join("\n");
}

function helpRow(name: SettingName): string[] {
  const [flag = "", standard = "", meaning = ""] = flagHelp(table, flagOf(name));
  return [flag, envOf(name), standard, meaning];
}
