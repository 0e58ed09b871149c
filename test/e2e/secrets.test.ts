/**
 * A whole match of a card game over real sockets, in which every secret is a marker that names who may know it: every
 * byte that the server sent to each player and spectator is searched for those of others. They join, hang up and return,
 * their server is killed and started again, a seat goes to somebody else, and the match ends.
 */
import { fileURLToPath } from "node:url";
import type { Room } from "@colyseus/sdk";
import { afterEach, expect, it } from "vitest";
import { joinMatch } from "../../shared/client/follow-match.ts";
import type { Viewer } from "../../shared/game/game.ts";
import type { GameEvent, Welcome } from "../../shared/wire/room-messages.ts";
import { temporaryDirectory } from "../durability/data-directory.ts";
import { cards, type Mine, marker, numberPatterns, ownOf, type Table } from "./cards-game.ts";
import { type RecordingProxy, startRecordingProxy } from "./recording-proxy.ts";
import { clientWithSession } from "./sdk-player.ts";
import { endServerChildren, eventually, startServerChild } from "./server-child.ts";

const gamesPath = fileURLToPath(new URL("cards-game.ts", import.meta.url));
const directory = temporaryDirectory();
const people: Person[] = [];

afterEach(async () => {
  for (const { room, proxy } of people.splice(0)) {
    room.reconnection.enabled = false;
    proxy.stop();
  }
  await endServerChildren();
  directory.remove();
});

/** On the SDK as it is, behind a proxy that keeps every byte. */
interface Person {
  readonly room: Room<unknown, Table & { mine: Mine }>;
  readonly proxy: RecordingProxy;
  readonly viewer: Viewer;
  /** Ticks at which the own part was as it must be. */
  readonly ownTicks: number[];
  readonly wrong: object[];
  readonly events: string[];
  /** Numbers of what the game told them. */
  readonly told: number[];
}

interface Joining {
  readonly server: string;
  readonly game?: string;
  readonly matchId?: string;
  readonly spectate?: boolean;
}

async function join({ server, game = "cards", matchId, ...asked }: Joining): Promise<Person> {
  const proxy = await startRecordingProxy(server);
  const client = await clientWithSession(proxy.url);
  const room: Person["room"] = await (matchId === undefined
    ? client.create(game, asked)
    : client.joinById(matchId, asked));
  // The SDK comes back only after five seconds in the room, and then slowly; a test has no time for that.
  Object.assign(room.reconnection, { minUptime: 0, maxDelay: 300, maxRetries: 1000 });
  const welcome = Promise.withResolvers<Welcome>();
  const person = {
    room,
    proxy,
    ownTicks: [] as number[],
    wrong: [] as object[],
    events: [] as string[],
    told: [] as number[],
  };
  room.onMessage("event", ({ id }: GameEvent) => person.told.push(id));
  room.onMessage("welcome", welcome.resolve);
  room.onMessage("notice", ({ kind }: { kind: string }) => person.events.push(kind));
  room.onReconnect(() => person.events.push("back"));
  let viewer: Viewer | undefined;
  room.onStateChange(({ tick, mine }) => {
    const held = cards.view.own!.read(mine) as { tick: number };
    person.ownTicks.push(held.tick);
    if (viewer === undefined) return;
    // Between two patches who comes gets their part as of now.
    if (held.tick < tick) person.wrong.push({ tick, held });
    try {
      expect(held).toEqual(ownOf(held.tick, viewer));
    } catch (error) {
      person.wrong.push({ tick, held, error });
    }
  });
  const { seat } = await welcome.promise;
  viewer = seat;
  const whole = { ...person, viewer: seat };
  people.push(whole);
  return whole;
}

const more = (person: Person, states: number) => {
  const from = person.ownTicks.length;
  return eventually(() => (person.ownTicks.length >= from + states ? true : undefined), { what: "patches" });
};

