/** The matchmaking store contract on lmdb. */
import { LmdbDisk } from "../../server/rows/stores/lmdb-disk.ts";
import { LocalStore } from "../../server/rows/stores/local.ts";
import { temporaryDirectory } from "../durability/data-directory.ts";
import { matchmakingStoreContract } from "./rows.ts";

matchmakingStoreContract("embedded matchmaking store", async () => {
  const directory = temporaryDirectory();
  let nowMs = 1_700_000_000_000;
  const open = () => new LocalStore({ disk: LmdbDisk.open(directory.path), nowMs: () => nowMs });
  let store = open();
  return {
    store,
    other: store,
    pass: async (ms) => {
      nowMs += ms;
    },
    reopen: async () => {
      await store.close();
      store = open();
      return store;
    },
    dispose: async () => {
      await store.close();
      directory.remove();
    },
  };
});
