/**
 * docs/operations.md names nothing that is not there: settings, error codes, metrics, log lines, commands and links
 * are looked up in the sources; the comments of deploy/ are held to the same. What the files of deploy/ do is
 * deploy.test.ts' matter.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readFleetCommand } from "../../local-fleet/arguments.ts";
import { Metrics } from "../../server/ops/metrics.ts";
import { envOf, flagOf } from "../../server/settings/config.ts";
import { type SettingName, settings } from "../../server/settings/settings.ts";
import { errorCodes } from "../../shared/wire/errors.ts";
import { replayRequest } from "../../tools/replay/arguments.ts";
import { type DescribedMetric, describedMetrics, shownMetrics } from "./described-metrics.ts";
import { anchorOf, codeOf, matches } from "./page-text.ts";

const root = join(import.meta.dirname, "..", "..");
const read = (path: string) => readFileSync(join(root, path), "utf8");
const page = read("docs/operations.md");
const deploy = readdirSync(join(root, "deploy"))
  .map((name) => read(`deploy/${name}`))
  .join("\n");

/** The settings that are meant for people. */
const names = (Object.keys(settings) as SettingName[]).filter((name) => !("hidden" in settings[name]));
/** Programs whose flags are not ours; a line of a block or a span of code begins with one. */
const foreign =
  /^(npm (install|run)|redis-cli|redis-server|systemctl|systemd-analyze|podman|kubectl|useradd|nginx)\b/;

function sourcesUnder(folder: string): string {
  const files = readdirSync(join(root, folder), { recursive: true, encoding: "utf8" });
  return files.map((file) => (file.endsWith(".ts") ? read(join(folder, file)) : "")).join("\n");
}

/** No environment and no settings file that says anything. */
const nowhere = { env: {}, readFile: () => "{}" };

describe("docs/operations.md", () => {
  it("name settings that exist", () => {
    const comments = matches(deploy, /^ *# +(.*)$/gm).map((line) => line.replaceAll(/`[^`]*`/g, ""));
    const ours = [...codeOf(page), ...codeOf(deploy), ...comments].filter((text) => !foreign.test(text));
    const flags = matches(ours.join("\n"), /(?<!\S)--([a-z][a-z-]*)/g);
    const known = [...names.map(flagOf), "help", "config"];
    expect(flags.length).toBeGreaterThan(15);
    expect(flags.filter((flag) => !known.includes(flag))).toEqual([]);
    const variables = matches(page + deploy, /\bHOLDFAST_[A-Z_]+\b/g);
    expect(variables.length).toBeGreaterThan(5);
    expect(variables.filter((name) => !names.some((each) => envOf(each) === name))).toEqual([]);
  });

  it("name error codes that exist", () => {
    const areas = new Set(Object.keys(errorCodes).map((code) => code.split("/")[0]));
    const codes = codeOf(page).filter(
      (span) => /^[a-z]+\/[a-z-]+$/.test(span) && areas.has(span.split("/")[0]),
    );
    expect(codes.length).toBeGreaterThan(15);
    expect(codes.filter((code) => !(code in errorCodes))).toEqual([]);
  });

  it("name metrics that exist", async () => {
    const { text: body } = await new Metrics().text();
    const known = matches(body, /^# TYPE (\S+)/gm);
    const metrics = matches(page + deploy, /\bholdfast_[a-z_]+|\b(?:nodejs|process)_[a-z0-9_]+/g);
    expect(metrics.length).toBeGreaterThan(6);
    expect(metrics.filter((name) => !known.includes(name))).toEqual([]);
  });

  it("describe every metric, with its type", async () => {
    const { text } = await new Metrics().text();
    const typed = ({ name, type }: DescribedMetric) => `${name} ${type}`;
    expect(describedMetrics().map(typed)).toEqual(shownMetrics(text).map(typed));
  });

  it("quote log lines that the server writes", () => {
    const server = sourcesUnder("server");
    const lines = matches(page, /`"([^"`]+)"`/g);
    expect(lines.length).toBeGreaterThan(12);
    expect(lines.filter((line) => !server.includes(`"${line}"`))).toEqual([]);
  });

  it("give commands that are understood", () => {
    const commands = codeOf(page).filter((line) => line.startsWith("npm run "));
    expect(commands.length).toBeGreaterThan(4);
    for (const command of commands) {
      const [, script, rest = ""] = /^npm run (fleet|replay)(?: -- (.*))?$/.exec(command)!;
      const argv = rest.split(" ").filter(Boolean);
      // Without arguments only the program is meant.
      if (argv.length === 0) continue;
      const understood =
        script === "fleet" ? readFleetCommand({ ...nowhere, argv }) : replayRequest(argv, {});
      expect(understood, command).toMatchObject({ ok: true });
    }
  });

  it("link to files and headings that exist", () => {
    const headings = matches(page, /^#+ (.*)$/gm).map(anchorOf);
    for (const link of matches(page, /\]\(([^)]+)\)/g)) {
      if (link.startsWith("#")) expect(headings, link).toContain(link.slice(1));
      else expect(existsSync(join(root, "docs", link)), link).toBe(true);
    }
    for (const path of matches(page, /`((?:deploy|test|server|shared)\/[\w./@-]+)`/g)) {
      expect(existsSync(join(root, path)), path).toBe(true);
    }
  });
});
