/** Where a match goes, when a node is full, and how much room it has: tables. */
import { expect, test } from "vitest";
import type { NodeLoad } from "../../server/fleet/node-registry.ts";
import { candidates, fullBecause, headroom, placement, placements } from "../../server/fleet/placement.ts";
import { entry, idle, registered } from "./node-entries.ts";

const admissionLimits = { tickShareMax: 0.8, latenessMsMax: 100, openAgainBelow: 0.85 };

const { tickShareMax, latenessMsMax, openAgainBelow } = admissionLimits;
const need = { game: "arena", version: 3 };
const loaded = (node: string, load: Partial<NodeLoad>) =>
  registered(node, { entry: entry(node, { load: { ...idle, ...load } }) });

test.each<[string, Partial<NodeLoad>, boolean, RegExp | undefined]>([
  ["idle", {}, false, undefined],
  ["as busy as it may be", { tickShare: tickShareMax }, false, undefined],
  ["busier", { tickShare: tickShareMax + 0.01 }, false, /81 %/],
  ["late", { latenessMsP99: latenessMsMax + 1 }, false, /101 ms late/],
  ["all matches", { matches: 10 }, false, /runs 10 matches/],
  ["not busy enough to be full, but it was full", { tickShare: tickShareMax * 0.9 }, true, /72 %/],
  ["a little late, and it was full", { latenessMsP99: latenessMsMax * 0.9 }, true, /90 ms late/],
  ["it was full and has room again", { tickShare: tickShareMax * openAgainBelow }, true, undefined],
])("[P6] full? %s", (_name, load, wasFull, reason) => {
  const why = fullBecause({ ...idle, ...load }, wasFull);
  if (reason === undefined) expect(why).toBeUndefined();
  else expect(why).toMatch(reason);
});

test.each<[string, Partial<NodeLoad>, number]>([
  ["idle", {}, 1],
  ["half of the time", { tickShare: tickShareMax / 2 }, 0.5],
  ["half of the matches", { matches: 5 }, 0.5],
  ["the scarcer of both counts", { matches: 5, tickShare: tickShareMax * 0.9 }, 0.1],
  ["late", { latenessMsP99: latenessMsMax }, 0.5],
  ["busier than it may be", { tickShare: 1 }, 0],
  ["it may have no matches", { matches: 0, matchesMax: 0 }, 1],
])("headroom: %s", (_name, load, expected) => {
  expect(headroom({ ...idle, ...load })).toBeCloseTo(expected, 5);
});

test.each([
  ["another game", registered("x", { entry: entry("x", { games: { other: 3 } }) })],
  ["an older version of the game", registered("x", { entry: entry("x", { games: { arena: 2 } }) })],
  ["a matchmaker", registered("x", { entry: entry("x", { role: "matchmaker" }) })],
  ["one that starts", registered("x", { entry: entry("x", { state: "starting" }) })],
  ["one that drains", registered("x", { entry: entry("x", { state: "draining" }) })],
  ["one whose lease ran out", registered("x", { leaseLeftMs: 0 })],
  ["one without its connection", registered("x", { connected: false })],
])("no candidate: %s", (_name, other) => {
  expect(candidates([other], need)).toEqual([]);
});

test("[P5.13] no candidate for a match that is stored: one that reads an older format of anything of it", () => {
  const reading = (node: string, formats: Record<string, number>) =>
    registered(node, { entry: entry(node, { formats }) });
  const nodes = [
    reading("newer", { record: 1, snapshot: 3 }),
    reading("same", { record: 1, snapshot: 2 }),
    reading("older", { record: 1, snapshot: 1 }),
    registered("before"),
  ];
  const names = (formats?: Record<string, number>) =>
    candidates(nodes, { ...need, formats }).map((each) => each.entry.node);
  expect(names({ record: 1, snapshot: 2 })).toEqual(["newer", "same"]);
  expect(names({ record: 1, snapshot: 1 })).toHaveLength(4);
  // A new match has nothing stored, and one of before says nothing.
  expect(names(undefined)).toHaveLength(4);
});

test("a candidate: one with the same or a newer version, also when it is full", () => {
  const full = loaded("full", { full: true });
  const newer = registered("newer", { entry: entry("newer", { games: { arena: 4 } }) });
  expect(candidates([full, newer, registered("same")], need)).toHaveLength(3);
  expect(candidates([registered("same")], { ...need, avoid: new Set(["same"]) })).toEqual([]);
});

test("the match goes to the node with most headroom, though it runs more matches, and never to a full one", () => {
  const busy = loaded("busy", { matches: 1, tickShare: 0.7 });
  const many = loaded("many", { matches: 4, tickShare: 0.2 });
  const full = loaded("full", { full: true });
  expect(placement([busy, full, many], need)!.entry.node).toBe("many");
  expect(placement([full], need)).toBeUndefined();
  expect(placement([], need)).toBeUndefined();
});

/** How often each node is the first, over so many keys. */
function firsts(nodes: Parameters<typeof placements>[0], keys: number): Record<string, number> {
  const counts: Record<string, number> = {};
  for (let key = 0; key < keys; key++) {
    const [first] = placements(nodes, { ...need, region: "eu" }, `proposal ${key}`);
    counts[first!.entry.node] = (counts[first!.entry.node] ?? 0) + 1;
  }
  return counts;
}

test("matches that are made at one moment spread over equal nodes, and the same key has the same order", () => {
  const nodes = ["a", "b", "c", "d"].map((node) => registered(node));
  for (const count of Object.values(firsts(nodes, 4000))) expect(Math.abs(count - 1000)).toBeLessThan(150);
  const order = () => placements(nodes, { ...need, region: "eu" }, "p1").map(({ entry: { node } }) => node);
  expect(order()).toEqual(order());
  expect(order().toSorted()).toEqual(["a", "b", "c", "d"]);
});

test("a node has as many of them as it has headroom, and one that leaves changes nobody else's place", () => {
  const nodes = [loaded("half", { matches: 5 }), registered("idle"), loaded("none", { matches: 9 })];
  const { half = 0, idle: whole = 0, none = 0 } = firsts(nodes, 4000);
  expect(half / whole).toBeGreaterThan(0.42);
  expect(half / whole).toBeLessThan(0.58);
  expect(none / whole).toBeLessThan(0.15);
  for (let key = 0; key < 100; key++) {
    const order = (some: typeof nodes) =>
      placements(some, { ...need, region: "eu" }, `${key}`).map(({ entry: { node } }) => node);
    expect(order(nodes.slice(1))).toEqual(order(nodes).filter((node) => node !== "half"));
  }
});

test("a match of a region goes to nodes of it, and to those that serve all; never to a full one", () => {
  const of = (region: string) => registered(region, { entry: entry(region, { region }) });
  const nodes = [of("eu"), of("us"), registered("any"), loaded("full", { full: true })];
  const names = placements(nodes, { ...need, region: "eu" }, "p1").map(({ entry: { node } }) => node);
  expect(names.toSorted()).toEqual(["any", "eu"]);
  expect(placements([of("us")], { ...need, region: "eu" }, "p1")).toEqual([]);
});

test("a node without headroom that is not full yet comes last", () => {
  const nodes = [loaded("none", { matches: 10 }), registered("idle")];
  for (let key = 0; key < 50; key++)
    expect(placements(nodes, { ...need, region: "eu" }, `${key}`)[0]!.entry.node).toBe("idle");
});
