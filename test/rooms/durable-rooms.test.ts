/**
 * Durable rooms of a real server, with the SDK as it is. The server is left as a process that lost a room is, and takes the
 * room over again from its store: what it has then is what another process would have.
 */
import { type Client, CloseCode, matchMaker } from "@colyseus/core";
import { type MapSchema, type Schema, schema, t } from "@colyseus/schema";
import { Client as Sdk, type Room as SdkRoom } from "@colyseus/sdk";
import { afterAll, afterEach, beforeAll, expect, it, vi } from "vitest";
import { DurableRoom, durable, type RestoreInfo } from "../../doors/rooms.ts";
import type { DurableHost } from "../../server/room/durable/durable-host.ts";
import { hostedRoomOf } from "../../server/room/hosted-room.ts";
import { openRooms, type RoomServer } from "../room/room-server.ts";

const Person = schema({ name: t.string() }, "PartyPerson");
const Party = schema({ people: t.map(Person), count: t.number(), words: t.array("string") }, "PartyState");

interface PartyState extends Schema {
  people: MapSchema<Schema & { name: string }>;
  count: number;
  words: string[];
}

const newParty = () => new Party({ people: {}, count: 0, words: [] } as never) as unknown as PartyState;

/** What the rooms did, in order. */
const done: string[] = [];
const infos: RestoreInfo[] = [];

/** Everything that its handlers do is asked for by messages. */
class PartyRoom extends DurableRoom<PartyState> {
  static override readonly durable: readonly string[] = ["list"];
  override state = newParty();
  list: unknown = undefined;
  forgotten = 0;
  override messages = {
    count: (client: Client) => {
      this.state.count += 1;
      client.send("counted", this.state.count);
    },
    say: (_: Client, word: string) => this.state.words.push(word),
    keep: (_: Client, value: unknown) => {
      this.list = value === "no clone" ? () => {} : new Map([["kept", value]]);
    },
    note: (client: Client, note: unknown) => {
      client.userData = note === "no clone" ? { note: () => {} } : { note };
    },
    ask: (client: Client) => {
      client.send("answer", {
        ...{ list: this.list instanceof Map && [...this.list], note: client.userData?.note },
        ...{ forgotten: this.forgotten, elapsedMs: this.clock.elapsedTime },
        timer: this.timer("ring")?.time,
      });
    },
    timer: (_: Client, ms: number) => this.clock.setTimeout("ring", ms, "ding"),
    interval: (_: Client, ms: number) => this.clock.setInterval("ring", ms, "dong"),
    list: () => this.setMatchmaking({ metadata: { kind: "party" }, maxClients: 3, private: true }),
    lock: () => this.lock(),
    end: () => this.disconnect(),
  };

  override onCreate(): void {
    done.push("create");
    this.setPatchRate(10);
  }

  override onRestore(info: RestoreInfo): void {
    infos.push(info);
    done.push("restore");
    this.setPatchRate(10);
  }

  override onJoin(client: Client, { name }: { readonly name: string }): void {
    this.state.people.set(client.sessionId, new Person({ name } as never) as never);
    done.push(`join ${name}`);
  }

  override onDrop(client: Client): void {
    done.push(`drop ${this.nameOf(client)}`);
    if (this.nameOf(client) !== "Quick") void this.allowReconnection(client, 20).catch(() => {});
  }

  override onReconnect(client: Client): void {
    done.push(`back ${this.nameOf(client)}`);
  }

  override onLeave(client: Client): void {
    done.push(`leave ${this.nameOf(client)}`);
    this.state.people.delete(client.sessionId);
  }

  override onDispose(): void {
    done.push("dispose");
  }

  ring(how: string): void {
    this.state.words.push(how);
  }

  nameOf({ sessionId }: Client): string {
    return this.state.people.get(sessionId)!.name;
  }
}

