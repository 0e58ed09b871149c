/**
 * A fleet of real processes on a real Redis: nodes are killed, held still and drained while players that know
 * only the matchmaker play on. The tests share it, and each begins with as many living rooms as it needs.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
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

const adminToken = "operator of this test";
/** A match that a test leaves behind ends, so that the next test has the fleet for itself. */
const flags = ["--admin-token", adminToken, "--empty-seconds", "5"];

let fleet: FleetNodes;
let url: string;
/** Rooms that live; the tests end some of them. */
let alive: readonly ServerChild[] = [];
let started = 0;
const players: Player[] = [];
const directories: string[] = [];

afterEach(async () => {
  await Promise.all(players.splice(0).map((player) => player.leave()));
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true });
});

/** @returns so many living rooms: those that there are, and new ones */
async function rooms(count: number): Promise<readonly ServerChild[]> {
  const missing = Array.from({ length: Math.max(0, count - alive.length) }, () => started++);
  const more = await Promise.all(missing.map((number) => fleet.room(`room-${number}`)));
  for (const room of more)
    void room.ended.then(() => {
      alive = alive.filter((each) => each !== room);
    });
  alive = [...alive, ...more];
  return alive;
}

/** @param more `session`: its token; left out: a guest's of their own. `at`: left out, the fleet's matchmaker */
async function play(
  name: string,
  matchId: string,
  { at = url, ...more }: { at?: string; session?: string } = {},
): Promise<Player> {
  const player = await joinMatch<ArenaInput, ArenaView>({ url: at, game: "arena", name, matchId, ...more });
  players.push(player);
  return player;
}

async function ownerOf(matchId: string): Promise<ServerChild> {
  const { address } = await fetchMatch({ url }, matchId);
  return alive.find((node) => new URL(node.url).host === address)!;
}

/**
 * Opens a match, by Colyseus' own matchmaking, and leaves it to itself. A node that is late takes nobody for a moment, and
 * says so. @returns its id
 */
async function newMatch(at = url): Promise<string> {
  const { token } = await beginSession({ url: at });
  return eventually(
    async () => {
      const made = await fetch(`${at}/matchmake/create/arena`, {
        method: "POST",
        headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
        body: JSON.stringify({ name: "Maker", options: { durationSeconds: 600 } }),
      });
      const answer = (await made.json()) as { roomId: string; code?: string };
      if (made.status === 503 && answer.code === "node/full") return undefined;
      expect([made.status, answer]).toEqual([200, expect.objectContaining({ roomId: expect.any(String) })]);
      return answer.roomId;
    },
    { everyMs: 200, what: "a new match" },
  );
}

