/** Where a match goes, when a node is full, and how much room it has: tables. */
import { expect, test } from "vitest";
import type { NodeLoad } from "../../server/fleet/directory.ts";
import {
  admissionLimits,
  candidates,
  fullBecause,
  headroom,
  placement,
} from "../../server/fleet/placement.ts";
import { card, idle, listed } from "./cards.ts";

const { tickShareMax, latenessMsMax, openAgainBelow } = admissionLimits;
const need = { game: "arena", version: 3 };
const loaded = (node: string, load: Partial<NodeLoad>) =>
  listed(node, { card: card(node, { load: { ...idle, ...load } }) });

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
  ["another game", listed("x", { card: card("x", { games: { other: 3 } }) })],
  ["an older version of the game", listed("x", { card: card("x", { games: { arena: 2 } }) })],
  ["a matchmaker", listed("x", { card: card("x", { role: "matchmaker" }) })],
  ["one that starts", listed("x", { card: card("x", { state: "starting" }) })],
  ["one that drains", listed("x", { card: card("x", { state: "draining" }) })],
  ["one whose lease ran out", listed("x", { leaseLeftMs: 0 })],
  ["one without its connection", listed("x", { connected: false })],
])("no candidate: %s", (_name, other) => {
  expect(candidates([other], need)).toEqual([]);
});

test("a candidate: one with the same or a newer version, also when it is full", () => {
  const full = loaded("full", { full: true });
  const newer = listed("newer", { card: card("newer", { games: { arena: 4 } }) });
  expect(candidates([full, newer, listed("same")], need)).toHaveLength(3);
  expect(candidates([listed("same")], { ...need, avoid: new Set(["same"]) })).toEqual([]);
});

test("the match goes to the node with most headroom, though it runs more matches, and never to a full one", () => {
  const busy = loaded("busy", { matches: 1, tickShare: 0.7 });
  const many = loaded("many", { matches: 4, tickShare: 0.2 });
  const full = loaded("full", { full: true });
  expect(placement([busy, full, many], need)!.card.node).toBe("many");
  expect(placement([full], need)).toBeUndefined();
  expect(placement([], need)).toBeUndefined();
});
