/**
 * The house style as a test: every rule of house/tidy-rules.ts on every source, and every rule on a snippet
 * that it must refuse and one that it must let pass. A finding names the replacement.
 */
import { expect, test } from "vitest";
import { errorCodes } from "../shared/wire/errors.ts";
import { colyseusPrivates } from "./house/colyseus-privates.ts";
import { secondTables } from "./house/second-tables.ts";
import { parseSource, readSource, type Source, sourcePaths } from "./house/source.ts";
import type { Rule } from "./house/tidy-rules.ts";
import * as rules from "./house/tidy-rules.ts";
import { plainWords, typesDeclared } from "./house/words.ts";

const { codesUsed, fileLinesWanted, fileLinesMax, functionLinesMax } = rules;

const checked: Readonly<Record<string, Rule>> = {
  fileSize: rules.fileSize,
  functionSize: rules.functionSize,
  names: rules.names,
  header: rules.header,
  determinism: rules.determinism,
  noEnum: rules.noEnum,
  noAny: rules.noAny,
  noSleep: rules.noSleep,
  promiseTags: rules.promiseTags,
  plainWords,
  secondTables,
  colyseusPrivates,
};

/** Findings that are meant: file and rule, and why. */
const exceptions: Readonly<Record<string, string>> = {
  "test/tidy.test.ts promiseTags": "its bad snippets",
  "test/tidy.test.ts plainWords": "the same",
  "test/e2e/reconnect.test.ts noSleep": "the SDK reconnects by itself only after 5 s of play",
  "test/e2e/fleet-balancer.test.ts noSleep": "the same",
  "test/e2e/server-child.ts noSleep": "asks a real process again and again, bounded",
  "test/e2e/redis-requests.ts noSleep": "asks at a pace, for as long as a fault is to last",
};

const sources: readonly Source[] = sourcePaths().map(readSource);
const areas = new Set(Object.keys(errorCodes).map((code) => code.split("/")[0] ?? ""));
const product = sources.filter(({ path }) => /^(shared|server|local-fleet|tools|client-)/.test(path));
const used = product
  .filter(({ path }) => !path.startsWith("shared/wire/errors"))
  .flatMap((source) => codesUsed(source, areas).map((use) => ({ ...use, path: source.path })));

test.each(Object.keys(checked))("%s: no findings", (name) => {
  const findings = sources
    .filter(({ path }) => !(`${path} ${name}` in exceptions))
    .flatMap((source) =>
      (checked[name] as Rule)(source).map((each) => `${source.path}:${each.line} ${each.problem}`),
    );
  expect(findings).toEqual([]);
});

test("every exception still excuses something", () => {
  const idle = Object.keys(exceptions).filter((exception) => {
    const [path, name] = exception.split(" ");
    const source = sources.find((each) => each.path === path);
    return !source || checked[name as string]?.(source).length === 0;
  });
  expect(idle).toEqual([]);
});

test("a type's name stands for one thing in the whole product, private types included", () => {
  const declared = product.flatMap((source) =>
    typesDeclared(source).map(({ name, line }) => ({ name, at: `${source.path}:${line}` })),
  );
  const twice = [...Map.groupBy(declared, ({ name }) => name)].filter(([, places]) => places.length > 1);
  expect(twice.map(([name, places]) => `${name}: ${places.map(({ at }) => at).join(", ")}`)).toEqual([]);
});

test("few files are longer than wanted", () => {
  const long = sources.filter(({ text }) => text.trimEnd().split("\n").length > fileLinesWanted);
  expect(long.length / sources.length).toBeLessThan(0.2);
});

test("[P7.1] every error code that is used is in the list, with what to do about it", () => {
  const unknown = used.filter(({ code }) => !(code in errorCodes));
  expect(unknown.map(({ path, line, code }) => `${path}:${line} ${code}`)).toEqual([]);
});

test("every error code is used", () => {
  const idle = Object.keys(errorCodes).filter((code) => !used.some((use) => use.code === code));
  expect(idle).toEqual([]);
});

const aHeader = "/** What this is, what it owns, and what it refuses to do. */\n";
const lines = (count: number) => "f();\n".repeat(count);
const functionOf = (count: number) => `function f() {\n${lines(count - 2)}}`;

