/**
 * The settings: which source wins, what is refused and in which words. All through readConfig with made-up
 * sources; the table itself is checked for defaults that its own bounds would refuse.
 */
import { expect, test } from "vitest";
import {
  type ConfigSources,
  envOf,
  flagOf,
  readConfig,
  sabotaged,
  settingsHelp,
} from "../../server/settings/config.ts";
import { type Setting, type SettingName, settings } from "../../server/settings/settings.ts";

function read(argv: string[], env: ConfigSources["env"] = {}, files: Record<string, string> = {}) {
  const readFile = (path: string): string => {
    const content = files[path];
    if (content !== undefined) return content;
    throw Object.assign(new Error(`ENOENT: no such file, open '${path}'`), { code: "ENOENT" });
  };
  return readConfig({ argv, env, readFile });
}

function good(...sources: Parameters<typeof read>) {
  const result = read(...sources);
  if (!result.ok) throw new Error(result.message);
  return result.config;
}

function refused(...sources: Parameters<typeof read>): string {
  const result = read(...sources);
  if (result.ok) throw new Error("was accepted");
  expect(result.kind).toBe("bad-setting");
  return result.message;
}

const names = Object.keys(settings) as SettingName[];

test("every setting has a default that its own row allows, as a flag too", () => {
  const defaults = good([]);
  const asFlags = names.map((name) => `--${flagOf(name)}=${String(defaults[name])}`);
  expect(good(asFlags)).toEqual(defaults);
});

test("no two settings share a flag or an environment variable", () => {
  expect(new Set(names.map(flagOf)).size).toBe(names.length);
  expect(new Set(names.map(envOf)).size).toBe(names.length);
});

test("the names that operators know: --port, PORT, --data, DATA_DIR, --no-bots", () => {
  expect(good(["--port", "1", "--data", "a", "--no-bots"])).toMatchObject({
    port: 1,
    dataDir: "a",
    bots: false,
  });
  expect(good([], { PORT: "2", DATA_DIR: "b" })).toMatchObject({ port: 2, dataDir: "b" });
});

test("a flag wins over a variable, a variable over the file, the file over the default", () => {
  const file = { "holdfast.json": '{ "port": 1, "houseBots": 1, "logLevel": "warn" }' };
  const config = good(["--port", "3"], { PORT: "2", HOLDFAST_HOUSE_BOTS: "2" }, file);
  expect(config).toMatchObject({ port: 3, houseBots: 2, logLevel: "warn", matchesMax: 500 });
});

test("a later flag wins over an earlier one", () => {
  expect(good(["--port=1", "--bots", "--port", "2", "--no-bots"])).toMatchObject({ port: 2, bots: false });
});

test("an empty variable is unset", () => {
  expect(good([], { PORT: "" }).port).toBe(settings.port.default);
});

test.each([
  [["--config", "a.json"], {}],
  [["--config=a.json"], { HOLDFAST_CONFIG: "b.json" }],
  [[], { HOLDFAST_CONFIG: "a.json" }],
])("the settings file is named by %j and %j", (argv, env) => {
  expect(good(argv, env, { "a.json": '{ "bots": false }', "holdfast.json": '{ "bots": true }' }).bots).toBe(
    false,
  );
});

test("booleans: --bots, --no-bots, true, false, 1, 0", () => {
  const said = (flag: string) => good([flag]).bots;
  expect(["--bots", "--bots=true", "--bots=1", "--no-bots=false"].map(said)).toEqual([
    true,
    true,
    true,
    true,
  ]);
  expect(["--no-bots", "--bots=false", "--bots=0", "--no-bots=true"].map(said)).toEqual([
    false,
    false,
    false,
    false,
  ]);
});

test.each<[string, string[], ConfigSources["env"], Record<string, string>, string[]]>([
  ["an unknown flag", ["--prot", "1"], {}, {}, ["there is no flag --prot; did you mean --port?", "--help"]],
  ["a stray word", ["arena"], {}, {}, ['"arena" is not a flag']],
  ["a flag without its value", ["--port"], {}, {}, ["flag --port", "whole number", "not nothing"]],
  ["a flag that swallows the next", ["--data", "--no-bots"], {}, {}, ["flag --data", "not nothing"]],
  ["--no- before a number", ["--no-port"], {}, {}, ["there is no flag --no-port; did you mean --port?"]],
  ["too high, in a flag", ["--port", "65536"], {}, {}, ["port", "flag --port", '"65536"', "from 0 to 65535"]],
  ["too low, in a variable", [], { PORT: "-1" }, {}, ["port", "environment variable PORT", '"-1"']],
  ["not a number", ["--house-bots", "6.5"], {}, {}, ["houseBots", "flag --house-bots", "whole number"]],
  ["the unit", ["--seat-grace-seconds", "0"], {}, {}, ["seatGraceSeconds", "from 1 to 600 s"]],
  ["not a choice", ["--durability", "ram"], {}, {}, ["durability", '"ram"', "machine, process"]],
  ["not a boolean", [], { HOLDFAST_BOTS: "maybe" }, {}, ["bots", "HOLDFAST_BOTS", "true or false"]],
  ["an empty text", ["--data="], {}, {}, ["dataDir", '""', "not empty"]],
  ["an unknown key", [], {}, { "holdfast.json": '{ "prot": 1 }' }, ["holdfast.json", '"prot"']],
  ["a wrong type", [], {}, { "holdfast.json": '{ "port": [1] }' }, ["port", "file holdfast.json", "[1]"]],
  [
    "a file that is no JSON",
    ["--config", "a"],
    {},
    { a: "port = 1" },
    ["a (from flag --config)", "not JSON"],
  ],
  ["a file that is no object", [], {}, { "holdfast.json": "[]" }, ["holdfast.json", "one JSON object"]],
  [
    "a named file that is not there",
    [],
    { HOLDFAST_CONFIG: "b" },
    {},
    ["b (from environment variable", "ENOENT"],
  ],
])("[P7] refused, and named: %s", (_case, argv, env, files, words) => {
  const message = refused(argv, env, files);
  for (const word of words) expect(message).toContain(word);
});

