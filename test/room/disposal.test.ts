/** Rooms that come to nothing: whatever happens while one is created, nothing counts it afterwards. */
import { matchMaker } from "@colyseus/core";
import { afterAll, afterEach, beforeAll, expect, it, vi } from "vitest";
import { roomOf } from "../../server/room/reservation.ts";
import { RoomView } from "../../server/room/room-view.ts";
import { openRooms, type RoomServer, until } from "./room-server.ts";

let server: RoomServer;

beforeAll(async () => {
  // One match, and no second one while anything counts it.
  server = await openRooms({ matchesMax: 1 });
});

afterEach(() => vi.restoreAllMocks());

afterAll(() => server.close());

const make = () => matchMaker.createRoom("arena", {});

const countedRooms = () => matchMaker.stats.local.roomCount;

/** As it is when there is no room. */
async function nothingCounts(): Promise<void> {
  await until("the match to be forgotten", () => server.parts.host.all().length === 0);
  await until("Colyseus to forget the room", () => countedRooms() === 0);
  expect(await matchMaker.query({})).toEqual([]);
}

/** A match can be made, and goes when it is asked to. */
async function oneMore(): Promise<void> {
  const { roomId } = await make();
  expect(countedRooms()).toBe(1);
  roomOf(roomId)!.stopped({ code: "match/failed", message: "it is to go" });
  await nothingCounts();
}

/** The room's listing is not written before the answer is called. */
function slowListing(): { asked: Promise<void>; answer: () => void } {
  const asked = Promise.withResolvers<void>();
  const answered = Promise.withResolvers<void>();
  const { driver } = matchMaker;
  const insert = driver.insert!.bind(driver);
  vi.spyOn(driver, "insert").mockImplementation(async (room) => {
    asked.resolve();
    await answered.promise;
    return insert(room);
  });
  return { asked: asked.promise, answer: answered.resolve };
}

it("[P6] a room whose creation fails after its match was made is counted by nobody", async () => {
  vi.spyOn(RoomView.prototype, "show").mockImplementationOnce(() => {
    throw new Error("this game cannot be shown");
  });
  await expect(make()).rejects.toThrow("this game cannot be shown");
  await nothingCounts();
  await oneMore();
});

type Live = ReturnType<RoomServer["parts"]["host"]["all"]>[number]["live"];

it.each<[string, (live: Live) => void]>([
  ["moves to another node", (live) => live.giveUp()],
  ["is another node's, which took this one for dead", (live) => live.fence()],
  ["was claimed by another node", (live) => live.onRefused("fence/stale-epoch", live.match.tick + 1)],
  [
    "breaks",
    (live) => {
      vi.spyOn(live.match, "apply").mockImplementation(() => {
        throw new Error("a rule threw");
      });
      live.tick();
    },
  ],
])("[P6] a match that %s while its room is being listed leaves no room behind", async (_what, happen) => {
  const { asked, answer } = slowListing();
  const making = make();
  await asked;
  const { live } = server.parts.host.all()[0]!;
  happen(live);
  await until("the match to stop", () => live.lifecycle === "stopped");
  answer();
  await making;
  await nothingCounts();
  await oneMore();
});

it("[P6] a match that stops while its room is being set up leaves no room behind", async () => {
  const { parts } = server;
  vi.spyOn(parts.host, "start").mockImplementationOnce((live) => live.fence());
  await expect(make()).rejects.toThrow("match/moved");
  await nothingCounts();
  await oneMore();
});
