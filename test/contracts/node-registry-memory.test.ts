/** The directory contract on the board in memory, with a clock that only the test moves. */
import { memoryNodeRegistry, NodesInMemory } from "../../server/fleet/memory-node-registry.ts";
import { directoryContract } from "./node-registry.ts";

directoryContract("memory directory", async () => {
  let nowMs = 0;
  const board = new NodesInMemory(() => nowMs);
  return {
    open: async (node) => memoryNodeRegistry(board, node),
    pass: async (ms) => {
      nowMs += ms;
    },
  };
});