test("a secret may come from a file that a variable names", () => {
  const files = { "/run/token": "of the file\n", "/run/redis": "redis://:p@host:1\n" };
  const env = { HOLDFAST_ADMIN_TOKEN_FILE: "/run/token", REDIS_URL_FILE: "/run/redis" };
  expect(good([], env, files)).toMatchObject({ adminToken: "of the file", redisUrl: "redis://:p@host:1" });
  expect(good([], { ...env, HOLDFAST_ADMIN_TOKEN: "said" }, files).adminToken).toBe("said");
  expect(refused([], { HOLDFAST_ADMIN_TOKEN_FILE: "/none" }, {})).toContain(
    "/none (from HOLDFAST_ADMIN_TOKEN_FILE)",
  );
});

test("[P7.12] production takes no secret from a flag, and no message shows one", () => {
  const argv = ["--production", "--admin-token", "s3cr3t", "--redis-url", "redis://:s3cr3t@host:1"];
  const message = refused(argv, {}, {});
  expect(message).toContain(
    "adminToken is a secret: in production not from a flag, but from HOLDFAST_ADMIN_TOKEN",
  );
  expect(message).toContain("redisUrl is a secret");
  expect(message).not.toContain("s3cr3t");
  expect(refused(["--admin-token="], {}, {})).toContain("is not shown");
  expect(good(["--production", "--redis-url", "redis://host:1"]).redisUrl).toBe("redis://host:1");
  expect(good(["--admin-token", "s3cr3t"]).adminToken).toBe("s3cr3t");
});

test("[P7] production is not for games that are being developed", () => {
  expect(refused(["--production", "--dev"])).toContain("Setting dev is for development: not in production.");
  expect(refused(["--dev"], { NODE_ENV: "production" })).toContain("Setting dev");
  expect(good(["--dev"]).dev).toBe(true);
});

test("[P2] production refuses every setting that breaks a promise on purpose, from wherever it comes", () => {
  const rows = names.filter((name) => (settings[name] as Setting).sabotage);
  expect(rows).toEqual(names.filter((name) => name.startsWith("sabotage")));
  expect(refused(["--production", "--sabotage-gate"])).toContain("Setting sabotageGate breaks a promise");
  const env = { NODE_ENV: "production", HOLDFAST_SABOTAGE_STORE_DELAY_MS: "5" };
  expect(refused([], env)).toContain("Setting sabotageStoreDelayMs breaks a promise");
  const file = { "holdfast.json": '{ "sabotageGate": true, "production": true }' };
  expect(refused([], {}, file)).toContain("not in production");
  expect(good(["--production", "--no-sabotage-gate"]).sabotageGate).toBe(false);
  expect(sabotaged(good(["--sabotage-gate"]))).toEqual(["sabotageGate"]);
});

test("[P7] the default file is refused when it is there and cannot be read", () => {
  const readFile = () => {
    throw Object.assign(new Error("EACCES: permission denied"), { code: "EACCES" });
  };
  expect(readConfig({ argv: [], env: {}, readFile })).toMatchObject({ ok: false, kind: "bad-setting" });
});

test("[P7] all problems are told at once", () => {
  expect(refused(["--port", "x", "--gate", "x", "--nope"], { HOLDFAST_BOTS: "x" }).split("\n")).toHaveLength(
    4,
  );
});

test("--help wins over a bad setting and lists every setting but the hidden ones", () => {
  const result = read(["--port", "x", "--help"]);
  expect(result).toEqual({ ok: false, kind: "help", message: settingsHelp() });
  for (const name of names) {
    const hidden = (settings[name] as Setting).hidden === true;
    expect(settingsHelp().includes(envOf(name))).toBe(!hidden);
  }
});
