/**
 * What a start that cannot succeed looks like from outside, in every role: it ends soon, with 78, and its last
 * words say what to do. Nothing is left behind that the next start would stumble over.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { noRedis, RedisServer } from "../durability/redis-server.ts";
import { startServerChild } from "./server-child.ts";

const root = join(import.meta.dirname, "..", "..");
const data = mkdtempSync(join(tmpdir(), "holdfast-refused-"));
const other = createServer();
let port: number;

beforeAll(async () => {
  other.listen(0, "127.0.0.1");
  await once(other, "listening");
  port = (other.address() as AddressInfo).port;
});
afterAll(() => {
  other.close();
  rmSync(data, { recursive: true, force: true });
});

async function run(
  entry: string,
  flags: readonly string[],
  nodeFlags: readonly string[] = [],
): Promise<{ code: number | null; said: string }> {
  const args = [...nodeFlags, join(root, entry), "--host", "127.0.0.1", "--port", String(port), ...flags];
  const child = spawn(process.execPath, args, { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
  const said = Promise.all([text(child.stdout), text(child.stderr)]);
  const [code] = await once(child, "exit");
  return { code, said: (await said).join("") };
}

test("[P7.8] a port that is taken ends the server with 78, under its supervisor too, and its data is free", async () => {
  const alone = await run("server/main.ts", ["--role", "server", "--data", data]);
  const supervised = await run("server/main.ts", ["--data", data, "--no-bots"]);
  for (const { code, said } of [alone, supervised]) {
    expect({ code, said }).toMatchObject({ code: 78, said: expect.stringContaining("the port is in use") });
  }
  const next = await startServerChild({ dataDir: data });
  const modes = readdirSync(data, { recursive: true, encoding: "utf8" }).map((name) => {
    const { mode } = statSync(join(data, name));
    return [name, (mode & 0o077).toString(8)];
  });
  expect(modes.length).toBeGreaterThan(5);
  expect(modes.filter(([, others]) => others !== "0")).toEqual([]);
  expect(await next.end("SIGTERM")).toBe(0);
});

test("[P7.8] games that cannot be loaded end the supervised server with 78, not after five tries", async () => {
  const missing = join(data, "no-such-games.mjs");
  const { code, said } = await run("server/main.ts", [
    "--port",
    "0",
    "--data",
    data,
    "--no-bots",
    "--games",
    missing,
  ]);
  expect({ code, said }).toMatchObject({
    code: 78,
    said: expect.stringContaining(`${missing} cannot be loaded`),
  });
  expect(said.split("cannot be loaded")).toHaveLength(2);
});

test("[P1] a Colyseus of which a private changed ends the server with 78, and says which", async () => {
  const sources = import.meta.resolve("@colyseus/core");
  const changed = `import { Room } from ${JSON.stringify(sources)}; delete Room.prototype._onLeave;`;
  const before = ["--import", `data:text/javascript,${encodeURIComponent(changed)}`];
  const { code, said } = await run("server/main.ts", ["--role", "server", "--data", data], before);
  expect({ code, said }).toMatchObject({
    code: 78,
    said: expect.stringMatching(
      /Room#_onLeave of @colyseus\/core, read in \S+, is different in the installed \d/,
    ),
  });
});

describe.skipIf(noRedis)("of a fleet", () => {
  test("[P7] a port that is taken ends every role and the fleet itself with 78", async () => {
    const redis = await RedisServer.start();
    const store = ["--store", "redis", "--redis-url", redis.url];
    const runs = await Promise.all([
      run("server/main.ts", ["--role", "room", ...store]),
      run("server/main.ts", ["--role", "matchmaker", ...store]),
      run("local-fleet/main.ts", ["--rooms", "1", "--matchmakers", "1", "--data", join(data, "fleet")]),
    ]).finally(() => redis.dispose());
    for (const { code, said } of runs) {
      expect({ code, said }).toMatchObject({ code: 78, said: expect.stringContaining("the port is in use") });
    }
  });

  test("[P7] an address that is none ends a node with 78 before anything is opened", async () => {
    const { code, said } = await run("server/main.ts", [
      "--role",
      "room",
      "--store",
      "redis",
      "--address",
      "::1:3000",
    ]);
    expect({ code, said }).toMatchObject({ code: 78, said: expect.stringContaining("[::1]:2567") });
  });

  test("[P7.8] a Redis Cluster ends every role with 78, and the last words say why and which Redis", async () => {
    const redis = await RedisServer.start({ "cluster-enabled": "yes" });
    // The port is not what is wrong here.
    const store = ["--port", "0", "--store", "redis", "--redis-url", redis.url, "--data", data];
    const roles = [["--role", "server"], ["--role", "room"], ["--role", "matchmaker"], ["--no-bots"]];
    const runs = await Promise.all(roles.map((role) => run("server/main.ts", [...role, ...store]))).finally(
      () => redis.dispose(),
    );
    for (const { code, said } of runs) {
      expect({ code, said }).toMatchObject({ code: 78, said: expect.stringContaining("a Redis Cluster") });
      expect(said).toContain(`Redis at 127.0.0.1:${redis.port}`);
    }
  });
});
