/** The secret that a server makes for itself: the same after every start, for its owner's eyes, and never a known one. */
import fs from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { sessionSecretOf } from "../../server/accounts/session-secret.ts";
import { LocalStore } from "../../server/rows/stores/local.ts";
import { MemoryDisk } from "../../server/rows/stores/memory-disk.ts";
import type { Config } from "../../server/settings/settings.ts";
import { storeKind } from "../../server/stores/registered.ts";
import { temporaryDirectory } from "../durability/data-directory.ts";

let directory: ReturnType<typeof temporaryDirectory>;
beforeEach(() => {
  directory = temporaryDirectory();
});
afterEach(() => directory.remove());

const inStoreOf = (kind: string, store: LocalStore, dataDir = directory.path) =>
  sessionSecretOf({
    secret: "auto",
    directory: storeKind(kind).secretDirectory?.({ dataDir } as Config),
    store,
  });
const inFile = (store: LocalStore, dataDir?: string) => inStoreOf("embedded", store, dataDir);
const inStore = (store: LocalStore) => inStoreOf("redis", store);
const newStore = () => new LocalStore({ disk: new MemoryDisk(), nowMs: () => 0 });
const file = () => path.join(directory.path, "session-secret");

test("in a data directory it is made once, only its owner reads it, and another directory has another one", async () => {
  const secret = await inFile(newStore());
  expect(secret.length).toBeGreaterThanOrEqual(32);
  expect(fs.statSync(file()).mode & 0o777).toBe(0o600);
  expect(await inFile(newStore())).toBe(secret);
  const elsewhere = path.join(directory.path, "other");
  expect(await inFile(newStore(), elsewhere)).not.toBe(secret);
});

test("[P8] in a store that several share, all that start together have the same", async () => {
  const store = newStore();
  const all = await Promise.all(Array.from({ length: 5 }, () => inStore(store)));
  expect(new Set(all).size).toBe(1);
  expect(await inStore(newStore())).not.toBe(all[0]);
});

test("one that is set is taken as it is, and an empty file is no secret", async () => {
  const given = { secret: "mine", directory: directory.path, store: newStore() };
  expect(await sessionSecretOf(given)).toBe("mine");
  fs.writeFileSync(file(), "\n");
  await expect(inFile(newStore())).rejects.toThrow(/session-secret is empty; remove the file/);
});
