/**
 * The secret that seals the session keys when none is set. It is made once and kept where the server keeps its
 * matches. In a data directory it is a file that only its owner can read. In Redis it lies beside what it seals,
 * which is better than a publicly known secret, and not enough for production.
 */
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { absent, type MatchmakingStore } from "../rows/store.ts";
import { again, uncontended } from "../rows/uncontended.ts";
import { StoreError } from "../store-error.ts";

/** The setting of a secret that is made. */
export const madeSecret = "auto";
const secretBytes = 32;
const part = "secret";
const key = "session";

export interface SecretPlace {
  /** The setting. */
  readonly secret: string;
  /** Where a file of this process' user is kept apart from the store; undefined: in the store. */
  readonly directory: string | undefined;
  readonly store: MatchmakingStore;
}

/** @throws StoreError */
export async function sessionSecretOf({ secret, directory, store }: SecretPlace): Promise<string> {
  if (secret !== madeSecret) return secret;
  return directory === undefined ? secretInStore(store) : secretInFile(directory);
}

/** The lock of the data directory is held, so no other server creates one at the same time. */
function secretInFile(directory: string): string {
  const file = join(directory, "session-secret");
  try {
    mkdirSync(directory, { recursive: true });
    if (!existsSync(file)) {
      // The file is written whole or not at all, and is on the disk before anything is sealed with it.
      const draft = `${file}.draft`;
      writeFileSync(draft, `${made()}\n`, { mode: 0o600, flush: true });
      renameSync(draft, file);
    }
    const secret = readFileSync(file, "utf8").trim();
    if (secret !== "") return secret;
  } catch (error) {
    throw new StoreError("store/unavailable", `the session secret ${file}: ${(error as Error).message}`);
  }
  throw new StoreError(
    "store/unavailable",
    `the session secret ${file} is empty; remove the file to get a new one`,
  );
}

/** When several processes start together, one creates it. */
async function secretInStore(store: MatchmakingStore): Promise<string> {
  return uncontended("the session secret is not in the store", async () => {
    const [row] = await store.read(part, [key]);
    if (row !== undefined) return row.value;
    await store.commit(part, { expect: [{ key, version: absent }], put: [{ key, value: made() }] });
    return again;
  });
}

const made = () => randomBytes(secretBytes).toString("base64url");
