/** Rooms of a real server from the outside: seats, spectators, commands, leaving, dropping, a planned stop. */
import { Client } from "@colyseus/sdk";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { beginSession } from "../../shared/client/sessions.ts";
import { temporaryDirectory } from "../durability/data-directory.ts";
import { joinAsSdkPlayer, type SdkPlayer } from "./sdk-player.ts";
import { endServerChildren, eventually, type ServerChild, startServerChild } from "./server-child.ts";

const directory = temporaryDirectory();
const players: SdkPlayer[] = [];
let server: ServerChild;

beforeAll(async () => {
  server = await startServerChild({ dataDir: directory.path, flags: ["--seat-grace-seconds", "1"] });
});

afterEach(async () => {
  for (const player of players.splice(0)) await player.leave().catch(() => {});
});

afterAll(async () => {
  await endServerChildren();
  directory.remove();
});

async function join(name: string, matchId?: string): Promise<SdkPlayer> {
  const player = await joinAsSdkPlayer(server.url, { name, ...(matchId === undefined ? {} : { matchId }) });
  players.push(player);
  await eventually(() => player.welcomes[0], { what: "welcome" });
  return player;
}

const post = async (path: string, body: object) => {
  const { token } = await beginSession({ url: server.url });
  return fetch(server.url + path, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
    body: JSON.stringify(body),
  });
};

const info = async (id: string) =>
  (await (await fetch(`${server.url}/v1/matches/${id}`)).json()) as {
    seats: { taken: number };
    tick: number;
  };

describe("a room", () => {
  it("gives seats in order, counts them, and takes a left seat back", async () => {
    const ada = await join("Ada");
    const id = ada.room.roomId;
    const ben = await join("Ben", id);
    expect([ada.welcomes[0]!.seat, ben.welcomes[0]!.seat]).toEqual([0, 1]);
    expect((await info(id)).seats.taken).toBe(2);
    await ben.leave();
    await eventually(async () => ((await info(id)).seats.taken === 1 ? true : undefined), { what: "leave" });
    const cleo = await join("Cleo", id);
    expect(cleo.welcomes[0]!.seat).toBe(1);
  });

  it("[P6] is full at 16 players; the 17th gets another match, and a named one refuses them", async () => {
    const first = await join("P0");
    const id = first.room.roomId;
    for (let i = 1; i < 16; i++) await join(`P${i}`, id);
    const refused = await post("/v1/matches/join", { matchId: id, name: "late" });
    expect(await refused.json()).toMatchObject({ status: 409, code: "seat/full" });
    const elsewhere = await join("late");
    expect(elsewhere.room.roomId).not.toBe(id);
    const watching = await post("/v1/matches/join", { matchId: id, name: "watcher", spectate: true });
    const { reservation } = (await watching.json()) as { reservation: never };
    const room = await new Client(server.url).consumeSeatReservation(reservation);
    const welcome = await new Promise<{ seat: unknown }>((resolve) => room.onMessage("welcome", resolve));
    expect(welcome.seat).toBe("spectator");
    expect((await info(id)).seats.taken).toBe(16);
    await room.leave();
  });

  it("[P1.3] answers commands, and says what is wrong with a bad one without hanging up", async () => {
    const ada = await join("Ada");
    expect(await ada.command(1, "chat", { text: "hello" })).toEqual({ ok: true });
    expect(await ada.command(2, "dance", {})).toEqual({ ok: false, reason: "command/unknown" });
    expect(await ada.command(3, "chat", { text: 7 })).toEqual({ ok: false, reason: "command/invalid" });
    expect(await ada.command(-1, "chat", { text: "x" })).toEqual({ ok: false, reason: "command/invalid" });
    const problem = new Promise((resolve) => ada.room.onMessage("problem", resolve));
    ada.room.send("nonsense", { a: 1 });
    expect(await problem).toMatchObject({ code: "message/unknown" });
    expect(await ada.command(4, "chat", { text: "still here" })).toEqual({ ok: true });
  });

  it("[P6.6] closes who sends messages that no player sends, for good, and goes on for the others", async () => {
    const ada = await join("Ada");
    // Each harmless, and each of another kind of wrong.
    for (const bytes of [[], [14], [17], [20], [255], [10, 0], [19, 63, 0], [13], [21, 1]]) {
      const mallory = await join("Mallory", ada.room.roomId);
      mallory.room.connection.send(new Uint8Array(bytes));
      await eventually(() => mallory.events[0], { what: `the end of who sends ${bytes}` });
      expect(mallory.events).toEqual(["leave 1008"]);
    }
    const before = ada.seen.size;
    await eventually(() => (ada.seen.size > before + 20 ? true : undefined), { what: "playing on" });
    expect(ada.events).toEqual([]);
    const metrics = await (await fetch(`${server.url}/metrics`)).text();
    expect(metrics).toContain('holdfast_connections_refused_total{reason="kind"} 5');
    expect(metrics).toContain('holdfast_connections_refused_total{reason="shape"} 4');
  });

  it("[P6] sends who floods away for a while, and goes on for the others", async () => {
    const ada = await join("Ada");
    const flood = await join("Flood", ada.room.roomId);
    flood.room.reconnection.minUptime = 0;
    for (let i = 0; i < 300; i++) flood.room.ping(() => {});
    await eventually(() => (flood.events.includes("reconnect") ? true : undefined), { what: "the return" });
    expect(flood.events).toEqual(["drop", "reconnect"]);
    const before = ada.seen.size;
    await eventually(() => (ada.seen.size > before + 5 ? true : undefined), { what: "playing on" });
    expect(ada.events).toEqual([]);
  });

  it("[P5] gives the seat of a player who stays away up after the grace period", async () => {
    const ada = await join("Ada");
    const ben = await join("Ben", ada.room.roomId);
    ben.room.reconnection.enabled = false;
    await ben.room.leave(false);
    expect((await info(ada.room.roomId)).seats.taken).toBe(2);
    await eventually(async () => ((await info(ada.room.roomId)).seats.taken === 1 ? true : undefined));
  });

  it("[P7] bad options of a new match are refused with the reason", async () => {
    const full = await join("P0");
    const response = await post("/matchmake/create/arena", { name: "x", options: { durationSeconds: -5 } });
    expect(await response.text()).toContain("match/bad-options");
    expect(full.events).toEqual([]);
    expect(await (await post("/v1/matches/join", { game: "chess" })).json()).toMatchObject({
      code: "game/unknown",
    });
  });
});