test.each<[string, string, string]>([
  ["fileSize", "server/a.ts", lines(fileLinesMax + 1)],
  ["functionSize", "server/a.ts", functionOf(functionLinesMax + 1)],
  ["functionSize", "server/a.ts", `class A { m() {\n${lines(functionLinesMax)}} }`],
  ["functionSize", "server/a.ts", `const f = () => {\n${lines(functionLinesMax)}};`],
  ["functionSize", "test/a.test.ts", `test("x", () => {\n${lines(functionLinesMax)}});`],
  ["names", "server/utils/a.ts", ""],
  ["names", "server/room-manager.ts", ""],
  ["names", "shared/games/index.ts", ""],
  ["names", "server/matchRoom.ts", ""],
  ["header", "server/a.ts", 'import "b";'],
  ["header", "server/a.ts", "// short"],
  ["determinism", "shared/games/a/step.ts", "const at = Date.now();"],
  ["determinism", "shared/games/a/step.ts", "const x = Math.random();"],
  ["determinism", "shared/games/a/step.ts", "const { sin } = Math;"],
  ["determinism", "shared/games/a/step.ts", "const x = Math['sin'](1);"],
  ["determinism", "shared/game/deterministic/trig.ts", "const x = Math.hypot(1, 2);"],
  ["determinism", "shared/game/deterministic/trig.ts", "const x = 2 ** 8;"],
  ["determinism", "shared/game/deterministic/trig.ts", "x **= 2;"],
  ["determinism", "shared/games/a/step.ts", "for (const key in world) f(key);"],
  ["determinism", "shared/games/a/step.ts", "names.sort((a, b) => a.localeCompare(b));"],
  ["determinism", "shared/games/a/step.ts", "const t = performance.now();"],
  ["determinism", "shared/games/a/step.ts", "setTimeout(f, 1);"],
  ["determinism", "shared/games/a/step.ts", "const text = (1).toLocaleString();"],
  ["determinism", "shared/games/a/step.ts", "const clocks = { Date };"],
  ["noEnum", "server/a.ts", "enum State { One }"],
  ["noAny", "server/a.ts", "const x: any = 1;"],
  ["noAny", "server/a.ts", "// biome-ignore lint/suspicious/noExplicitAny: because\nconst x: any = 1;"],
  ["noSleep", "test/a.test.ts", "await new Promise((resolve) => setTimeout(resolve, 100));"],
  ["noSleep", "test/a.test.ts", "await new Promise<void>((ok) => { setTimeout(() => ok(), 5); });"],
  ["noSleep", "test/a.test.ts", 'import { setTimeout } from "node:timers/promises";'],
  ["promiseTags", "test/a.test.ts", 'test("[P9] nine", () => {});'],
  ["plainWords", "server/a.ts", "interface RescueParts {}"],
  ["plainWords", "server/a.ts", "class A { #whereabouts = 1; }"],
  ["plainWords", "server/a.ts", "interface StayEnd {}"],
  ["plainWords", "server/a.ts", "const keptProcess = f();"],
  ["plainWords", "server/a.ts", "/** Puts it\n * on the board. */"],
  ["plainWords", "server/a.ts", "log('the rescue failed');"],
  ["plainWords", "server/a.ts", "// The player and his seat."],
  ["plainWords", "server/a.ts", "/** It is kept for so long. */"],
  ["plainWords", "server/a.ts", "log('the match ' + id + ' was rescued');"],
  ["plainWords", "server/a.ts", "// Whoever asks is answered."],
  ["promiseTags", "test/a.test.ts", 'test.each([1])("[p2] small", () => {});'],
  ["promiseTags", "test/a.test.ts", 'test("[P2.x] no number", () => {});'],
  ["promiseTags", "test/a.test.ts", 'property("[P2.0] counts from 1", [], () => {});'],
  ["secondTables", "server/a.ts", 'const statusOf = { "seat/full": 409 };'],
  ["secondTables", "server/a.ts", 'const passing = new Set(["node/full", "match/too-many"]);'],
  ["secondTables", "client-web/a.ts", "const normalEnd = 4000;"],
  ["secondTables", "server/a.ts", "socket.close(1008, 'no');"],
  ["secondTables", "shared/client/a.ts", 'if (code === 4403) f("x");'],
  ["secondTables", "server/a.ts", "process.exit(78);"],
  ["secondTables", "tools/a.ts", "process.exitCode = ok ? 0 : 75;"],
  ["secondTables", "server/api/a.ts", "response.status(404).end();"],
  ["colyseusPrivates", "server/room/a.ts", 'f(room["_listing"]);'],
  ["colyseusPrivates", "server/room/a.ts", "room._onJoin = letIn;"],
  ["colyseusPrivates", "server/room/a.ts", "Object.assign(room, { _onJoin: letIn });"],
  ["colyseusPrivates", "server/room/a.ts", "interface Inside { readonly _reservedSeats: object }"],
  ["colyseusPrivates", "server/match/a.ts", "encoder.root.nextUniqueId += 1;"],
  ["colyseusPrivates", "server/room/a.ts", "class A extends T { override listenForUpgrade() {} }"],
  ["colyseusPrivates", "server/room/match-room.ts", "const handle = tcp._handle;"],
])("%s refuses a bad %s: %j", (name, path, snippet) => {
  expect((checked[name] as Rule)(parseSource(path, snippet))).not.toEqual([]);
});

