/** What callers of the API are told of a match of the fleet: where it runs, that it moves, or that there is none. */
import { expect, test } from "vitest";
import { matchInfo, matchInfos } from "../../server/fleet/match-infos.ts";
import { entry, hosted, registered } from "./node-entries.ts";

const nodes = [
  registered("a", { entry: entry("a", { matches: [{ ...hosted("m1"), epoch: 1 }] }) }),
  registered("b", { entry: entry("b", { matches: [{ ...hosted("m1"), epoch: 2 }, hosted("m2")] }) }),
];

function lookup(running: readonly string[] = []) {
  const waitedFor: number[] = [];
  const locator = {
    nodes: () => nodes,
    addressOf: (id: string) => (id === "m1" || id === "m2" ? "b:1" : undefined),
    ownerAfter: async (_id: string, epoch: number) => {
      waitedFor.push(epoch);
      return undefined;
    },
  };
  return { parts: { locator, isRunning: async (id: string) => running.includes(id) }, waitedFor };
}

test("every match is listed once, as its owner with the highest epoch shows it", () => {
  const infos = matchInfos(nodes);
  expect(infos.map(({ id }) => id).sort()).toEqual(["m1", "m2"]);
  expect(infos.find(({ id }) => id === "m1")).toMatchObject({ node: "b", epoch: 2 });
});

test("one that its owner lists nowhere is in no list, whatever its owner before said, and who knows its id is told of it", async () => {
  const shy = registered("b", {
    entry: entry("b", { matches: [{ ...hosted("m1"), epoch: 2, hidden: true }, hosted("m2")] }),
  });
  const locator = { ...lookup().parts.locator, nodes: () => [nodes[0]!, shy] };
  expect(matchInfos(locator.nodes()).map(({ id }) => id)).toEqual(["m2"]);
  expect(await matchInfo({ locator, isRunning: async () => true }, "m1")).toMatchObject({ node: "b" });
});

test("a match with an owner is shown as it is there, and only for a later epoch is its owner waited for", async () => {
  const { parts, waitedFor } = lookup();
  expect(await matchInfo(parts, "m1")).toMatchObject({ id: "m1", node: "b", epoch: 2 });
  expect(waitedFor).toEqual([]);
  expect(await matchInfo(parts, "m1", 1)).toMatchObject({ epoch: 2 });
  expect(waitedFor).toEqual([1]);
});

test("[P5] a match without an owner moves while the catalogue lists it as running; else there is none", async () => {
  const { parts } = lookup(["moved"]);
  expect(await matchInfo(parts, "moved")).toBe("moving");
  expect(await matchInfo(parts, "over")).toBeUndefined();
});
