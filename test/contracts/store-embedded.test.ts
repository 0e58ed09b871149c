/** The store contract on the embedded store: both levels, and segments so small that they roll and recycle. */
import fs from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import type { DurabilityLevel } from "../../server/durability/store.ts";
import { openEmbeddedStore } from "../../server/durability/stores/embedded.ts";
import { storeContract } from "./store.ts";

const variants: { level: DurabilityLevel; segmentBytes: number }[] = [
  { level: "machine", segmentBytes: 256 << 10 },
  { level: "process", segmentBytes: 256 << 10 },
  // Just above the contract's largest record.
  { level: "machine", segmentBytes: 101_000 },
];

for (const variant of variants) {
  storeContract(`embedded store, level ${variant.level}, segments of ${variant.segmentBytes}`, async () => {
    const directory = await fs.mkdtemp(path.join(os.tmpdir(), "holdfast-store-"));
    let store = await openEmbeddedStore({ path: directory, ...variant });
    return {
      store,
      async reopen() {
        await store.close();
        store = await openEmbeddedStore({ path: directory, ...variant });
        return store;
      },
      async dispose() {
        await store.close();
        await fs.rm(directory, { recursive: true, force: true });
      },
    };
  });
}
