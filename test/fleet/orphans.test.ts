/** Which matches have no owner, since when, and what a node remembers of them. */
import { expect, test } from "vitest";
import { type Fleet, Orphans, type WhyOwnerless, whyOwnerless } from "../../server/fleet/orphans.ts";
import type { CatalogueMatch } from "../../server/fleet/ports.ts";
import { entry, hosted, registered } from "./node-entries.ts";

const limits = { ownGraceMs: 100, strandedGraceMs: 1000 };
const match = (node: string, differing: Partial<CatalogueMatch> = {}): CatalogueMatch => ({
  ...{ id: "m", epoch: 2, node, game: "arena", version: 3 },
  ...differing,
});
const showing = (node: string, epoch: number) =>
  registered(node, { entry: entry(node, { matches: [hosted("m", { epoch })] }) });
const fleet = (differing: Partial<Fleet> = {}): Fleet => ({
  ...{ self: "self", nodes: [registered("self"), registered("other")], hosts: () => false },
  ...differing,
});
const ids = (orphans: Orphans, at: Fleet, nowMs: number) => orphans.open(at, nowMs).map(({ id }) => id);

test.each<[string, CatalogueMatch, Partial<Fleet>, WhyOwnerless | undefined]>([
  ["its node is not in the registry", match("dead"), {}, "gone"],
  ["its node shows it", match("other"), { nodes: [registered("self"), showing("other", 2)] }, undefined],
  ["its node lives and does not show it", match("other"), {}, "stranded"],
  ["its node shows it under an older epoch", match("other"), { nodes: [showing("other", 1)] }, "stranded"],
  ["it is here", match("self"), { hosts: () => true }, undefined],
  ["it is ours and not here", match("self"), {}, "own"],
  ["it is here, whatever the catalogue says", match("dead"), { hosts: () => true }, undefined],
  ["the catalogue is old: another took it over", match("dead"), { nodes: [showing("other", 3)] }, undefined],
])("ownerless? %s", (_name, entry, differing, expected) => {
  expect(whyOwnerless(entry, fleet(differing))).toBe(expected);
});

test.each<[WhyOwnerless, string, number]>([
  ["gone", "dead", 0],
  ["own", "self", limits.ownGraceMs],
  ["stranded", "other", limits.strandedGraceMs],
])("%s: open after its grace, which begins when it is first seen", (_why, node, graceMs) => {
  const orphans = new Orphans(limits);
  orphans.update([match(node)], fleet(), 5000);
  orphans.update([match(node)], fleet(), 5000 + graceMs);
  if (graceMs > 0) expect(ids(orphans, fleet(), 5000 + graceMs - 1)).toEqual([]);
  expect(orphans.open(fleet(), 5000 + graceMs)).toEqual([
    { id: "m", epoch: 2, game: "arena", version: 3, sinceMs: 5000 + graceMs, players: 0 },
  ]);
});

test("another epoch is another case: the grace begins anew", () => {
  const orphans = new Orphans(limits);
  orphans.update([match("other")], fleet(), 0);
  orphans.update([match("other", { epoch: 3 })], fleet(), 900);
  expect(ids(orphans, fleet(), 1000)).toEqual([]);
});

test("one that came here, or is shown by its owner, since the catalogue was read, is not open", () => {
  const orphans = new Orphans(limits);
  orphans.update([match("dead")], fleet(), 0);
  expect(ids(orphans, fleet({ hosts: () => true }), 0)).toEqual([]);
  expect(ids(orphans, fleet({ nodes: [showing("other", 3)] }), 0)).toEqual([]);
  expect(ids(orphans, fleet(), 0)).toEqual(["m"]);
});

test("how many played is remembered from the last entry of the node that is gone", () => {
  const orphans = new Orphans(limits);
  orphans.remember(entry("dead", { matches: [hosted("m", { players: 7 })] }));
  orphans.update([match("dead")], fleet(), 0);
  expect(orphans.open(fleet(), 0)[0]!.players).toBe(7);
});

test("[P6] what could not be opened rests until its time, is new once, and is forgotten with its match", () => {
  const orphans = new Orphans(limits);
  orphans.update([match("dead")], fleet(), 0);
  expect(orphans.refuse("m", { reason: "damaged", untilMs: 50 })).toBe(true);
  expect(ids(orphans, fleet(), 49)).toEqual([]);
  expect(ids(orphans, fleet(), 50)).toEqual(["m"]);
  expect(orphans.refuse("m", { reason: "damaged", untilMs: 90 })).toBe(false);
  expect(orphans.refuse("m", { reason: "the store is away", untilMs: 90 })).toBe(true);
  orphans.update([], fleet(), 60);
  expect(orphans.count).toBe(0);
  expect(orphans.refuse("m", { reason: "the store is away", untilMs: 90 })).toBe(true);
});
