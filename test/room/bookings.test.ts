/** Seats that a queue books in real rooms of this process: whose they are, all or none, once for a question. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildMatchProcess, type MatchProcess } from "../../server/compose/match-process.ts";
import { type Matchmaking, openMatchmaking } from "../../server/compose/matchmaking/open.ts";
import { MemoryStore } from "../../server/durability/stores/memory.ts";
import { builtInGames as games } from "../../server/games.ts";
import { openLog } from "../../server/ops/log.ts";
import { Metrics } from "../../server/ops/metrics.ts";
import { type Config, settings } from "../../server/settings/settings.ts";
import type { BookingRequest, MatchOrigin } from "../../shared/wire/booking.ts";

let matchmaking: Matchmaking;
let parts: MatchProcess;
let proposals = 0;

beforeAll(async () => {
  const defaults = Object.entries(settings).map(([name, setting]) => [name, setting.default]);
  const config = { ...Object.fromEntries(defaults), store: "memory", matchesMax: 20 } as Config;
  const log = openLog("silent");
  const metrics = new Metrics({ process: false });
  matchmaking = await openMatchmaking({ config, games, log, metrics });
  parts = buildMatchProcess({
    config,
    log,
    games,
    ...{ matchmaking, metrics },
    store: new MemoryStore(),
    node: "n",
    routes: () => {},
  });
  await parts.rooms.listen({ port: 0, host: "127.0.0.1" });
});

afterAll(async () => {
  await parts.halt();
  parts.rooms.sendEveryoneAway();
  await matchmaking.close();
});

const origin = (teams: number, teamSize: number): MatchOrigin => ({
  ...{ queue: "q", region: "local", teams, teamSize, backfill: true },
});

/** Players by side. */
const players = (sides: readonly (readonly string[])[]): BookingRequest["players"] =>
  sides.flatMap((userIds, team) => userIds.map((userId) => ({ userId, team })));

const question = (sides: readonly (readonly string[])[], where: Partial<BookingRequest>): BookingRequest => ({
  ...{ proposalId: `proposal ${++proposals}`, players: players(sides) },
  ...where,
});

/** A match of two sides of two. */
const aMatch = (sides: readonly (readonly string[])[], bots = [0, 0]) =>
  question(sides, { newMatch: { game: "arena", options: {}, bots, origin: origin(2, 2) } });

async function booked(request: BookingRequest) {
  const answer = await parts.bookings.book(request);
  if (!answer.ok) throw new Error(answer.detail);
  return answer.response;
}

/** Who has, or is about to have, which seat. */
const seatsOf = (matchId: string) => {
  const { players: there, free } = parts.rooms.bookedMatches().find(({ id }) => id === matchId)!;
  const taken = there.map(({ seat, userId }) => `${seat} ${userId}`).toSorted();
  return { taken, free: free.filter((seat) => seat < 4) };
};

describe("a booking", () => {
  it("makes a match with a seat for each on their side, the rest of which is free", async () => {
    const { matchId, reservations } = await booked(aMatch([["ann"], ["ben", "cat"]]));
    expect(seatsOf(matchId)).toEqual({ taken: ["0 ann", "2 ben", "3 cat"], free: [1] });
    expect(Object.keys(reservations)).toEqual(["ann", "ben", "cat"]);
    expect(reservations["ann"]).toMatchObject({ roomId: matchId, sessionId: expect.any(String) });
  });

  it("asked twice is answered as the first time, also at the same moment, and makes one match", async () => {
    const before = parts.host.all().length;
    const request = aMatch([["ann"], ["ben"]]);
    const [one, other] = await Promise.all([booked(request), booked(request)]);
    expect(other).toEqual(one);
    expect(await booked(request)).toEqual(one);
    expect(parts.host.all().length).toBe(before + 1);
  });

  it("of a running match gives free seats of the side, all of them or none", async () => {
    const { matchId } = await booked(aMatch([["ann"], ["ben"]]));
    const tooMany = await parts.bookings.book(question([["cat"], ["dan", "eve"]], { matchId }));
    expect(tooMany).toMatchObject({ ok: false, code: "seat/full" });
    expect(seatsOf(matchId).taken).toEqual(["0 ann", "2 ben"]);
    await booked(question([["cat"], ["dan"]], { matchId }));
    expect(seatsOf(matchId)).toEqual({ taken: ["0 ann", "1 cat", "2 ben", "3 dan"], free: [] });
  });

  it("at the same moment as another one never gets one of its seats", async () => {
    const { matchId } = await booked(aMatch([["ann"], []]));
    const asked = [question([["cat"], ["dan"]], { matchId }), question([[], ["eve"]], { matchId })];
    const both = await Promise.all(asked.map((request) => parts.bookings.book(request)));
    expect(both.map(({ ok }) => ok)).toEqual([true, true]);
    const { taken } = seatsOf(matchId);
    expect(new Set(taken.map((each) => each.split(" ")[0])).size).toBe(taken.length);
  });

  it("of a match in which one of them plays already is refused: they would have two seats", async () => {
    const { matchId } = await booked(aMatch([["ann"], ["ben"]]));
    const twice = await parts.bookings.book(question([["dan"], ["ann"]], { matchId }));
    expect(twice).toMatchObject({ ok: false, code: "seat/already-yours" });
    expect(seatsOf(matchId).taken).toEqual(["0 ann", "2 ben"]);
  });

  it("leaves the bots of a new match the last seats of their side", async () => {
    const { matchId } = await booked(aMatch([["ann"], ["ben"]], [1, 1]));
    const { live } = parts.host.all().find((each) => each.live.id === matchId)!;
    const { players: inside } = live.match.state.world as { players: { seat: number; bot: boolean }[] };
    expect(inside.filter(({ bot }) => bot).map(({ seat }) => seat)).toEqual([1, 3]);
    await booked(question([["cat"], []], { matchId }));
    expect(seatsOf(matchId).taken).toContain("1 cat");
  });

  it("of no match, of one that no queue made, or of no game is refused", async () => {
    const unknown = await parts.bookings.book(question([["ann"]], { matchId: "none" }));
    expect(unknown).toMatchObject({ ok: false, code: "match/unknown" });
    const open = await parts.door.join({ game: "arena", spectate: false }, { userId: "ann" });
    if (!open.ok) throw new Error(open.detail);
    const { matchId } = open.response;
    expect(await parts.bookings.book(question([["ann"]], { matchId }))).toMatchObject({
      code: "match/unknown",
    });
    const newMatch = { game: "chess", options: {}, bots: [], origin: origin(2, 1) };
    const noGame = await parts.bookings.book(question([["ann"]], { newMatch }));
    expect(noGame).toMatchObject({ ok: false, code: "game/unknown" });
  });

  it("[P6] is refused when there are as many matches as there may be", async () => {
    let answer = await parts.bookings.book(aMatch([["ann"]]));
    for (let more = 0; answer.ok && more < 30; more++) answer = await parts.bookings.book(aMatch([["ann"]]));
    expect(answer).toMatchObject({ ok: false, code: "match/too-many" });
  });
});
