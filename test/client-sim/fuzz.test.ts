/**
 * The parts of fuzzing and soaking that decide: chance that can be repeated, messages that are what they are meant to
 * be, and verdicts that find each wrong that they are for.
 */
import { expect, test } from "vitest";
import { Dice } from "../../client-sim/fuzz/dice.ts";
import { hostileMessage } from "../../client-sim/fuzz/frames.ts";
import { mutated } from "../../client-sim/fuzz/mutate.ts";
import { hostileRequest, requestGrammar } from "../../client-sim/fuzz/requests.ts";
import { type Observed, serversOwnMs, verdictOn } from "../../client-sim/fuzz/verdict.ts";
import { grows, growthOf } from "../../client-sim/watched/trend.ts";

const mutatedBytesMax = 8 * 1024;

const recorded = [Buffer.of(10), Buffer.from("command with a few more bytes"), Buffer.alloc(15, 3)];
const many = Array.from({ length: 500 }, (_, number) => number);

test("[P4] a try is the same whenever it is made, and unlike the next one", () => {
  const message = (number: number) => hostileMessage(recorded, Dice.of(7, "frames", number)).toString("hex");
  expect(many.map(message)).toEqual(many.map(message));
  expect(new Set(many.map(message)).size).toBeGreaterThan(300);
  expect(Dice.of(7, "frames", 3).uint32()).not.toBe(Dice.of(7, "returns", 3).uint32());
});

test("[P6] hostile bytes are bounded and never none, and the recorded ones stay as they were", () => {
  const before = recorded.map((each) => each.toString("hex"));
  for (const number of many) {
    const bytes = mutated(Dice.of(1, "x", number).pick(recorded), recorded, Dice.of(2, "x", number));
    expect(bytes.length).toBeGreaterThan(0);
    expect(bytes.length).toBeLessThanOrEqual(mutatedBytesMax);
  }
  expect(recorded.map((each) => each.toString("hex"))).toEqual(before);
});

test("every kind of message is drawn, those that the game does not use included", () => {
  const numbers = Array.from({ length: 4000 }, (_, number) => number);
  const kinds = numbers.map((number) => hostileMessage(recorded, Dice.of(3, "frames", number))[0]! & 0x1f);
  expect(new Set(kinds).size).toBe(32);
});

test("requests are those of the description, and of the routes that it does not have", () => {
  const grammar = requestGrammar({ paths: { "/v1/tickets/{id}": { get: {} } } }, "arena");
  const paths = many.map((number) => hostileRequest(grammar, "token", Dice.of(4, "requests", number)).path);
  expect(paths.some((path) => path.startsWith("/v1/tickets/"))).toBe(true);
  expect(paths.some((path) => path.startsWith("/matchmake/"))).toBe(true);
  expect(paths.filter((path) => path.includes("{"))).toEqual([]);
});

const well: Observed = {
  ...{ processEnds: 0, matchesLost: 0, stoodStillMs: [], noticed: [], findings: [] },
  heapMib: { before: 40, after: 60 },
  descriptors: { before: 40, after: 44 },
};

test("a server that shows nothing of an attack passes", () => {
  expect(verdictOn(well)).toEqual({ ok: true, wrongs: [] });
});

test.each<[string, Partial<Observed>]>([
  ["a process that ended", { processEnds: 1 }],
  ["a match that is gone", { matchesLost: 1 }],
  ["a standstill", { stoodStillMs: [400] }],
  ["a player who noticed something", { noticed: ["Flint lost the connection"] }],
  ["a wrong answer", { findings: ["GET /: status 500"] }],
  ["a heap that stays up", { heapMib: { before: 40, after: 340 } }],
  ["descriptors that stay open", { descriptors: { before: 40, after: 60 } }],
])("the verdict finds %s", (_what, wrong) => {
  expect(verdictOn({ ...well, ...wrong }).wrongs).toHaveLength(1);
});

test.each([
  ["all of it when it had its processor", { stoodStillMs: 400, waitedMs: 3, ownMs: 12 }, 397],
  [
    "all of it where nobody says how long it waited",
    { stoodStillMs: 400, waitedMs: undefined, ownMs: 12 },
    400,
  ],
  ["what is left after it waited for a processor", { stoodStillMs: 400, waitedMs: 380, ownMs: 12 }, 20],
  ["nothing when it waited for longer than it stood", { stoodStillMs: 400, waitedMs: 900, ownMs: 12 }, 0],
  ["nothing when the watcher stood still as well", { stoodStillMs: 400, waitedMs: 3, ownMs: 90 }, 0],
])("of a standstill the server is blamed for %s", (_what, seen, ms) => {
  expect(serversOwnMs(seen)).toBe(ms);
});

test("a leak shows through the saw of collections, and a cache that fills once is none", () => {
  const saw = (at: number) => (at % 7) * 10;
  const leaking = many.map((at) => 100 + at * 0.2 + saw(at));
  const filling = many.map((at) => 100 + Math.min(at, 60) + saw(at));
  expect(grows(growthOf(leaking, 6)!, 24)).toBe(true);
  expect(grows(growthOf(filling.slice(150), 6)!, 24)).toBe(false);
  expect(grows(growthOf(many.map(saw), 6)!, 1)).toBe(false);
  expect(growthOf([1, 2], 6)).toBeUndefined();
});
