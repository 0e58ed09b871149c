/**
 * Spectators who see a match later than its players do: a game whose View, own parts, sights, events and outcome name the tick,
 * and every byte that a spectator is sent is searched for one that is too new. They join, return and come back after a restore.
 */
import { afterAll, beforeAll, expect, it } from "vitest";
import { WebSocket } from "ws";
import { z } from "zod";
import type { OutSocket } from "../../server/room/gated-socket.ts";
import { WatchDelay } from "../../server/room/watch-delay.ts";
import { joinMatch } from "../../shared/client/follow-match.ts";
import { defineGame } from "../../shared/game/define-game.ts";
import { text } from "../../shared/game/view/scalars.ts";
import type { SeatReservation } from "../../shared/wire/api.ts";
import { kinds, openRooms, type RoomServer, until } from "./room-server.ts";

const delaySeconds = 0.4;
const tickRate = 50;
const delayTicks = delaySeconds * tickRate;
const marked = (tick: number) => ({ at: `tick-${tick};` });

const late = defineGame({
  name: "late",
  version: 1,
  tickRate,
  patchRate: 25,
  seats: [1, 4],
  spectators: { delaySeconds },
  options: z.object({ overAt: z.int().default(0) }),
  view: { at: text },
  create: ({ overAt }) => ({ tick: 0, overAt }),
  own: { fields: { at: text }, see: ({ tick }) => marked(tick) },
  sight: { fields: { at: text }, see: ({ tick }) => marked(tick), sees: () => ["thing"] },
  step(world, { tick, tell }) {
    world.tick = tick;
    tell("all", "now", marked(tick));
    tell("spectator", "now", marked(tick));
  },
  see: ({ tick }) => marked(tick),
  outcome: ({ tick, overAt }) =>
    overAt === 0 || tick < overAt ? undefined : { reason: marked(tick).at, players: [], ranking: [] },
});

let server: RoomServer;
let names = 0;
beforeAll(async () => {
  server = await openRooms({ emptyMatchesPerUser: 0 }, [late, { ...late, name: "ending" }]);
});
afterAll(() => server.close());

async function reserved(
  wish: { game?: string; matchId?: string; spectate?: boolean; options?: Record<string, unknown> } = {},
) {
  const asked = { game: "late", spectate: false, ...wish };
  const joined = await server.parts.door.join(asked, { userId: `user-${names++}` });
  if (!joined.ok) throw new Error(joined.detail);
  return joined.response;
}

const liveOf = (id: string) => server.parts.host.all().find(({ live }) => live.id === id)!.live;

/** Looks at every byte when it comes. */
class Watcher {
  readonly seen: number[] = [];
  readonly tooNew: object[] = [];
  readonly #kinds = new Set<number>();
  token = "";
  isOpen = true;

  constructor({ processId, roomId, sessionId }: SeatReservation, delay: number, token?: string) {
    const address = new URL(`${server.url}/${processId}/${roomId}`);
    address.searchParams.set("sessionId", sessionId);
    if (token !== undefined) address.searchParams.set("reconnectionToken", token);
    this.socket = new WebSocket(address);
    this.socket.on("close", () => {
      this.isOpen = false;
    });
    this.socket.on("message", (bytes: Buffer) => {
      const kind = bytes[0]! & 0x1f;
      this.#kinds.add(kind);
      if (kind === kinds.join) {
        this.token = bytes.subarray(2, 2 + bytes[1]!).toString();
        this.socket.send(Uint8Array.of(kinds.join));
      }
      const { tick } = liveOf(roomId).match;
      for (const [, found] of bytes.toString("latin1").matchAll(/tick-(\d+);/g)) {
        this.seen.push(Number(found));
        if (Number(found) > tick - delay) this.tooNew.push({ kind, found, tick });
      }
    });
  }
  readonly socket: WebSocket;

