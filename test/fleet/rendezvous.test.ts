/** The order of nodes for a key: alike for everybody, in proportion to the weights, and stable when a node goes. */
import { expect, test } from "vitest";
import { rendezvousOrder } from "../../server/fleet/rendezvous.ts";

interface Weighted {
  readonly name: string;
  readonly weight: number;
}

const of = { nameOf: ({ name }: Weighted) => name, weightOf: ({ weight }: Weighted) => weight };
const keys = Array.from({ length: 4000 }, (_, at) => `match ${at}`);
const orderFor = (key: string, nodes: readonly Weighted[]) =>
  rendezvousOrder(nodes, key, of).map(({ name }) => name);
const nodes: readonly Weighted[] = [
  { name: "a", weight: 1 },
  { name: "b", weight: 1 },
  { name: "c", weight: 2 },
  { name: "idle", weight: 0 },
];

test("[P4] the order of a key does not depend on the order of the nodes", () => {
  for (const key of keys.slice(0, 100))
    expect(orderFor(key, nodes.toReversed())).toEqual(orderFor(key, nodes));
});

test("each node comes first for a share of the keys in proportion to its weight; without weight it comes last", () => {
  const orders = keys.map((key) => orderFor(key, nodes));
  const share = (name: string) => orders.filter(([first]) => first === name).length / keys.length;
  for (const { name, weight } of nodes) expect(share(name)).toBeCloseTo(weight / 4, 1);
  expect(orders.every((order) => order.at(-1) === "idle")).toBe(true);
});

test("when a node goes, the others keep their order", () => {
  const left = nodes.filter(({ name }) => name !== "b");
  for (const key of keys.slice(0, 100))
    expect(orderFor(key, left)).toEqual(orderFor(key, nodes).filter((name) => name !== "b"));
});
