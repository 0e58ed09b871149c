/** docs/matchmaking.md names nothing that is not there, and its queue is one. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { readQueues } from "../../server/matchmaking/queues.ts";
import { loadQueues } from "../../server/queues.ts";
import { flagOf } from "../../server/settings/config.ts";
import { type SettingName, settings } from "../../server/settings/settings.ts";
import { arena } from "../../shared/games/arena/game.ts";
import { errorCodes } from "../../shared/wire/errors.ts";
import { type Route, routes } from "../../shared/wire/routes.ts";
import { anchorOf, codeOf, matches } from "./page-text.ts";

const docs = join(import.meta.dirname, "..", "..", "docs");
const page = readFileSync(join(docs, "matchmaking.md"), "utf8");

it("names settings and error codes that exist", () => {
  const ours = codeOf(page).filter((text) => !/^npm run bots/.test(text));
  const flags = matches(ours.join("\n"), /(?<![\S])--([a-z][a-z-]*)/g);
  const known = (Object.keys(settings) as SettingName[]).map(flagOf);
  expect(flags.length).toBeGreaterThan(8);
  expect(flags.filter((flag) => !known.includes(flag))).toEqual([]);
  const codes = matches(page, /`([a-z]+\/[a-z-]+)`/g).filter((code) => !code.startsWith("shared/"));
  expect(codes.filter((code) => !(code in errorCodes))).toEqual([]);
});

it("names routes that exist", () => {
  const served = Object.values<Route>(routes).map(({ method, path }) => `${method.toUpperCase()} ${path}`);
  const named = matches(page, /\b(?:GET|POST|PUT|DELETE) \/v1\/[a-z/:]+/g);
  expect(named.length).toBeGreaterThan(2);
  expect(named.filter((line) => !served.includes(line))).toEqual([]);
});

it("shows a file of queues that a server takes, and the built-in ones are taken too", () => {
  const [, file] = /```json\n(.*?)```/s.exec(page)!;
  expect(readQueues(JSON.parse(file!), ["arena"])).toMatchObject({
    ok: true,
    queues: [{ name: "arena-teams" }],
  });
  expect([...loadQueues("built-in", [arena]).keys()]).toContain("arena-duel");
});

it("links to files and headings that exist", () => {
  for (const link of matches(page, /\]\(([^)]+)\)/g)) {
    const [file, anchor] = link.split("#") as [string, string | undefined];
    const text = file === "" ? page : readFileSync(join(docs, file), "utf8");
    if (file !== "") expect(existsSync(join(docs, file)), link).toBe(true);
    if (anchor !== undefined) expect(matches(text, /^#+ (.*)$/gm).map(anchorOf), link).toContain(anchor);
  }
});
