/**
 * Who was banned or signed out leaves the matches that run in this process, whichever instance said so: seats,
 * spectators' places, reservations and tokens. Real rooms, the Colyseus SDK, and another instance on the same store.
 */
import { randomBytes } from "node:crypto";
import { Client, type Room } from "@colyseus/sdk";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Session } from "../../server/accounts/session.ts";
import { joinerOf, Sessions } from "../../server/accounts/sessions.ts";
import { buildMatchProcess, type MatchProcess } from "../../server/compose/match-process.ts";
import { type Matchmaking, openMatchmaking } from "../../server/compose/matchmaking/open.ts";
import { MemoryStore } from "../../server/durability/stores/memory.ts";
import { builtInGames as games } from "../../server/games.ts";
import { openLog } from "../../server/ops/log.ts";
import { Metrics } from "../../server/ops/metrics.ts";
import { MatchRoom } from "../../server/room/match-room.ts";
import { roomOf } from "../../server/room/reservation.ts";
import { type Config, settings } from "../../server/settings/settings.ts";
import type { JoinRequest } from "../../shared/wire/api.ts";
import { closeCodes } from "../../shared/wire/errors/close-codes.ts";

const hourMs = 3_600_000;
const store = new MemoryStore();
let matchmaking: Matchmaking;
let parts: MatchProcess;
let url: string;
/** Another process of the fleet, which knows nothing of these rooms. */
let elsewhere: Sessions;
const rooms: Room[] = [];

beforeAll(async () => {
  const defaults = Object.entries(settings).map(([name, setting]) => [name, setting.default]);
  const config = {
    ...Object.fromEntries(defaults),
    store: "memory",
    matchesMax: 50,
    sessionSecret: "of this test",
  } as Config;
  const log = openLog("silent");
  const metrics = new Metrics({ process: false });
  matchmaking = await openMatchmaking({ config, games, log, metrics });
  parts = buildMatchProcess({ config, log, games, matchmaking, metrics, store, node: "n", routes: () => {} });
  url = `http://127.0.0.1:${await parts.rooms.listen({ port: 0, host: "127.0.0.1" })}`;
  elsewhere = await Sessions.open({
    ...matchmaking.parts,
    ...{ issuer: "holdfast", audience: "holdfast", secret: config.sessionSecret },
    ...{ tokenMs: hourMs, lifeMs: 24 * hourMs, keyPeriodMs: 24 * hourMs, log: () => {} },
  });
});

afterEach(() => {
  for (const room of rooms.splice(0)) room.connection.close();
});

afterAll(async () => {
  elsewhere.close();
  await parts.halt();
  parts.rooms.sendEveryoneAway();
  await matchmaking.close();
});

async function user(): Promise<Session> {
  const userId = `id:${randomBytes(6).toString("hex")}`;
  const issued = await matchmaking.sessions.exchange({ ok: true, userId });
  if (!issued.ok) throw new Error(issued.detail);
  return issued.session;
}

async function reserved(session: Session, request: Partial<JoinRequest> = {}) {
  const asked = { game: "arena", spectate: false, ...request };
  const joined = await parts.door.join(asked, joinerOf(session));
  if (!joined.ok) throw new Error(joined.detail);
  return joined.response.reservation as Parameters<Client["consumeSeatReservation"]>[0];
}

async function playing(session: Session, request: Partial<JoinRequest> = {}) {
  const room = await new Client(url).consumeSeatReservation(await reserved(session, request));
  room.reconnection.enabled = false;
  rooms.push(room);
  const left = new Promise<{ code: number; reason: string }>((resolve) =>
    room.onLeave((code, reason) => resolve({ code, reason: reason ?? "" })),
  );
  await new Promise((resolve) => room.onMessage("welcome", resolve));
  const notices: object[] = [];
  room.onMessage("notice", (notice: object) => notices.push(notice));
  room.onMessage("*", () => {});
  return { room, left, notices, token: room.reconnectionToken, matchId: room.roomId };
}

const seats = (matchId: string) => roomOf(matchId)!.live.match.state.seats;

const holds = (matchId: string, { userId }: Session) => seats(matchId).some((seat) => seat.userId === userId);

const ban = (sessions: Sessions, { userId }: Session) =>
  sessions.ban({ kind: "user", of: userId, untilMs: matchmaking.parts.nowMs() + hourMs });

async function comeBack(token: string): Promise<string> {
  try {
    const room = await new Client(url).reconnect(token);
    rooms.push(room);
    return "let in";
  } catch {
    return "refused";
  }
}

