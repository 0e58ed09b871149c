/** docs/from-colyseus.md: the project that it shows is run here, by `--rooms`. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "@colyseus/sdk";
import { afterAll, expect, test } from "vitest";
import { type StartedServer, startServer } from "../../doors/server.ts";
import type { BattleRoom } from "./colyseus-project.ts";

type State = Pick<BattleRoom["state"], "turn">;

const project = join(import.meta.dirname, "colyseus-project.ts");
const dataDir = mkdtempSync(join(tmpdir(), "holdfast-from-colyseus-"));
let server: StartedServer | undefined;

afterAll(async () => {
  await server?.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

test("the project of docs/from-colyseus.md runs as it is", async () => {
  const page = readFileSync(join(import.meta.dirname, "../../docs/from-colyseus.md"), "utf8");
  const [, block] = /^```ts\n(.*?)^```/ms.exec(page)!;
  expect(readFileSync(project, "utf8")).toContain(block);
  server = await startServer({
    settings: { rooms: project, port: 0, host: "127.0.0.1", dataDir, logLevel: "silent" },
  });
  const one = await new Client(server.url).joinOrCreate<State>("battle");
  const two = await new Client(server.url).joinOrCreate<State>("battle");
  expect(two.roomId).toBe(one.roomId);
  expect(await one.request("move")).toBe(1);
  await expect.poll(() => two.state.turn).toBe(1);
  expect(await (await fetch(`${server.url}/hello`)).text()).toBe("hello");
  await expect(new Client(server.url).joinOrCreate("arena")).rejects.toThrow("game/unknown");
  await Promise.all([one.leave(), two.leave()]);
});
