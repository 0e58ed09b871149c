/**
 * A fleet of real processes on a real Redis: nodes are killed, held still and drained while players that know
 * only the matchmakers play on.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { fetchMatch, fetchMatches } from "../../shared/client/api.ts";
import { joinMatch, type MatchConnection } from "../../shared/client/follow-match.ts";
import { beginSession } from "../../shared/client/sessions.ts";
import type { ArenaInput } from "../../shared/games/arena/input.ts";
import type { ArenaView } from "../../shared/games/arena/view-schema.ts";
import { closeCodes } from "../../shared/wire/errors/close-codes.ts";
import { noRedis } from "../durability/redis-server.ts";
import { FleetNodes } from "./fleet-nodes.ts";
import { clientWithSession } from "./sdk-player.ts";
import { eventually, type ServerChild } from "./server-child.ts";

type Player = MatchConnection<ArenaInput, ArenaView>;

let fleet: FleetNodes | undefined;
const players: Player[] = [];
const directories: string[] = [];

afterEach(async () => {
  await Promise.all(players.splice(0).map((player) => player.leave()));
  await fleet?.end();
  fleet = undefined;
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true });
});

/** @param more `session`: its token; left out: a guest's of their own */
async function play(
  url: string,
  name: string,
  matchId?: string,
  more: { session?: string } = {},
): Promise<Player> {
  const player = await joinMatch<ArenaInput, ArenaView>({
    url,
    game: "arena",
    name,
    options: { durationSeconds: 600 },
    ...(matchId !== undefined && { matchId }),
    ...more,
  });
  players.push(player);
  return player;
}

async function ownerOf(url: string, matchId: string, nodes: readonly ServerChild[]): Promise<ServerChild> {
  const { address } = await fetchMatch({ url }, matchId);
  return nodes.find((node) => new URL(node.url).host === address)!;
}

/** Opens a match of its own, by Colyseus' own matchmaking, and leaves it to itself. */
async function makeMatch(url: string, number: number): Promise<void> {
  const { token } = await beginSession({ url });
  const made = await fetch(`${url}/matchmake/create/arena`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
    body: JSON.stringify({ name: `Maker${number}`, options: { durationSeconds: 600 } }),
  });
  expect(made.status).toBe(200);
}

/** A spectator that stays where it is, whatever happens. @returns how many messages came */
async function openDetector(url: string, matchId: string): Promise<() => number> {
  const room = await (await clientWithSession(url)).joinById(matchId, { name: "Ear", spectate: true });
  room.reconnection.enabled = false;
  let messages = 0;
  const { events } = room.connection;
  const receive = events.onmessage;
  events.onmessage = (event: MessageEvent) => {
    messages += 1;
    receive?.(event);
  };
  return () => messages;
}

/** Resolves when the player is shown `patches` more. */
function shown(player: Player, patches = 20): Promise<true> {
  const from = player.metrics.patches;
  return eventually(() => (player.metrics.patches >= from + patches ? true : undefined), {
    what: `${patches} patches`,
  });
}