/** As a room of Colyseus is written that knows nothing of restores: all in `onCreate`. */
class PlainlyWritten extends DurableRoom<PartyState> {
  override onCreate(options: { readonly step: number }): void {
    done.push("create plainly");
    this.setState(newParty());
    this.setPatchRate(10);
    this.onMessage("count", (client) => {
      this.state.count += options.step;
      client.send("counted", this.state.count);
    });
    this.clock.setInterval(() => this.state.words.push("tick"), 5);
  }
  override async onLeave(client: Client, code: number): Promise<void> {
    if (code === CloseCode.CONSENTED) return;
    done.push("left plainly");
    await this.allowReconnection(client, 20).catch(() => done.push("gone plainly"));
  }
}

const Steering = schema({ by: t.int8() }, "PartySteering");

/** Moves by inputs, as a room with prediction does. */
class Steered extends DurableRoom<{ state: PartyState; input: InstanceType<typeof Steering> }> {
  override state = newParty();
  override inputs = this.defineInput(Steering);
  override onCreate(): void {
    this.setPatchRate(10);
    this.setFixedTimestep(() => {
      for (const { sessionId } of this.clients)
        for (const input of this.inputs.get(sessionId)) this.state.count += input.by;
    }, 50);
  }
  override onDrop(client: Client): void {
    void this.allowReconnection(client, 20);
  }
}

class Streaming extends DurableRoom {
  override onCreate(): void {
    const Many = schema({ things: t.map(Person).stream() }, "StreamingState");
    this.setState(new Many() as never);
  }
}

let server: RoomServer;
const rooms: SdkRoom[] = [];

beforeAll(async () => {
  server = await openRooms({ dev: true, seatGraceSeconds: 30 }, undefined, {
    ...{ party: PartyRoom, plainly: PlainlyWritten, streaming: Streaming, steered: Steered },
  });
});

afterEach(async () => {
  for (const room of rooms.splice(0)) if (room.connection.isOpen) await room.leave();
  for (const { live } of server.parts.host.all())
    await matchMaker
      .getLocalRoomById(live.id)
      ?.disconnect()
      .catch(() => {});
  await vi.waitFor(() => expect(server.parts.host.all()).toHaveLength(0), { timeout: 5_000 });
  done.length = 0;
  infos.length = 0;
});

afterAll(async () => {
  await server.close();
});

const until = (what: () => unknown) => expect.poll(what, { timeout: 5_000 });
const sdk = () => new Sdk(server.url.replace("ws:", "http:"));

interface Guest {
  readonly room: SdkRoom<PartyState>;
  readonly heard: unknown[];
  /** How often it came back by itself, and how often it is to have. */
  returns: number;
  losses: number;
}

async function guest(name: string, how = "party", more: object = {}): Promise<Guest> {
  const room = (await sdk().joinOrCreate(how, { name, ...more })) as SdkRoom<PartyState>;
  room.reconnection.minUptime = 0;
  rooms.push(room);
  const heard: unknown[] = [];
  room.onMessage("*", (_, message) => heard.push(message));
  const about: Guest = { room, heard, returns: 0, losses: 0 };
  room.onReconnect(() => {
    about.returns += 1;
  });
  await until(() => room.state?.people).toBeDefined();
  return about;
}

const answerOf = async ({ room, heard }: Guest) => {
  heard.length = 0;
  room.send("ask");
  await until(() => heard).toHaveLength(1);
  return heard[0] as Record<string, unknown>;
};

/** The process loses the room, and takes it over from its store. */
async function lost({ room: { roomId } }: Guest, ...guests: Guest[]): Promise<void> {
  for (const each of guests) each.losses += 1;
  const { host, rooms: colyseus } = server.parts;
  const before = host.all().find(({ live }) => live.id === roomId)!.live;
  const room = hostedRoomOf(matchMaker.getLocalRoomById(roomId)) as DurableHost;
  before.giveUp();
  await room.end.closed;
  const entry = await server.store.find(roomId);
  expect(await host.restoreOne(entry!)).toEqual({ kind: "restored" });
  expect(await colyseus.openRoom(roomId)).toEqual({ kind: "restored" });
}

const isBack = async (guest: Guest) => {
  await until(() => guest.returns).toBe(guest.losses);
  await until(() => guest.room.connection.isOpen).toBe(true);
};

