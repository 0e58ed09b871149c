/** The matchmaking store contract on the store in memory. */
import { LocalStore } from "../../server/rows/stores/local.ts";
import { MemoryDisk } from "../../server/rows/stores/memory-disk.ts";
import { matchmakingStoreContract } from "./rows.ts";

matchmakingStoreContract("matchmaking store in memory", async () => {
  let nowMs = 1_700_000_000_000;
  const store = new LocalStore({ disk: new MemoryDisk(), nowMs: () => nowMs });
  return {
    store,
    other: store,
    pass: async (ms) => {
      nowMs += ms;
    },
    dispose: () => store.close(),
  };
});
