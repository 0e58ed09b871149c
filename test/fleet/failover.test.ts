/** Who takes which orphan, when: every orphan has its taker as long as one node lives, and the work spreads. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { type Orphan, ranking, takeovers } from "../../server/fleet/failover.ts";
import { entry, idle, registered } from "./node-entries.ts";

const rankStepMs = 1000;

const orphan = (id: string, differing: Partial<Orphan> = {}): Orphan => ({
  ...{ id, epoch: 1, game: "arena", version: 3, sinceMs: 0, players: 0 },
  ...differing,
});
const nodesOf = (...names: string[]) => names.map((name) => registered(name));
const ids = (found: readonly Orphan[]) => found.map(({ id }) => id);

test("the ranking does not depend on the order of the registry, and everybody is in it once", () => {
  const names = ["a", "b", "c", "d"];
  const forward = ranking(orphan("m"), nodesOf(...names));
  expect(ranking(orphan("m"), nodesOf(...names.toReversed()))).toEqual(forward);
  expect(forward.toSorted()).toEqual(names);
});

test("a node that goes does not change the order of the others", () => {
  for (let index = 0; index < 50; index++) {
    const whole = ranking(orphan(`m${index}`), nodesOf("a", "b", "c", "d"));
    const without = ranking(orphan(`m${index}`), nodesOf("a", "b", "d"));
    expect(without).toEqual(whole.filter((name) => name !== "c"));
  }
});

test("matches spread by headroom: half the room, about half the matches", () => {
  const small = registered("small", { entry: entry("small", { load: { ...idle, matches: 5 } }) });
  const nodes = [...nodesOf("a", "b"), small];
  const firsts = Array.from({ length: 3000 }, (_, index) => ranking(orphan(`match-${index}`), nodes)[0]);
  const share = (name: string) => firsts.filter((first) => first === name).length / firsts.length;
  expect(share("a")).toBeCloseTo(0.4, 1);
  expect(share("b")).toBeCloseTo(0.4, 1);
  expect(share("small")).toBeCloseTo(0.2, 1);
});

test("the first choice goes at once, the second a step later, the third two", () => {
  const nodes = nodesOf("a", "b", "c");
  const [first, second, third] = ranking(orphan("m"), nodes);
  const claimsAt = (self: string, nowMs: number) =>
    takeovers({ orphans: [orphan("m", { sinceMs: 500 })], nodes, self, nowMs, rankStepMs }).length === 1;
  const expected: [string, number, boolean][] = [
    [first!, 500, true],
    [second!, 500, false],
    [second!, 1499, false],
    [second!, 1500, true],
    [third!, 1500, false],
    [third!, 2500, true],
  ];
  for (const [self, nowMs, claims] of expected)
    expect([self, nowMs, claimsAt(self, nowMs)]).toEqual([self, nowMs, claims]);
});

test("the match with most players comes first", () => {
  const orphans = [orphan("b"), orphan("a"), orphan("hot", { players: 8 }), orphan("warm", { players: 2 })];
  const found = takeovers({ orphans, nodes: nodesOf("x"), self: "x", nowMs: 0, rankStepMs });
  expect(ids(found)).toEqual(["hot", "warm", "a", "b"]);
});

test("a full node is the last choice, but the only one that is left takes it", () => {
  const full = registered("full", { entry: entry("full", { load: { ...idle, tickShare: 1, full: true } }) });
  const firsts = Array.from(
    { length: 300 },
    (_, index) => ranking(orphan(`${index}`), [full, registered("a")])[0],
  );
  expect(firsts.filter((first) => first === "full").length).toBeLessThan(30);
  expect(
    ids(takeovers({ orphans: [orphan("m")], nodes: [full], self: "full", nowMs: 0, rankStepMs })),
  ).toEqual(["m"]);
});

test("a node that cannot run the match does not take it, at any time", () => {
  const old = registered("old", { entry: entry("old", { games: { arena: 2 } }) });
  const question = { orphans: [orphan("m")], nodes: [old], self: "old", nowMs: 1e9, rankStepMs };
  expect(takeovers(question)).toEqual([]);
  expect(takeovers({ ...question, self: "not-on-the-nodes" })).toEqual([]);
});

const arbitraryNodes = fc
  .array(
    fc.record({
      connected: fc.boolean(),
      leaseLeftMs: fc.integer({ min: -10, max: 3000 }),
      tickShare: fc.double({ min: 0, max: 1, noNaN: true }),
      draining: fc.boolean(),
      version: fc.integer({ min: 2, max: 4 }),
    }),
    { minLength: 1, maxLength: 8 },
  )
  .map((nodes) =>
    nodes.map(({ connected, leaseLeftMs, tickShare, draining, version }, index) =>
      registered(`node${index}`, {
        ...{ connected, leaseLeftMs },
        entry: entry(`node${index}`, {
          ...{ state: draining ? "draining" : "ready", games: { arena: version } },
          load: { ...idle, tickShare },
        }),
      }),
    ),
  );

test("[P5.7] somebody claims every orphan within one step per node, as long as one node can", () => {
  fc.assert(
    fc.property(arbitraryNodes, fc.uniqueArray(fc.string(), { maxLength: 5 }), (nodes, names) => {
      const orphans = names.map((name) => orphan(name));
      const able = nodes.filter(
        ({ entry: { state, games }, connected, leaseLeftMs }) =>
          state === "ready" && games.arena! >= 3 && connected && leaseLeftMs > 0,
      );
      const claimedBy = (nowMs: number) =>
        nodes.flatMap(({ entry: { node: self } }) =>
          ids(takeovers({ orphans, nodes, self, nowMs, rankStepMs })),
        );
      const inTime = new Set(claimedBy((nodes.length - 1) * rankStepMs));
      expect(inTime).toEqual(new Set(able.length > 0 ? names : []));
      // One at a time: with one view of the registry, two never claim the same at the first moment.
      expect(claimedBy(0)).toHaveLength(able.length > 0 ? names.length : 0);
    }),
  );
});

test("[P5] when the first choices die one after the other, the last one alive claims it in the end", () => {
  fc.assert(
    fc.property(fc.string(), fc.integer({ min: 1, max: 8 }), (id, count) => {
      let nodes = nodesOf(...Array.from({ length: count }, (_, index) => `node${index}`));
      while (nodes.length > 1) {
        const [first] = ranking(orphan(id), nodes);
        nodes = nodes.filter(({ entry: { node } }) => node !== first);
      }
      const self = nodes[0]!.entry.node;
      expect(takeovers({ orphans: [orphan(id)], nodes, self, nowMs: 0, rankStepMs })).toHaveLength(1);
    }),
  );
});