describe.skipIf(noRedis)("a fleet", () => {
  it("[P2] [P5.1] a killed node's match goes on elsewhere, in the same seat, in the same room object", async () => {
    fleet = await FleetNodes.start();
    const rooms = [await fleet.room("one"), await fleet.room("two")];
    const { url } = await fleet.matchmaker("maker");
    const ada = await play(url, "Ada");
    const ben = await play(url, "Ben", ada.matchId);
    expect(await ada.command("chat", { text: "before" })).toEqual({ ok: true });
    const before = ada.welcome;

    const info = await fetchMatch({ url }, ada.matchId);
    const owner = await ownerOf(url, ada.matchId, rooms);
    await owner.end("SIGKILL");
    await eventually(() => (ada.welcome.epoch === 2 && ben.welcome.epoch === 2 ? true : undefined));
    await Promise.all([shown(ada), shown(ben)]);

    expect(ada.welcome).toMatchObject({ matchId: before.matchId, seat: before.seat, epoch: 2 });
    expect(ada.welcome.lastCommandId).toBe(before.lastCommandId + 1);
    expect(await ada.command("chat", { text: "after" })).toEqual({ ok: true });
    const after = await fetchMatch({ url }, ada.matchId);
    expect(after).toMatchObject({ epoch: 2, seats: { taken: 2 } });
    expect(after.node).not.toBe(info.node);
    expect((await fetchMatches({ url })).map(({ id }) => id)).toEqual([ada.matchId]);
  });

  it("[P1.8] a ban that a matchmaker takes reaches a seat on another node, restored there meanwhile", async () => {
    const adminToken = "operator of this test";
    fleet = await FleetNodes.start(["--admin-token", adminToken]);
    const rooms = [await fleet.room("one"), await fleet.room("two")];
    const { url } = await fleet.matchmaker("maker");
    const session = await beginSession({ url }, "Mallory");
    const mallory = await play(url, "Mallory", undefined, { session: session.token });
    const ben = await play(url, "Ben", mallory.matchId);
    await (await ownerOf(url, ben.matchId, rooms)).end("SIGKILL");
    await eventually(() => (mallory.welcome.epoch === 2 && ben.welcome.epoch === 2 ? true : undefined));
    await Promise.all([shown(mallory), shown(ben)]);

    const banned = await fetch(`${url}/admin/users/${encodeURIComponent(session.userId)}/ban`, {
      method: "PUT",
      headers: { "content-type": "application/json", authorization: `Bearer ${adminToken}` },
      body: JSON.stringify({ minutes: 60 }),
    });
    expect(banned.status).toBe(200);
    await eventually(() => (mallory.state.kind === "left" ? true : undefined), { what: "the end" });
    expect(mallory.state).toMatchObject({ code: closeCodes.putOut, reason: "session/banned" });
    await shown(ben);
    // The matchmaker hears of it a moment later.
    await expect.poll(() => fetchMatch({ url }, ben.matchId)).toMatchObject({ seats: { taken: 1 } });
    const back = joinMatch({ url, game: "arena", resume: mallory.resumeToken });
    await expect(back).rejects.toThrow();
  });

  it("[P5.8] a drained node's matches move with their clients attached, and it exits by itself", async () => {
    fleet = await FleetNodes.start();
    const first = await fleet.room("one");
    const { url } = await fleet.matchmaker("maker");
    const ada = await play(url, "Ada");
    await fleet.room("two");
    const seat = ada.welcome.seat;
    await shown(ada);

    expect(await first.end("SIGTERM")).toBe(0);
    await eventually(() => (ada.welcome.epoch === 2 && ada.state.kind === "playing" ? true : undefined));
    await shown(ada);
    expect(ada.welcome.seat).toBe(seat);
    expect(first.output()).toMatch(/moved/);
  });

  it("[P3.5] a node that stood still sends nothing more; it starts anew, and its match runs once", async () => {
    fleet = await FleetNodes.start(["--lease-ms", "700"]);
    const rooms = [await fleet.room("one"), await fleet.room("two")];
    const { url } = await fleet.matchmaker("maker");
    const ada = await play(url, "Ada");
    await shown(ada);
    const owner = await ownerOf(url, ada.matchId, rooms);
    const heard = await openDetector(url, ada.matchId);
    await eventually(() => (heard() > 10 ? true : undefined));

    process.kill(owner.pid, "SIGSTOP");
    await eventually(() => (ada.welcome.epoch === 2 ? true : undefined));
    const before = heard();
    process.kill(owner.pid, "SIGCONT");
    expect(await owner.ended).toBe(75);
    expect(heard()).toBe(before);
    expect(owner.output()).toMatch(/stood still|declared lost/);
    await shown(ada);
    expect(await fetchMatches({ url })).toMatchObject([{ id: ada.matchId, epoch: 2 }]);
  });

  it("[P5] all matches come back when half of the nodes die at once and one returns under its address", async () => {
    fleet = await FleetNodes.start();
    const rooms = await Promise.all(["one", "two", "three", "four"].map((name) => fleet!.room(name)));
    const { url } = await fleet.matchmaker("maker");
    for (let made = 0; made < 8; made++) await makeMatch(url, made);
    const before = await eventually(async () => {
      const matches = await fetchMatches({ url });
      return matches.length === 8 ? matches : undefined;
    });
    const all = await Promise.all(before.map(({ id }, index) => play(url, `P${index}`, id)));

    const first = await ownerOf(url, before[0]!.id, rooms);
    const second = rooms.find((room) => room !== first)!;
    await Promise.all([first.end("SIGKILL"), second.end("SIGKILL")]);
    await fleet.room("one", Number(new URL(first.url).port));
    await Promise.all(all.map((player) => shown(player)));
    const after = await eventually(async () => {
      const matches = await fetchMatches({ url });
      return matches.length === before.length ? matches : undefined;
    });
    expect(after.map(({ id }) => id).sort()).toEqual(before.map(({ id }) => id).sort());
    for (const player of all) expect(player.state.kind).toBe("playing");
  });

  it("[P5] a node that does not have the match sends who comes back to look again, not away", async () => {
    fleet = await FleetNodes.start();
    const { url } = await fleet.room("one");
    const path = "/process/nowhere?sessionId=s&reconnectionToken=t";
    const socket = new WebSocket(`${url.replace("http", "ws")}${path}`);
    const code = await new Promise<number>((resolve) =>
      socket.addEventListener("close", (event) => resolve(event.code)),
    );
    expect(code).toBe(4010);
  });

  it("[P5] a roll takes a match over to a new version of its game; a node of the old one never takes it back", async () => {
    fleet = await FleetNodes.start();
    const old = await fleet.room("old");
    const { url } = await fleet.matchmaker("maker");
    const ada = await play(url, "Ada");
    await shown(ada);
    const fresh = await fleet.room("new", undefined, ["--games", newVersion()]);

    expect(await old.end("SIGTERM")).toBe(0);
    await eventually(() => (ada.welcome.epoch > 1 && ada.state.kind === "playing" ? true : undefined));
    await shown(ada);
    expect(fresh.output()).toMatch(/moved to other rules of its game/);

    const again = await fleet.room("old-again");
    await fresh.end("SIGKILL");
    await eventually(() => (again.output().includes("declared a node lost") ? true : undefined));
    // It is nobody's until a node of its version comes, and it is not lost.
    await expect(fetchMatch({ url, attemptsMax: 1 }, ada.matchId)).rejects.toMatchObject({
      code: "match/moving",
    });
    await fleet.room("new-again", undefined, ["--games", newVersion()]);
    await shown(ada);
  });
});

/** A module with the arena as its next version. */
function newVersion(): string {
  const arena = new URL("../../shared/games/arena/game.ts", import.meta.url).href;
  const directory = mkdtempSync(join(tmpdir(), "holdfast-version-"));
  directories.push(directory);
  const path = join(directory, "games.mjs");
  writeFileSync(
    path,
    `import { arena } from ${JSON.stringify(arena)};
    export const games = [{ ...arena, version: arena.version + 1, migrate: (world) => ({ ...world, migrated: true }) }];`,
  );
  return path;
}
