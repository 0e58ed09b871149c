/**
 * Weighted rendezvous hashing: an order of nodes for a key that every node computes alike, without asking the others. Each
 * comes first for a share of the keys in proportion to its weight, and a node that goes away changes no other order. Pure.
 */
import { hashPlain } from "../../shared/game/deterministic/hash.ts";

/** @param weightOf 0 or more; a node of weight 0 comes after all others */
export function rendezvousOrder<Each>(
  nodes: readonly Each[],
  key: string,
  { nameOf, weightOf }: { nameOf: (node: Each) => string; weightOf: (node: Each) => number },
): readonly Each[] {
  return (
    nodes
      // A node's share of the least -ln(u) / weight is proportional to its weight.
      .map((node) => ({ node, cost: -Math.log(chanceOf(`${key} ${nameOf(node)}`)) / weightOf(node) }))
      .sort((a, b) => (a.cost === b.cost ? 0 : a.cost - b.cost))
      .map(({ node }) => node)
  );
}

/** A number above 0 and below 1 that depends only on the text. */
function chanceOf(text: string): number {
  return (Number.parseInt(hashPlain(text).slice(0, 8), 16) + 0.5) / 2 ** 32;
}
