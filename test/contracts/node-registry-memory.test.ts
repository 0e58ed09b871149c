/** The directory contract on the board in memory, with a clock that only the test moves. */
import { Board, memoryDirectory } from "../../server/fleet/memory-node-registry.ts";
import { directoryContract } from "./node-registry.ts";

directoryContract("memory directory", async () => {
  let nowMs = 0;
  const board = new Board(() => nowMs);
  return {
    open: async (node) => memoryDirectory(board, node),
    pass: async (ms) => {
      nowMs += ms;
    },
  };
});