describe("Colyseus' own HTTP", () => {
  it("[P6] is not reached: only what the SDK asks is answered, by us, and the match goes on", async () => {
    const ada = await join("Ada");
    const asked = [
      ["GET", "/__healthcheck", 404],
      ["GET", "/matchmake/joinOrCreate/arena", 404],
      ["POST", "/matchmake/query/arena", 400],
      ["POST", "/matchmake/joinById/no-such-match", 400],
      ["POST", "/matchmake/joinById/aaaaaaaaaaaa", 401],
      ["POST", "/matchmake/join/chess", 404],
      ["OPTIONS", "/matchmake/join/arena", 200],
    ] as const;
    for (const [method, path, status] of asked) {
      const answered = await fetch(`${server.url}${path}`, { method });
      expect([method, path, answered.status]).toEqual([method, path, status]);
      if (status >= 400) expect(answered.headers.get("content-type")).toContain("application/problem+json");
    }
    const before = ada.seen.size;
    await eventually(() => (ada.seen.size > before + 20 ? true : undefined), { what: "playing on" });
  });
});

describe("a planned stop", () => {
  it("[P5] sends everyone away with the code that brings them back; the next server goes on", async () => {
    const ada = await join("Ada");
    const tick = (await info(ada.room.roomId)).tick;
    const port = Number(new URL(server.url).port);
    expect(await server.end("SIGTERM")).toBe(0);
    server = await startServerChild({ dataDir: directory.path, port });
    expect(server.matches).toBeGreaterThan(0);
    expect((await info(ada.room.roomId)).tick).toBeGreaterThanOrEqual(tick);
    expect(ada.notices.map((notice) => notice.kind)).toContain("closing");
  });
});