/** A spectator that stays where it is, whatever happens. @returns how many messages came */
async function openDetector(matchId: string): Promise<() => number> {
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
  beforeAll(async () => {
    fleet = await FleetNodes.start(flags);
    ({ url } = await fleet.matchmaker("maker"));
  });
  afterAll(() => fleet?.end());

  it("[P2] [P5.1] a killed node's match goes on elsewhere, in the same seat, in the same room object", async () => {
    await rooms(2);
    const id = await newMatch();
    const ada = await play("Ada", id);
    const ben = await play("Ben", id);
    expect(await ada.command("chat", { text: "before" })).toEqual({ ok: true });
    const before = ada.welcome;

    const info = await fetchMatch({ url }, id);
    await (await ownerOf(id)).end("SIGKILL");
    await eventually(() => (ada.welcome.epoch === 2 && ben.welcome.epoch === 2 ? true : undefined));
    await Promise.all([shown(ada), shown(ben)]);

    expect(ada.welcome).toMatchObject({ matchId: id, seat: before.seat, epoch: 2 });
    expect(ada.welcome.lastCommandId).toBe(before.lastCommandId + 1);
    expect(await ada.command("chat", { text: "after" })).toEqual({ ok: true });
    const after = await fetchMatch({ url }, id);
    expect(after).toMatchObject({ epoch: 2, seats: { taken: 2 } });
    expect(after.node).not.toBe(info.node);
    expect((await fetchMatches({ url })).map((match) => match.id)).toEqual([id]);
  });

  it("[P1.8] a ban that a matchmaker takes reaches a seat on another node, restored there meanwhile", async () => {
    await rooms(2);
    const id = await newMatch();
    const session = await beginSession({ url }, "Mallory");
    const mallory = await play("Mallory", id, { session: session.token });
    const ben = await play("Ben", id);
    await (await ownerOf(id)).end("SIGKILL");
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
    await expect.poll(() => fetchMatch({ url }, id)).toMatchObject({ seats: { taken: 1 } });
    const back = joinMatch({ url, game: "arena", resume: mallory.resumeToken });
    await expect(back).rejects.toThrow();
  });

  it("[P5.8] a drained node's matches move with their clients attached, and it exits by itself", async () => {
    await rooms(2);
    const id = await newMatch();
    const ada = await play("Ada", id);
    const seat = ada.welcome.seat;
    await shown(ada);

    const owner = await ownerOf(id);
    expect(await owner.end("SIGTERM")).toBe(0);
    await eventually(() => (ada.welcome.epoch === 2 && ada.state.kind === "playing" ? true : undefined));
    await shown(ada);
    expect(ada.welcome.seat).toBe(seat);
    expect(owner.output()).toMatch(/moved/);
  });

  it("[P3.5] a node that stood still sends nothing more; it starts anew, and its match runs once", async () => {
    await rooms(2);
    const id = await newMatch();
    const ada = await play("Ada", id);
    await shown(ada);
    const owner = await ownerOf(id);
    const heard = await openDetector(id);
    await eventually(() => (heard() > 10 ? true : undefined));

    process.kill(owner.pid, "SIGSTOP");
    await eventually(() => (ada.welcome.epoch === 2 ? true : undefined));
    const before = heard();
    process.kill(owner.pid, "SIGCONT");
    expect(await owner.ended).toBe(75);
    expect(heard()).toBe(before);
    expect(owner.output()).toMatch(/stood still|declared lost/);
    await shown(ada);
    const its = (await fetchMatches({ url })).filter((match) => match.id === id);
    expect(its).toMatchObject([{ id, epoch: 2 }]);
  });

  it("[P5] all matches come back when half of the nodes die at once and one returns under its address", async () => {
    await rooms(4);
    const ids: string[] = [];
    for (let made = 0; made < 8; made++) ids.push(await newMatch());
    const theirs = async () => (await fetchMatches({ url })).filter(({ id }) => ids.includes(id));
    const all = await Promise.all(ids.map((id, index) => play(`P${index}`, id)));
    expect(await theirs()).toHaveLength(8);

    const first = await ownerOf(ids[0]!);
    const second = alive.find((room) => room !== first)!;
    await Promise.all([first.end("SIGKILL"), second.end("SIGKILL")]);
    alive = [...alive, await fleet.room("back", Number(new URL(first.url).port))];
    await Promise.all(all.map((player) => shown(player)));
    const after = await eventually(async () => {
      const matches = await theirs();
      return matches.length === ids.length ? matches : undefined;
    });
    expect(after.map(({ id }) => id).sort()).toEqual(ids.toSorted());
    for (const player of all) expect(player.state.kind).toBe("playing");
  });

  it("[P5] a node that does not have the match sends who comes back to look again, not away", async () => {
    const [room] = await rooms(1);
    const path = "/process/nowhere?sessionId=s&reconnectionToken=t";
    const socket = new WebSocket(`${room!.url.replace("http", "ws")}${path}`);
    const code = await new Promise<number>((resolve) =>
      socket.addEventListener("close", (event) => resolve(event.code)),
    );
    expect(code).toBe(4010);
  });
});

describe.skipIf(noRedis)("a fleet in which a node has a new version of a game", () => {
  let rolled: FleetNodes;
  beforeAll(async () => {
    rolled = await FleetNodes.start();
  });
  afterAll(() => rolled?.end());

  it("[P5] a roll takes a match over to the new version; a node of the old one never takes it back", async () => {
    const old = await rolled.room("old");
    const { url: at } = await rolled.matchmaker("maker");
    const id = await newMatch(at);
    const ada = await play("Ada", id, { at });
    await shown(ada);
    const fresh = await rolled.room("new", undefined, ["--games", newVersion()]);

    expect(await old.end("SIGTERM")).toBe(0);
    await eventually(() => (ada.welcome.epoch > 1 && ada.state.kind === "playing" ? true : undefined));
    await shown(ada);
    expect(fresh.output()).toMatch(/moved to other rules of its game/);

    const again = await rolled.room("old-again");
    await fresh.end("SIGKILL");
    await eventually(() => (again.output().includes("declared a node lost") ? true : undefined));
    // It is nobody's until a node of its version comes, and it is not lost.
    await expect(fetchMatch({ url: at, attemptsMax: 1 }, id)).rejects.toMatchObject({ code: "match/moving" });
    await rolled.room("new-again", undefined, ["--games", newVersion()]);
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
