/**
 * The privates of Colyseus that the server uses: each has the shape that was read, and its check fails when it is gone
 * or changed. Only copies are changed here; the packages stay as they are.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Encoder, MapSchema, SetSchema, StateView } from "@colyseus/schema";
import { expect, test } from "vitest";
import { type InstalledParts, readIn } from "../../server/room/colyseus-internals/private-row.ts";
import {
  assertColyseusInternals,
  InternalsError,
  installedParts,
  installedVersion,
  privateRows,
} from "../../server/room/colyseus-internals.ts";
import { errorCodes } from "../../shared/wire/errors.ts";

type AnyClass = new (...given: never[]) => object;

/** A subclass without this field or method. */
function without<Class extends AnyClass>(Original: Class, name: string): Class {
  const Copy = class extends (Original as AnyClass) {
    constructor(...given: never[]) {
      super(...given);
      Object.defineProperty(this, name, { value: undefined, writable: true });
    }
  };
  Object.defineProperty(Copy.prototype, name, { value: undefined });
  return Copy as Class;
}

/** A subclass in which one method is replaced. */
function overriding<Class extends AnyClass>(Original: Class, name: string, method: unknown): Class {
  const Copy = class extends (Original as AnyClass) {};
  Object.defineProperty(Copy.prototype, name, { value: method, writable: true });
  return Copy as Class;
}

const { Room, SchemaSerializer, WebSocketClient, WebSocketTransport, WebSocket, matchMaker } = installedParts;

const noRoom = (name: string) => ({ Room: without(Room, name) });
const otherCode = () => undefined;

/** For each private: parts in which it is not as it was read. */
const sabotaged: Readonly<Record<string, readonly Partial<InstalledParts>[]>> = {
  "Room#_listing": [{ Room: overriding(Room, "metadata", undefined) }],
  "Room#_reservedSeats": [
    noRoom("_reservedSeats"),
    {
      // The same entries in another order.
      Room: overriding(
        Room,
        "_reserveSeat",
        async function (this: never, id: string, ...[join, auth]: unknown[]) {
          Object(this)._reservedSeats[id] = [auth, join, false, true];
        },
      ),
    },
  ],
  "Room#_reservedSeatTimeouts": [noRoom("_reservedSeatTimeouts"), noRoom("_reserveSeat")],
  "Room#_reconnections": [noRoom("_reconnections"), noRoom("allowReconnection")],
  "Room#_simulationInterval": [{ Room: overriding(Room, "__init", otherCode) }],
  "Room#_onJoin": [noRoom("_onJoin"), { connectClientToRoom: async () => {} }],
  "Room#_reserveSeat": [
    noRoom("_reserveSeat"),
    { matchMaker: { ...matchMaker, reserveSeatFor: async () => ({}) as never } },
  ],
  "Room#_onMessage": [noRoom("_onMessage")],
  "Room#onMessageEvents, #onMessageValidators": [
    noRoom("onMessage"),
    { Room: overriding(Room, "onMessage", otherCode) },
  ],
  "Room#_onLeave": [noRoom("_onLeave")],
  "Client#ref.onleave": [noRoom("_onJoin")],
  "Client#_enqueuedMessages": [
    { WebSocketClient: without(WebSocketClient, "_enqueuedMessages") },
    { Room: overriding(Room, "allowReconnection", otherCode) },
  ],
  "Room#_inputController.room.patchRate": [{ Room: overriding(Room, "defineInput", otherCode) }],
  "Client#_inputBuffer.ackSeq": [
    { Room: overriding(Room, "defineInput", otherCode) },
    { WebSocketClient: withoutBuffer() },
  ],
  "Client#_inputBuffer.push": [{ WebSocketClient: withoutBuffer() }],
  SeatReservationError: [{ matchMaker: { ...matchMaker, reserveSeatFor: async () => ({}) as never } }],
  "joinById: room is locked": [{ matchMaker: { ...matchMaker, joinById: async () => ({}) as never } }],
  "Room#_lockedExplicitly": [noRoom("_lockedExplicitly"), { Room: overriding(Room, "lock", otherCode) }],
  "Room#_serializer": [{ Room: overriding(Room, "setSerializer", otherCode) }],
  "SchemaSerializer#encoder": [{ SchemaSerializer: overriding(SchemaSerializer, "reset", otherCode) }],
  "SchemaSerializer#needFullEncode": [{ SchemaSerializer: without(SchemaSerializer, "needFullEncode") }],
  "Encoder#root.nextUniqueId": [{ SchemaSerializer: countingElsewhere() }],
  "Encoder#root.changeTrees, .refCount": [
    { Encoder: withRoot(({ context }) => ({ types: context, changeTrees: {}, refCount: {} })) },
  ],
  "Encoder#root.constructor": [{ Encoder: withRoot((encoder) => ({ types: encoder.context })) }],
  "Encoder#root.activeViews, .streamTrees, ._nodePool": [
    { Encoder: withRoot(({ context }) => ({ types: context, activeViews: new Map([[0, 0]]) })) },
  ],
  "ChangeTree#setRoot": [{ changeTreeOf: (instance) => ({ ref: instance, setRoot: otherCode }) }],
  "ChangeTree#forEachChild": [{ changeTreeOf: (instance) => ({ ref: instance, forEachChild: otherCode }) }],
  "Encoder#root.changes, .changeTrees": [
    { Encoder: withRoot(() => ({ changes: {}, changeTrees: {} })) },
    { Encoder: overriding(Encoder, "discardChanges", otherCode) },
  ],
  "ChangeTree#isNew, #refTarget, #encDescriptor.names": [
    { changeTreeOf: (instance) => ({ ref: instance, isNew: false, refTarget: instance }) },
  ],
  "MapSchema#journal": [{ MapSchema: without(MapSchema, "journal") }],
  "SetSchema#$refId, #$items": [{ SetSchema: without(SetSchema, "$items") }],
  "Schema $values, MapSchema#$items, ArraySchema#items, ChangeTree#setParent": [
    { Encoder: overriding(Encoder, "setState", otherCode) },
  ],
  "Schema.initialize, ~__numFields": [{ Schema: class {} as never }],
  "Root#add: $refId": [{ Encoder: withRoot(() => ({ changeTrees: {} })) }],
  "StateView#markVisible and its like": [{ StateView: without(StateView, "_setSubscribed") }],
  "StateView#_bindRoot, #isVisible": [{ StateView: without(StateView, "_bindRoot") }],
  "Encoder#setState": [{ Encoder: hanging() }],
  "Encoder#state, #root, #context": [{ Encoder: overriding(Encoder, "hasChanges", false) }],
  "defineServer: DevServer": [{ defineServer: otherCode as never }],
  "WebSocketTransport#listenForUpgrade": [{ WebSocketTransport: bareTransport() }],
  "WebSocketTransport#autoTerminateUnresponsiveClients": [{ WebSocketTransport: bareTransport() }],
  "WebSocketTransport#pingInterval": [{ WebSocketTransport: bareTransport() }],
  "WebSocketTransport#wss": [{ WebSocketTransport: bareTransport() }],
  "WebSocketTransport#onConnection": [
    { WebSocketTransport: without(WebSocketTransport, "onConnection") },
    {
      WebSocketTransport: overriding(WebSocketTransport, "onConnection", (_one: 1, _two: 2, _three: 3) => {}),
    },
  ],
  "WebSocketTransport: rawClient.pingCount": [
    { WebSocketTransport: overriding(WebSocketTransport, "onConnection", async () => {}) },
  ],
  "WebSocket#_closeFrameReceived": [{ WebSocket: without(WebSocket as never, "_closeFrameReceived") }],
  "WebSocket#_receiver": [{ WebSocket: without(WebSocket as never, "_receiver") }],
};