it("[P2.14] nothing that a handler did is seen while the store does not answer, and all of it afterwards", async () => {
  const ada = await guest("Ada");
  await until(() => ada.room.state.people.size).toBe(1);
  const goOn = server.store.stall();
  ada.room.send("count");
  ada.room.send("say", "hello");
  const { live } = server.parts.host.all().find((each) => each.live.id === ada.room.roomId)!;
  const { tick } = live.match;
  await until(() => live.match.tick).toBeGreaterThan(tick);
  await until(() => live.frozen || live.match.tick > live.durableTick + 1).toBe(true);
  expect(ada.heard).toEqual([]);
  expect(ada.room.state.count).toBe(0);
  goOn();
  await until(() => ada.heard).toEqual([1]);
  await until(() => [...ada.room.state.words]).toEqual(["hello"]);
  expect(ada.room.state.count).toBe(1);
});

it("[P5.22] a room goes on with its state, fields, notes on clients, and its hooks in Colyseus' order", async () => {
  const ada = await guest("Ada");
  const ben = await guest("Ben");
  ada.room.send("keep", 7);
  ada.room.send("note", [1, "two"]);
  ada.room.send("count");
  await until(() => ben.room.state.count).toBe(1);
  const { sessionId } = ada.room;
  await lost(ada, ada, ben);
  await isBack(ada);
  await isBack(ben);
  await until(() => done.filter((each) => each.startsWith("back"))).toHaveLength(2);
  expect(done.slice(0, 6)).toEqual(["create", "join Ada", "join Ben", "restore", "drop Ada", "drop Ben"]);
  expect(ada.room.sessionId).toBe(sessionId);
  expect(await answerOf(ada)).toMatchObject({ list: [["kept", 7]], note: [1, "two"], forgotten: 0 });
  ada.room.send("count");
  await until(() => [ada.room.state.count, ben.room.state.count]).toEqual([2, 2]);
  expect(infos[0]).toMatchObject({ missed: [], options: { name: "Ada" } });
  expect(infos[0]!.gapMs).toBeGreaterThanOrEqual(0);
});

it("[P5.22] a named timer comes back with what was left of it, an interval goes on, and one whose time was in the gap runs late", async () => {
  const ada = await guest("Ada");
  ada.room.send("timer", 600_000);
  await until(async () => (await answerOf(ada))["timer"]).toBe(600_000);
  await lost(ada, ada);
  await isBack(ada);
  expect(await answerOf(ada)).toMatchObject({ timer: 600_000 });
  const room = matchMaker.getLocalRoomById(ada.room.roomId) as PartyRoom;
  const timer = room.timer("ring")!;
  expect(timer.elapsedTime).toBeGreaterThan(0);
  expect(timer.elapsedTime).toBeLessThan(60_000);
  timer.elapsedTime = 600_000;
  await until(() => [...ada.room.state.words]).toEqual(["ding"]);
  ada.room.send("interval", 30);
  await until(() => ada.room.state.words.length).toBeGreaterThan(2);
  await lost(ada, ada);
  await isBack(ada);
  const before = ada.room.state.words.length;
  await until(() => ada.room.state.words.length).toBeGreaterThan(before + 2);
});

it("[P5.22] lock, metadata, private and maxClients are as they were", async () => {
  const ada = await guest("Ada");
  ada.room.send("list");
  ada.room.send("lock");
  await until(async () => {
    return (await matchMaker.driver.findOne({ roomId: ada.room.roomId })).locked;
  }).toBe(true);
  await answerOf(ada);
  await lost(ada, ada);
  await isBack(ada);
  const listed = await matchMaker.driver.findOne({ roomId: ada.room.roomId });
  expect(listed).toMatchObject({ locked: true, private: true, maxClients: 3, metadata: { kind: "party" } });
  const room = matchMaker.getLocalRoomById(ada.room.roomId);
  expect([room.locked, room.maxClients, room.metadata]).toEqual([true, 3, { kind: "party" }]);
  await expect(sdk().joinById(ada.room.roomId, { name: "Late" })).rejects.toThrow("locked");
});

