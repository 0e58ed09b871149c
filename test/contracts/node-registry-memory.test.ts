/** The registry contract in the registry in memory, with a clock that only the test moves. */
import { memoryNodeRegistry, NodesInMemory } from "../fleet/memory-node-registry.ts";
import { nodeRegistryContract } from "./node-registry.ts";

nodeRegistryContract("memory registry", async () => {
  let nowMs = 0;
  const nodes = new NodesInMemory(() => nowMs);
  return {
    open: async (node) => memoryNodeRegistry(nodes, node),
    pass: async (ms) => {
      nowMs += ms;
    },
  };
});