test.each<[string, string, string]>([
  ["fileSize", "server/a.ts", lines(fileLinesMax)],
  ["functionSize", "server/a.ts", functionOf(functionLinesMax)],
  ["functionSize", "test/a.test.ts", `describe("x", () => {\n${lines(100)}test("y", () => {});\n});`],
  ["names", "client-web/vite.config.ts", ""],
  ["header", "server/a.ts", aHeader],
  ["header", "tools/a.mjs", `#!/usr/bin/env node\n${aHeader}`],
  ["determinism", "shared/games/a/step.ts", "const x = Math.sqrt(Math.max(2, Math.PI));"],
  ["determinism", "shared/games/a/step.ts", "const x = world.process.Date;"],
  ["determinism", "shared/games/a/step.ts", "type T = { performance: number };"],
  ["determinism", "server/ops/a.ts", "const at = Date.now();"],
  ["noAny", "a.ts", "// biome-ignore lint/suspicious/noExplicitAny: the library says so\nconst x: any = 1;"],
  ["noSleep", "test/a.test.ts", "await new Promise((_, reject) => setTimeout(reject, 100));"],
  ["noSleep", "test/a.test.ts", "await new Promise((resolve) => room.once('welcome', resolve));"],
  ["plainWords", "server/a.ts", "const leaderboard = keyboard.performance.nearest;"],
  ["plainWords", "server/a.ts", "const key = 'queue:board'; f('mind');"],
  ["plainWords", "server/a.ts", "// A match stays where it is."],
  ["promiseTags", "test/a.test.ts", 'test("[P1] to [P8] are fine, so is [Python]", () => {});'],
  ["promiseTags", "test/a.test.ts", 'test("[P2.3] [P3.10] rules are fine", () => {});'],
  ["secondTables", "server/a.ts", 'refuse("seat/full", "detail");'],
  ["secondTables", "server/a.ts", 'type Code = "seat/full" | "seat/gone";'],
  ["secondTables", "server/a.ts", "const waitMsMax = 4000;"],
  ["secondTables", "server/a.ts", "process.exit(ok ? 0 : 1);"],
  ["secondTables", "server/a.ts", "response.status(204).end();"],
  ["secondTables", "server/a.ts", 'const seen = { "text/plain": 1 };'],
  ["colyseusPrivates", "server/room/a.ts", "const f = (_unused, room) => room.clients;"],
  ["colyseusPrivates", "server/room/colyseus-internals/a.ts", "room._onJoin = letIn;"],
  [
    "colyseusPrivates",
    "server/room/gated-transport.ts",
    "class A extends T { override listenForUpgrade() {} }",
  ],
])("%s lets a good %s pass: %j", (name, path, snippet) => {
  expect((checked[name] as Rule)(parseSource(path, snippet))).toEqual([]);
});

test("types are found wherever they are declared", () => {
  const source = parseSource(
    "server/a.ts",
    "interface A {}\nexport type B = A;\nfunction f() { class C {} }",
  );
  expect(typesDeclared(source).map(({ name }) => name)).toEqual(["A", "B", "C"]);
});

test("codes are found where they are used, and nothing else is taken for one", () => {
  const found = (snippet: string) =>
    codesUsed(parseSource("server/a.ts", snippet), new Set(["seat"])).map(({ code }) => code);
  expect(found('throw new StoreError("disk/odd", "text");')).toEqual(["disk/odd"]);
  expect(found('f({ ok: false, code: "odd/code" });')).toEqual(["odd/code"]);
  expect(found('const reason: Reason = full ? "seat/full" : "seat/odd";')).toEqual(["seat/full", "seat/odd"]);
  expect(found('import a from "seat/full"; send("text/plain", "application/json");')).toEqual([]);
});
