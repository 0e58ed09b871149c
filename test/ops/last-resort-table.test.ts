/** The table of the last resort, row by row: what an error means that nobody caught, by where it came from. */
import assert from "node:assert/strict";
import { expect, test } from "vitest";
import { type RowName, rows, verdict } from "../../server/ops/last-resort-table.ts";
import { type Work, WorkFailed, works } from "../../server/ops/work.ts";
import { StoreError } from "../../server/store-error.ts";

const root = "file:///srv/server/holdfast/";

/** An error whose stack is what the frames say, innermost first. */
function thrown(error: Error & { code?: string }, ...frames: readonly string[]): Error {
  error.stack = [`${error.name}: ${error.message}`, ...frames.map((frame) => `    at f (${frame}:1:2)`)].join(
    "\n",
  );
  return error;
}
const withCode = (code: string, message = code) => Object.assign(new Error(message), { code });
const ours = (path: string) => `${root}${path}`;
const colyseus = `${root}node_modules/@colyseus/core/build/Room.mjs`;
const http = "node:_http_server";

function assertion(): Error {
  try {
    assert(false, "must hold");
  } catch (error) {
    return error as Error;
  }
  throw new Error("unreachable");
}

const redisReply = () => Object.assign(new Error("READONLY"), { name: "ReplyError" });

const table: readonly (readonly [string, unknown, RowName, "end" | "contain"])[] = [
  ["memory that is gone", withCode("ENOMEM"), "memory", "end"],
  ["a buffer that cannot be had", new RangeError("Array buffer allocation failed"), "memory", "end"],
  ["memory that is gone in a timer", new WorkFailed("status", withCode("ENOMEM")), "memory", "end"],
  ["the tick", new WorkFailed("ticks", new Error("x")), "vital-work", "end"],
  ["the tick, of a lost connection", new WorkFailed("ticks", withCode("EPIPE")), "vital-work", "end"],
  ["the commit", new WorkFailed("commits", new Error("x")), "vital-work", "end"],
  ["a node's turn", new WorkFailed("fleet", new Error("x")), "vital-work", "end"],
  ["an interval", new WorkFailed("tidy", new Error("x")), "work", "contain"],
  [
    "an interval, of a store that is away",
    new WorkFailed("tidy", new StoreError("store/unavailable", "x")),
    "work",
    "contain",
  ],
  ["an assertion of ours", thrown(assertion(), ours("server/fleet/takeover-queue.ts")), "invariant", "end"],
  ["an assertion of a package", thrown(assertion(), colyseus), "library", "contain"],
  ["an assertion of Node's own", thrown(withCode("ERR_INTERNAL_ASSERTION"), http), "invariant", "end"],
  [
    "a client that is gone",
    thrown(withCode("ECONNRESET"), "node:internal/stream_base_commons"),
    "outside",
    "contain",
  ],
  ["a reader that is gone", withCode("EPIPE"), "outside", "contain"],
  ["no descriptors left", thrown(withCode("EMFILE"), ours("server/compose/status.ts")), "outside", "contain"],
  [
    "Redis' silence",
    thrown(new Error("Command timed out"), `${root}node_modules/ioredis/built/Command.js`),
    "outside",
    "contain",
  ],
  ["Redis' refusal", redisReply(), "outside", "contain"],
  [
    "a store that is away, in the core",
    thrown(new StoreError("store/unavailable", "x"), ours("server/durability/x.ts")),
    "outside",
    "contain",
  ],
  [
    "a match",
    thrown(new TypeError("x"), ours("server/match/match.ts"), ours("server/room/match-room.ts")),
    "core",
    "end",
  ],
  [
    "what a match called",
    thrown(
      new TypeError("x"),
      ours("shared/games/arena/step.ts"),
      colyseus,
      ours("server/match/live-match.ts"),
    ),
    "core",
    "end",
  ],
  ["the journal", thrown(new TypeError("x"), ours("server/durability/committer.ts")), "core", "end"],
  ["a request", thrown(new TypeError("x"), ours("server/api/serve-route.ts"), http), "ours", "contain"],
  ["a room", thrown(new TypeError("x"), colyseus, ours("server/room/match-room.ts")), "ours", "contain"],
  ["Redis' wiring", thrown(new TypeError("x"), ours("server/redis/connection.ts")), "ours", "contain"],
  ["a package's own promise", thrown(new TypeError("x"), colyseus, http), "library", "contain"],
  [
    "a checkout in a folder of our names",
    thrown(new TypeError("x"), "file:///srv/server/match/x.mjs"),
    "library",
    "contain",
  ],
  ["a text", "no error at all", "library", "contain"],
  ["nothing", undefined, "library", "contain"],
];

test.each(table)("[P2] %s", (_words, error, row, act) => {
  expect(verdict({ error, serving: true, root })).toMatchObject({ row, act });
});

test("[P7] before a process serves, every error ends it, and its supervisor tries again", () => {
  for (const [, error] of table) {
    expect(verdict({ error, serving: false, root })).toMatchObject({ row: "start", act: "end" });
  }
});

test("every row decides something here", () => {
  const decided = new Set<string>(["start", ...table.map(([, , row]) => row)]);
  expect(rows.map(({ name }) => name)).toEqual([...decided].filter((name) => name).sort(byRow));
});

test("[P6] what comes from outside is no sign that this process is in a bad state", () => {
  const counting = (error: unknown) => verdict({ error, serving: true, root }).counts;
  expect(counting(withCode("ECONNRESET"))).toBe(false);
  expect(counting(new TypeError("x"))).toBe(true);
});

test("every work has its row: who brings its own next turn ends the process, an interval does not", () => {
  for (const [work, act] of Object.entries(works)) {
    const error = new WorkFailed(work as Work, new Error("x"));
    expect(verdict({ error, serving: true, root }).act).toBe(act);
  }
});

const order = rows.map(({ name }) => name) as readonly string[];
const byRow = (one: string, other: string) => order.indexOf(one) - order.indexOf(other);