it("[P5.22] a client that does not come back in time leaves, and one that was away before is held on", async () => {
  const ada = await guest("Ada");
  const ben = await guest("Ben");
  await until(() => ada.room.state.people.size).toBe(2);
  ben.room.reconnection.enabled = false;
  ben.room.connection.close();
  await until(() => done).toContain("drop Ben");
  await answerOf(ada);
  await lost(ada, ada);
  await isBack(ada);
  await until(() => done).toContain("back Ada");
  expect(done.filter((each) => each === "drop Ben")).toHaveLength(1);
  const back = (await sdk().reconnect(ben.room.reconnectionToken)) as SdkRoom<PartyState>;
  rooms.push(back);
  await until(() => done).toContain("back Ben");
  expect(back.sessionId).toBe(ben.room.sessionId);
  expect(done.filter((each) => each.startsWith("leave"))).toEqual([]);
});

it("[P5.22] a room that knows nothing of restores is set up by its onCreate, and keeps the state that it had", async () => {
  const ada = await guest("Ada", "plainly", { step: 5 });
  ada.room.send("count");
  await until(() => ada.heard).toEqual([5]);
  await lost(ada, ada);
  await isBack(ada);
  ada.room.send("count");
  await until(() => ada.heard).toEqual([5, 10]);
  const before = ada.room.state.words.length;
  await until(() => ada.room.state.words.length).toBeGreaterThan(before);
  expect(done).toEqual(["create plainly", "create plainly"]);
});

it("[P5.22] inputs of the SDK reach a durable room, before and after a restore", async () => {
  const ada = await guest("Ada", "steered");
  const steer = () => {
    const input = ada.room.input() as { data: { by: number }; send: () => void };
    input.data.by = 2;
    input.send();
  };
  steer();
  await until(() => ada.room.state.count).toBe(2);
  await lost(ada, ada);
  await isBack(ada);
  steer();
  await until(() => ada.room.state.count).toBe(4);
});

it("[P5.23] a room is disposed of once, when its last client has left or it ends itself, and the store has it no more as running", async () => {
  const ada = await guest("Ada");
  await lost(ada, ada);
  await isBack(ada);
  expect(done).not.toContain("dispose");
  ada.room.send("end");
  await until(() => ada.room.connection.isOpen).toBe(false);
  await until(async () => (await server.store.find(ada.room.roomId))?.state).toBe("over");
  expect(done.filter((each) => each === "dispose")).toHaveLength(1);
  const ben = await guest("Ben");
  await ben.room.leave();
  await until(async () => (await server.store.find(ben.room.roomId))?.state).toBe("over");
  expect(done.slice(-2)).toEqual(["leave Ben", "dispose"]);
});

it("[P7.20] what is not kept is named: fields and timers in development, what cannot be cloned, and stream fields", async () => {
  const warned = vi.spyOn(server.log, "warn");
  const ada = await guest("Ada");
  await guest("Ben", "plainly", { step: 1 });
  await until(() => warned.mock.calls.map(([details]) => details)).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ room: "party", fields: ["forgotten"], timersWithoutName: 0 }),
      expect.objectContaining({ room: "plainly", timersWithoutName: 1 }),
    ]),
  );
  ada.room.send("note", "no clone");
  await until(() => warned.mock.calls.map(([, message]) => message)).toContainEqual(
    expect.stringContaining("client.userData"),
  );
  await expect(sdk().create("streaming")).rejects.toThrow("stream fields");
  warned.mockRestore();
});

it("the decorator marks a field as the list does, for both kinds of decorators", () => {
  class Marked extends PartyRoom {}
  durable()(Marked.prototype, "turn");
  const initializers: ((this: object) => void)[] = [];
  durable()(undefined, { name: "seed", addInitializer: (each) => initializers.push(each) });
  expect(initializers).toHaveLength(1);
});

it("[P7.20] the decorator refuses what nobody could keep: a private field and one of the class itself", () => {
  const mark = (more: object) => () =>
    durable()(undefined, { name: "#seed", addInitializer: () => {}, ...more } as never);
  expect(mark({ private: true })).toThrow(/#seed is private/);
  expect(mark({ static: true })).toThrow(/static/);
  expect(mark({ private: false, static: false })).not.toThrow();
});
