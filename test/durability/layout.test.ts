/** A data directory and a Redis of another layout: refused before anything in them is touched. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { open } from "lmdb";
import { describe, expect, test } from "vitest";
import { openEmbeddedStore } from "../../server/durability/stores/embedded.ts";
import { openRedisStore } from "../../server/durability/stores/redis.ts";
import { record, snapshot } from "../contracts/records.ts";
import { recovered, temporaryDirectory } from "./data-directory.ts";
import { noRedis, RedisServer } from "./redis-server.ts";

const others = [
  ["2", "store/newer-version", "in format 2, this server reads up to 1: start the newer version"],
  ["0", "store/dropped-version", "in format 0, this server reads from 1 on: start an older version"],
  ["new", "store/unavailable", "it is damaged"],
] as const;

async function writtenDirectory(path: string): Promise<void> {
  const store = await openEmbeddedStore({ path, level: "process", segmentBytes: 16 << 10 });
  await store.create({ id: "m", node: "n", about: "{}" });
  await store.append([record("m", 1), record("m", 2)]);
  await store.snapshot(snapshot("m", 1));
  await store.append([record("m", 3)]);
  await store.close();
}

async function setFormat(path: string, format: string | undefined): Promise<void> {
  const db = open({ path: join(path, "catalogue"), noSubdir: false, encoding: "binary" });
  await (format === undefined ? db.remove(["format"]) : db.put(["format"], Buffer.from(format)));
  await db.close();
}

function logBytes(path: string): string {
  const log = join(path, "wal");
  return readdirSync(log)
    .map((file) => `${file} ${readFileSync(join(log, file)).toString("base64")}`)
    .join();
}

test.each(others)(
  "[P7.11] a data directory whose format is %j is not opened: %s",
  async (format, code, why) => {
    const directory = temporaryDirectory();
    const { path } = directory;
    await writtenDirectory(path);
    await setFormat(path, format);
    const before = logBytes(path);
    const refused = { code, message: expect.stringContaining(why) };
    await expect(openEmbeddedStore({ path, level: "process" })).rejects.toMatchObject(refused);
    await expect(openEmbeddedStore({ path, level: "process", readOnly: true })).rejects.toMatchObject(
      refused,
    );
    expect(logBytes(path)).toBe(before);
    await setFormat(path, undefined);
    const store = await openEmbeddedStore({ path, level: "process" });
    expect(await recovered(store, "m")).toBe("restored to 3");
    await store.close();
    directory.remove();
  },
);

describe.skipIf(noRedis)("on a real redis-server", () => {
  test("[P7.11] keys whose format is another one are not used", async () => {
    const server = await RedisServer.start();
    try {
      for (const [format, code, why] of others) {
        await server.command("SET", "holdfast:format", format);
        const opening = openRedisStore({ url: server.url, level: "process" });
        await expect(opening).rejects.toMatchObject({ code, message: expect.stringContaining(why) });
      }
      await server.command("DEL", "holdfast:format");
      await (await openRedisStore({ url: server.url, level: "process" })).close();
    } finally {
      await server.dispose();
    }
  });
});