describe("a ban that another instance says", () => {
  it("[P1.8] takes the player's seat and closes the socket for good, and the others play on", async () => {
    const [ann, ben] = [await user(), await user()];
    const there = await playing(ann);
    const other = await playing(ben, { matchId: there.matchId });
    await ban(elsewhere, ann);
    expect(await there.left).toEqual({ code: closeCodes.putOut, reason: "session/banned" });
    expect(there.notices.at(-1)).toMatchObject({ kind: "put-out", code: "session/banned" });
    await expect.poll(() => holds(there.matchId, ann), { timeout: 10_000 }).toBe(false);
    expect(holds(there.matchId, ben)).toBe(true);
    expect(other.room.connection.isOpen).toBe(true);
    expect(await comeBack(there.token)).toBe("refused");
  });

  it("reaches who watches", async () => {
    const [ann, ben] = [await user(), await user()];
    const there = await playing(ann);
    const watching = await playing(ben, { matchId: there.matchId, spectate: true });
    await ban(elsewhere, ben);
    expect(await watching.left).toEqual({ code: closeCodes.putOut, reason: "session/banned" });
    await expect.poll(() => holds(there.matchId, ben), { timeout: 10_000 }).toBe(false);
  });

  it("reaches a seat that is held for who is away, and its token opens nothing", async () => {
    const [ann, ben] = [await user(), await user()];
    const there = await playing(ann);
    await playing(ben, { matchId: there.matchId });
    there.room.connection.close(4010);
    await expect
      .poll(() => seats(there.matchId).some(({ droppedAt }) => droppedAt !== undefined), { timeout: 10_000 })
      .toBe(true);
    await ban(elsewhere, ann);
    await expect.poll(() => holds(there.matchId, ann), { timeout: 10_000 }).toBe(false);
    expect(await comeBack(there.token)).toBe("refused");
  });

  it("reaches who has reserved a seat: it is others' at once, and opens nothing", async () => {
    const [ann, ben] = [await user(), await user()];
    const there = await playing(ann);
    const before = roomOf(there.matchId)!.places.freeSeats().length;
    const reservation = await reserved(ben, { matchId: there.matchId });
    await ban(elsewhere, ben);
    await expect
      .poll(() => matchmaking.sessions.barred({ userId: ben.userId }), { timeout: 10_000 })
      .toBe("session/banned");
    expect(roomOf(there.matchId)!.places.freeSeats()).toHaveLength(before);
    await expect(new Client(url).consumeSeatReservation(reservation)).rejects.toThrow("session/banned");
    expect(holds(there.matchId, ben)).toBe(false);
  });

  it("[P1.8] reaches seats that come out of the store, on any instance that restores them", async () => {
    const [ann, ben] = [await user(), await user()];
    const there = await playing(ann);
    const other = await playing(ben, { matchId: there.matchId });
    const gone = roomOf(there.matchId)!;
    await expect.poll(() => gone.live.durableTick, { timeout: 10_000 }).toBeGreaterThan(5);
    gone.live.giveUp();
    await expect.poll(() => roomOf(there.matchId), { timeout: 10_000 }).toBeUndefined();
    await ban(elsewhere, ann);
    await expect
      .poll(() => matchmaking.sessions.barred({ userId: ann.userId }), { timeout: 10_000 })
      .toBe("session/banned");
    const entry = (await store.list()).find(({ id }) => id === there.matchId)!;
    expect(await parts.host.restoreOne(entry)).toEqual({ kind: "restored" });
    await parts.rooms.openRoom(there.matchId);
    expect(roomOf(there.matchId)).toBeInstanceOf(MatchRoom);
    await expect.poll(() => holds(there.matchId, ann), { timeout: 10_000 }).toBe(false);
    expect(await comeBack(there.token)).toBe("refused");
    expect(await comeBack(other.token)).toBe("let in");
  });

  it("books no seat: a player who is banned is matched with nobody", async () => {
    const ann = await user();
    await ban(matchmaking.sessions, ann);
    const answer = await parts.bookings.book({
      proposalId: randomBytes(6).toString("hex"),
      players: [{ userId: ann.userId, team: 0 }],
      newMatch: {
        ...{ game: "arena", options: {}, bots: [0, 0] },
        origin: { queue: "q", region: "local", teams: 2, teamSize: 1, backfill: true },
      },
    });
    expect(answer).toMatchObject({ ok: false, code: "session/banned" });
  });
});

describe("signing out", () => {
  it("everywhere ends every seat that was taken with the sessions until then; the next one's stays", async () => {
    const ann = await user();
    const stolen = await playing(ann);
    await elsewhere.signOutEverywhere(ann.userId);
    expect(await stolen.left).toEqual({ code: closeCodes.putOut, reason: "session/revoked" });
    expect(await comeBack(stolen.token)).toBe("refused");
    const again = await matchmaking.sessions.exchange({ ok: true, userId: ann.userId });
    if (!again.ok) throw new Error(again.detail);
    const there = await playing(again.session);
    await elsewhere.signOut(await user());
    await expect
      .poll(() => matchmaking.sessions.barred(joinerOf(ann)), { timeout: 10_000 })
      .toBe("session/revoked");
    expect(there.room.connection.isOpen).toBe(true);
    expect(holds(there.matchId, again.session)).toBe(true);
  });

  it("of one session ends the seats of that one, and none of the user's others", async () => {
    const ann = await user();
    const other = await matchmaking.sessions.exchange({ ok: true, userId: ann.userId });
    if (!other.ok) throw new Error(other.detail);
    const one = await playing(ann);
    const client = new Client(url);
    client.auth.token = other.token;
    // Any match of the game would be the one in which they have a seat.
    const { roomId: matchId } = await client.create("arena");
    const two = await playing(other.session, { matchId });
    expect(one.matchId).not.toBe(two.matchId);
    await elsewhere.signOut(ann);
    expect(await one.left).toEqual({ code: closeCodes.putOut, reason: "session/revoked" });
    await expect.poll(() => holds(one.matchId, ann), { timeout: 10_000 }).toBe(false);
    expect(two.room.connection.isOpen).toBe(true);
    expect(holds(two.matchId, ann)).toBe(true);
  });
});