/** A client whose buffer cannot be set. */
function withoutBuffer(): typeof WebSocketClient {
  return class extends WebSocketClient {
    get _inputBuffer(): undefined {
      return undefined;
    }
    set _inputBuffer(_given: unknown) {}
  };
}

/** Its encoder has a number of this name, but does not count with it. */
function countingElsewhere(): typeof SchemaSerializer {
  return class extends SchemaSerializer<never> {
    override reset(state: never): void {
      super.reset(state);
      const encoder = new Encoder(state);
      Object.defineProperty(encoder, "root", { value: { nextUniqueId: 2 } });
      Object.assign(this, { encoder });
    }
  };
}

/** Its table of objects is another one. */
function withRoot(rootOf: (encoder: Encoder) => object): typeof Encoder {
  return class extends Encoder {
    constructor(...given: ConstructorParameters<typeof Encoder>) {
      super(...given);
      Object.assign(this, { root: rootOf(this) });
    }
  };
}

/** It hangs a state into its table without being asked through `setState`. */
function hanging(): typeof Encoder {
  return class extends Encoder {
    constructor(...given: ConstructorParameters<typeof Encoder>) {
      super(...given);
      super.setState(given[0]);
    }
  };
}

/** A transport that calls none of the protected methods. */
function bareTransport(): typeof WebSocketTransport {
  return class {} as typeof WebSocketTransport;
}

const refusalOf = (installed: InstalledParts): unknown => {
  try {
    return assertColyseusInternals(installed);
  } catch (error) {
    return error;
  }
};

test("[P1] every private of Colyseus that the server uses is what was read", () => {
  expect(refusalOf(installedParts)).toBeUndefined();
});

test("every private is sabotaged here, and no two have the same name", () => {
  const names = privateRows.map(({ name }) => name);
  expect(Object.keys(sabotaged).sort()).toEqual([...new Set(names)].sort());
  expect(names.length).toBe(new Set(names).size);
});

test.each(
  Object.entries(sabotaged).flatMap(([name, ways]) => ways.map((way, at) => [name, at, way] as const)),
)("[P1] a Colyseus in which %s is not what was read is refused at the start (%i)", (name, _at, way) => {
  const error = refusalOf({ ...installedParts, ...way });
  expect(error).toBeInstanceOf(InternalsError);
  const { of, why } = privateRows.find((row) => row.name === name)!;
  const { code, message } = error as InternalsError;
  expect(message).toContain(`${name} of ${of}, read in ${readIn[of]}`);
  expect(message).toContain(`the installed ${installedVersion(of)} (${why})`);
  expect(errorCodes[code].ends).toBe("badSetting");
});

test("the versions in which the privates were read are those that this server is installed with", () => {
  const root = join(import.meta.dirname, "../..");
  const { dependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  for (const name of Object.keys(readIn) as (keyof typeof readIn)[]) {
    expect([name, dependencies[name]]).toEqual([name, readIn[name]]);
    expect([name, installedVersion(name)]).toEqual([name, readIn[name]]);
  }
});
