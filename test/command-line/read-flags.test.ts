/** The one way in which a command line is read: flags are bounded, and refused with a message that names them. */

import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { exitCodes } from "../../shared/command-line/exit-codes.ts";
import { parted, readFlags } from "../../shared/command-line/read-flags.ts";

const known = {
  url: { type: "url", default: "http://127.0.0.1:2567", help: "the server" },
  players: { type: "integer", default: 8, min: 1, max: 1000, help: "how many" },
  json: { type: "boolean", help: "as JSON" },
} as const;

describe("flags", () => {
  it("have their defaults", () => {
    const values = { url: "http://127.0.0.1:2567", players: 8, json: false };
    expect(readFlags(known, [])).toEqual({ ok: true, values, words: [] });
  });

  it("are read with a space and with =", () => {
    const argv = ["--players", "32", "--url=https://example.org:8443", "--json"];
    expect(readFlags(known, argv)).toEqual({
      ok: true,
      values: { url: "https://example.org:8443", players: 32, json: true },
      words: [],
    });
  });

  it("several addresses are read with commas between them, and each is checked", () => {
    const several = { url: { type: "urls", default: ["http://a:1"], help: "the servers" } } as const;
    const urls = ["http://a:1", "https://b"];
    expect(readFlags(several, ["--url", urls.join()])).toMatchObject({ ok: true, values: { url: urls } });
    for (const bad of ["", "http://a:1,", "http://a:1,b", Array(9).fill("http://a:1").join()]) {
      const result = readFlags(several, ["--url", bad]);
      expect(!result.ok && result.message).toContain("--url must be up to 8 addresses");
    }
  });

  it("words are read with commas between them, and each must be one of the list", () => {
    const some = { faults: { type: "words", default: ["a"], of: ["a", "b"], help: "what" } } as const;
    expect(readFlags(some, ["--faults", "b,a"])).toMatchObject({ ok: true, values: { faults: ["b", "a"] } });
    for (const bad of ["", "a,", "c"]) {
      const result = readFlags(some, ["--faults", bad]);
      expect(!result.ok && result.message).toContain("--faults must be some of a, b");
    }
  });

  it("one may stand alone for a number, also before another flag", () => {
    const some = {
      nodes: { type: "integer", default: 0, min: 1, max: 9, bare: 3, help: "how many" },
      json: { type: "boolean", help: "as JSON" },
    } as const;
    const nodes = (...argv: string[]) => {
      const result = readFlags(some, argv);
      return result.ok ? result.values.nodes : result.message;
    };
    expect(nodes("--nodes")).toBe(3);
    expect(nodes("--nodes", "--json")).toBe(3);
    expect(nodes("--nodes", "5", "--json")).toBe(5);
    expect(nodes("--nodes=4")).toBe(4);
    expect(nodes("--json")).toBe(0);
    expect(nodes("--nodes", "-1")).toContain("--nodes must be");
  });

  it.each([
    [["--players", "0"], "--players must be a whole number from 1 to 1000"],
    [["--players", "1001"], "--players must be a whole number"],
    [["--players", "many"], '"many"'],
    [["--players", "1e2"], "--players must be"],
    [["--players", "-1"], "--players must be"],
    [["--players"], "not nothing"],
    [["--url", "localhost"], "--url must be an address"],
    [["--url", "ftp://localhost"], "--url must be an address"],
    [["--json=yes"], "--json must be without a value"],
    [["--player", "3"], "there is no flag --player"],
    [["32"], '"32" is not a flag'],
  ])("%j is refused with its name and what is allowed", (argv, message) => {
    const result = readFlags(known, argv);
    expect(result).toMatchObject({ ok: false, help: false });
    expect(!result.ok && result.message).toContain(message);
  });

  it.each([
    ["--player", "did you mean --players?"],
    ["--palyers=3", "did you mean --players?"],
    ["--no-jsn", "did you mean --json?"],
    ["--something-else", "there is no flag --something-else."],
    ["--constructor", "there is no flag --constructor."],
    ["-x", "there is no flag -x."],
  ])("%s is answered with the flag that was most likely meant, if there is one", (flag, message) => {
    const result = readFlags(known, [flag]);
    expect(!result.ok && result.message).toContain(message);
  });

  it("all mistakes are told at once, and a word behind an unknown flag is its value", () => {
    const result = readFlags(known, ["--players", "0", "--fast", "now", "later", "--json=1"]);
    const lines = result.ok ? [] : result.message.split("\n");
    expect(lines).toEqual([
      "there is no flag --fast.",
      '--players must be a whole number from 1 to 1000, not "0".',
      '--json must be without a value, not "1".',
      '"later" is not a flag.',
      "`--help` shows what there is.",
    ]);
  });

  it("words beside the flags are what the command takes, in any place", () => {
    const words = (given: readonly string[]) => (given.length === 1 ? undefined : "one match");
    expect(readFlags(known, ["--json", "m1", "--players=2"], { words })).toMatchObject({ words: ["m1"] });
    expect(readFlags(known, ["--", "--json"], { words })).toMatchObject({ words: ["--json"] });
    expect(readFlags(known, ["a", "b"], { words })).toMatchObject({ ok: false });
  });

  it("of a table the flags are told from those that somebody else reads", () => {
    const argv = ["--players", "3", "--lease-ms", "5", "--json", "--port=1", "--players", "--data"];
    expect(parted(known, argv)).toEqual({
      own: ["--players", "3", "--json", "--players"],
      rest: ["--lease-ms", "5", "--port=1", "--data"],
    });
  });

  it("--help is no mistake and shows every flag", () => {
    const result = readFlags(known, ["--help"]);
    expect(result).toMatchObject({ ok: false, help: true });
    for (const name of Object.keys(known)) expect(!result.ok && result.message).toContain(`--${name}`);
  });

  it.each(["bots", "chaos"])("%s ends at once with exit code 2 and says why", (command) => {
    const argv = [`client-sim/${command}.ts`, "--players", "none"];
    const run = spawnSync(process.execPath, argv, { encoding: "utf8", timeout: 20_000 });
    expect(run.status).toBe(exitCodes.badUsage);
    expect(run.stderr).toContain("--players must be a whole number");
    expect(run.stdout).toBe("");
  });
});
