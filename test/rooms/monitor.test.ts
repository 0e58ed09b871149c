/** Colyseus' monitor on a real server, beside a game: it shows matches and rooms alike, and ends both. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RelayRoom } from "@colyseus/core";
import { monitor } from "@colyseus/monitor";
import { Client, type Room as ClientRoom } from "@colyseus/sdk";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type StartedServer, startServer } from "../../doors/server.ts";
import { press } from "../docs/tutorial-game.ts";

let server: StartedServer;
let dataDir: string;

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), "holdfast-monitor-"));
  server = await startServer({
    games: [press],
    rooms: { relay: RelayRoom },
    express: (app) => app.use("/monitor", monitor() as never),
    settings: { port: 0, host: "127.0.0.1", dataDir, logLevel: "silent" },
  });
});

afterAll(async () => {
  await server.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

const ask = async (path: string) => (await fetch(`${server.url}/monitor/api${path}`)).json();
const call = (roomId: string, method: string, ...args: unknown[]) =>
  ask(`/room/call?${new URLSearchParams({ roomId, method, args: JSON.stringify(args) })}`);

async function joined(name: string): Promise<ClientRoom> {
  const client = new Client(server.url);
  await client.auth.signInAnonymously();
  return client.joinOrCreate(name);
}

test("the monitor lists matches and rooms, shows what is in them, and its page loads", async () => {
  const [match, relay] = await Promise.all([joined("press"), joined("relay")]);
  const { rooms } = await ask("");
  const listed = Object.fromEntries(
    rooms.map((room: { roomId: string; name: string }) => [room.roomId, room.name]),
  );
  expect(listed).toMatchObject({ [match.roomId]: "press", [relay.roomId]: "relay" });
  const inside = await ask(`/room?roomId=${match.roomId}`);
  expect(inside).toMatchObject({ clients: [{ sessionId: match.sessionId }], state: { cheers: 0 } });
  expect(inside.stateSize).toBeGreaterThan(0);
  expect(await (await fetch(`${server.url}/monitor/`)).text()).toContain("<html");
  await Promise.all([match.leave(), relay.leave()]);
});

test("[P5.20] its disconnect ends a match for good: players are shown that it is over, and nobody goes on with it", async () => {
  const [match, relay] = await Promise.all([joined("press"), joined("relay")]);
  const notices: { readonly kind: string; readonly outcome?: object }[] = [];
  match.onMessage("notice", (notice) => notices.push(notice));
  const gone = new Promise<number>((resolve) => relay.onLeave((code) => resolve(code)));
  const { token } = await new Client(server.url).auth.signInAnonymously();
  const seen = async () =>
    (
      await fetch(`${server.url}/v1/matches/${match.roomId}`, {
        headers: { authorization: `Bearer ${token}` },
      })
    ).status;
  expect(await seen()).toBe(200);
  await call(match.roomId, "disconnect");
  await call(relay.roomId, "disconnect");
  await expect
    .poll(() => notices)
    .toContainEqual(
      expect.objectContaining({ kind: "over", outcome: expect.objectContaining({ reason: "closed" }) }),
    );
  await expect.poll(seen).toBe(404);
  expect(await gone).toBe(4000);
  await match.leave();
});

test("[P1.14] what it would write into a match's View is refused: a View follows its World alone", async () => {
  const match = await joined("press");
  await call(match.roomId, "_editStateProperty", ["cheers"], 7);
  await call(match.roomId, "_deleteStateProperty", ["players"]);
  expect(await ask(`/room?roomId=${match.roomId}`)).toMatchObject({ state: { cheers: 0, players: {} } });
  await call(match.roomId, "_forceClientDisconnect", match.sessionId);
  await new Promise((resolve) => match.onLeave(resolve));
});
