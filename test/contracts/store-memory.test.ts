/** The store contract on the store in memory. */
import { type MatchesInMemory, MemoryStore } from "../../server/durability/stores/memory.ts";
import { storeContract } from "./store.ts";

storeContract("memory store", async () => {
  const disk: MatchesInMemory = new Map();
  let store = new MemoryStore({ disk });
  return {
    store,
    async reopen() {
      await store.close();
      store = new MemoryStore({ disk });
      return store;
    },
    dispose: () => store.close(),
  };
});