  has(...wanted: number[]): boolean {
    return wanted.every((kind) => this.#kinds.has(kind));
  }
}

it("[P1.15] no byte that a spectator is sent is newer than the delay of their game, whenever they join, return or are restored", async () => {
  const { reservation, matchId } = await reserved();
  const player = new Watcher(reservation, 0);
  const place = (await reserved({ matchId, spectate: true })).reservation;
  const watcher = new Watcher(place, delayTicks);
  const all = [kinds.state, kinds.patch, kinds.data];
  await until("a spectator to see something", () => watcher.has(...all) && watcher.seen.length > 50);
  watcher.socket.terminate();
  const returned = new Watcher(place, delayTicks, watcher.token);
  await until("who returns to see something", () => returned.has(...all) && returned.seen.length > 50);

  await server.store.claim(matchId, "another");
  await until("the match to stop", () => !returned.isOpen && !player.isOpen);
  const [entry] = await server.store.list();
  expect(await server.parts.host.restoreOne(entry!)).toEqual({ kind: "restored" });
  await server.parts.rooms.openRoom(matchId);
  const after = new Watcher(place, delayTicks, watcher.token);
  await until(
    "a spectator after the restore to see something",
    () => after.has(...all) && after.seen.length > 50,
  );
  for (const each of [watcher, returned, after]) {
    expect(each.tooNew).toEqual([]);
    expect(Math.max(...each.seen)).toBeGreaterThan(delayTicks / 2);
  }
  // The search finds what is too new: a player's bytes are, for a spectator.
  expect(Math.max(...player.seen)).toBeGreaterThan(Math.max(...watcher.seen));
  after.socket.terminate();
});

it("[P1.15] the end of a match reaches spectators as late as the rest, and all of it", async () => {
  const overAt = 40;
  const { matchId } = await reserved({ game: "ending", options: { overAt } });
  const place = (await reserved({ game: "ending", matchId, spectate: true })).reservation;
  const watcher = new Watcher(place, 0);
  const live = liveOf(matchId);
  await until("the match to be over", () => live.match.outcome !== undefined);
  const overAtMs = performance.now();
  expect(Math.max(...watcher.seen, 0)).toBeLessThanOrEqual(overAt - delayTicks / 2);
  await until("the spectator to see its end", () => watcher.seen.includes(overAt));
  expect(performance.now() - overAtMs).toBeGreaterThan((delaySeconds * 1000) / 2);
  expect(watcher.isOpen).toBe(true);
  watcher.socket.terminate();
});

it("our client waits for the first state as long as the delay says", async () => {
  const { matchId } = await reserved();
  const { reservation } = await reserved({ matchId, spectate: true });
  const url = server.url.replace("ws", "http");
  const connection = await joinMatch<{ seq: number }, { at: string }>({
    url,
    game: "late",
    assignment: { reservation },
  });
  expect(connection.welcome.delayMs).toBe(delaySeconds * 1000);
  expect(connection.view.at).toMatch(/^tick-\d+;$/);
  await connection.leave();
});

/** A socket without a network. */
function outSocket() {
  const sent: string[] = [];
  const closes: string[] = [];
  const out: OutSocket = {
    isOpen: () => closes.length === 0,
    send: (data) => void sent.push(Buffer.from(data).toString()),
    write: (frame) => void sent.push(Buffer.from(frame).toString()),
    close: (_, reason = "") => void closes.push(reason),
    unsentBytes: () => 0,
    stateBytes: 0,
    heldBytes: 0,
  };
  return { out, sent, closes };
}

function delayed(bytesMax?: number) {
  const time = { clock: 100, ms: 0 };
  const due: (() => void)[] = [];
  const delay = new WatchDelay({
    ...{ clock: () => time.clock, clockPerSecond: 10, delaySeconds: 2, nowMs: () => time.ms },
    later: (_, run) => due.push(run),
    ...(bytesMax !== undefined && { bytesMax }),
  });
  const look = () => {
    for (const run of due.splice(0)) run();
  };
  return { delay, time, look, due };
}

it("[P6.16] what waits is bounded: beyond it a spectator starts anew; what all are sent counts once, and nothing is left of who went", () => {
  const { delay, look, due, time } = delayed(100);
  const [ann, ben] = [outSocket(), outSocket()];
  for (const { out } of [ann, ben]) delay.holdBack(out);
  for (let patch = 0; patch < 3; patch++)
    for (const { out } of [ann, ben]) out.write(Buffer.from(`${patch}`.repeat(30)));
  expect([ann.closes, ben.closes]).toEqual([[], []]);
  ann.out.write(Buffer.alloc(30, "x"));
  expect(ann.closes).toEqual(["too much waits for spectators"]);
  look();
  time.clock += 20;
  look();
  expect(ann.sent).toEqual([]);
  expect(ben.sent).toEqual(["0", "1", "2"].map((each) => each.repeat(30)));
  expect(due).toEqual([]);
});

it("[P1.15] while a match stands still nothing is let through, and after its end everything is, by and by", () => {
  const { delay, look, time } = delayed();
  const { out, sent } = outSocket();
  delay.holdBack(out);
  out.write(Buffer.from("first"));
  time.ms += 60_000;
  look();
  expect(sent).toEqual([]);
  time.clock += 15;
  out.write(Buffer.from("last"));
  delay.matchOver();
  look();
  time.ms += 500;
  look();
  expect(sent).toEqual(["first"]);
  time.ms += 1500;
  look();
  expect(sent).toEqual(["first", "last"]);
});