/** Whose markers are among the bytes, as texts and as numbers. */
function found({ proxy }: Person): Set<string> {
  const said = proxy.said();
  const owners = new Set(
    [...said.toString("latin1").matchAll(/marker\/(\w+)\//g)].map(([, owner]) => owner!),
  );
  for (const viewer of [0, 1, 2, 3, "spectator"] as const)
    if (numberPatterns(viewer).some((pattern) => said.includes(pattern))) owners.add(String(viewer));
  return owners;
}

/** On our client: numbers of events, and of those among them that came before the View that shows them. */
async function joinWithOurs(url: string, matchId: string) {
  const proxy = await startRecordingProxy(url);
  const connection = await joinMatch<{ seq: number }, Table>({ url: proxy.url, game: "cards", matchId });
  const ids: number[] = [];
  const early: number[] = [];
  const missed: number[] = [];
  connection.onMissedEvents((count) => missed.push(count));
  connection.onEvent(({ id, tick }) => {
    ids.push(id);
    if (connection.view.tick < tick) early.push(id);
  });
  return { connection, proxy, ids, early, missed };
}

it("[P1.12] [P2.12] [P2] [P5.1] in a whole match no byte of a secret reaches anybody but its owner", async () => {
  const flags = ["--games", gamesPath, "--seat-grace-seconds", "60"];
  const first = await startServerChild({ dataDir: directory.path, flags });
  const server = first.url;
  const ada = await join({ server });
  const matchId = ada.room.roomId;
  const ben = await join({ server, matchId });
  const watcher = await join({ server, matchId, spectate: true });
  await more(ben, 10);
  expect(await ada.room.request("command", { id: 1, name: "play", payload: {} })).toEqual({
    ok: true,
    data: marker(ada.viewer, 1),
  });

  ben.proxy.cut();
  watcher.proxy.cut();
  const cleo = await join({ server, matchId });
  const finn = await joinWithOurs(server, matchId);
  for (const one of [ben, watcher]) await eventually(() => one.events.find((event) => event === "back"));
  await more(ben, 10);

  // The search would find it: a game with a fault, on the same server.
  const eve = await join({ server, game: "leaky" });
  await more(eve, 3);
  expect([...found(eve)]).toContain("1");

  await first.end("SIGKILL");
  const port = Number(new URL(server).port);
  const second = await startServerChild({ dataDir: directory.path, port, flags });
  expect(second.matches).toBe(2);
  for (const one of [ada, ben, cleo, watcher])
    await eventually(() =>
      one.events.filter((event) => event === "back").at(one === ben || one === watcher ? 1 : 0),
    );
  await more(cleo, 10);

  await ben.room.leave();
  const dana = await join({ server, matchId });
  expect(dana.viewer).toBe(ben.viewer);
  const late = await join({ server, matchId, spectate: true });
  const there = [ada, cleo, dana, watcher, late];
  await more(late, 5);
  for (const path of ["/v1/matches", `/v1/matches/${matchId}`])
    await fetch(`${ada.proxy.url}${path}`).then((response) => response.text());
  await ada.room.request("command", { id: 2, name: "finish", payload: {} });
  for (const one of there) await eventually(() => one.events.find((event) => event === "over"));

  await finn.connection.leave();
  finn.proxy.stop();
  expect(finn.ids.length).toBeGreaterThan(10);
  expect(finn.ids).toEqual(Array.from({ length: finn.ids.length }, (_, at) => at + 1));
  expect([finn.early, finn.missed]).toEqual([[], []]);

  for (const one of [...there, ben]) {
    expect(one.wrong).toEqual([]);
    expect(found(one)).toEqual(new Set([String(one.viewer)]));
    // With the SDK alone each at least once; all of a seat's have numbers without a hole.
    expect([...new Set(one.told)]).toEqual(Array.from({ length: one.told.at(-1)! }, (_, at) => at + 1));
    expect(one.ownTicks.length).toBeGreaterThanOrEqual(5);
  }
});
