/**
 * Reads what a Colyseus user configures: rooms, HTTP routes and hooks, as `defineServer(...)`, `config(...)` of
 * @colyseus/tools, or a plain object has them. It builds and registers nothing. What a server of Holdfast has itself
 * (transport, driver, presence, …) is left out and named, so that nobody believes that it is in use.
 */
import { RegisteredHandler, Room, type Router, Server, type ServerOptions } from "@colyseus/core";
import type { Express } from "express";
import { StoreError } from "../store-error.ts";
import type { RoomClass } from "./room-class.ts";
import { RoomRecorder } from "./room-recorder.ts";

/** One kind of room, under the name by which clients ask for it. */
export interface RoomDefinition {
  readonly name: string;
  readonly klass: RoomClass;
  /** As it was configured: filters, order, listeners, and the options for `onCreate`. */
  readonly handler: RegisteredHandler;
}

/** What is done with the process' Express app, after the routes of this server and before its page. */
type AddRoutes = (app: Express) => unknown;

export interface BroughtRooms {
  readonly definitions: readonly RoomDefinition[];
  readonly express?: AddRoutes;
  readonly routes?: Router;
  readonly beforeListen?: () => unknown;
  /** Colyseus mounts the routes of @colyseus/auth by it. */
  readonly auth?: ServerOptions["auth"];
  readonly onShutdown?: () => unknown;
  /** Options that this server does not take, because it has its own. */
  readonly leftOut: readonly string[];
}

/** What a program may give, or a module may export as its default. */
export interface RoomsConfiguration {
  readonly rooms?: Readonly<Record<string, unknown>>;
  readonly routes?: unknown;
  readonly express?: AddRoutes;
  readonly initializeExpress?: AddRoutes;
  readonly initializeGameServer?: (server: never) => unknown;
  readonly beforeListen?: () => unknown;
  readonly auth?: unknown;
  readonly options?: object;
}

export const noRooms: BroughtRooms = { definitions: [], leftOut: [] };

/** As Colyseus' own matchmaking allows them. */
const nameShape = /^[a-zA-Z_\-0-9]{1,64}$/;
/** Ours, or without a meaning here. */
const own = ["transport", "driver", "presence", "publicAddress", "selectProcessIdToCreateRoom", "devMode"];
const ownToo = ["initializeTransport", "database", "isStandaloneMatchMaker"];

/**
 * @param from in words, for messages
 * @param taken names that the games have
 * @throws StoreError `rooms/invalid`, `rooms/other-copy`
 */
export async function roomsOf(
  configuration: unknown,
  from: string,
  taken: readonly string[],
): Promise<BroughtRooms> {
  const refuse = (why: string) => new StoreError("rooms/invalid", `${from}: ${why}`);
  if (typeof configuration !== "object" || configuration === null)
    throw refuse("it must have an object with `rooms` as its default export, as defineServer() makes one");
  const given = optionsOf(configuration);
  const recorder = new RoomRecorder();
  await recorder.run(given["initializeGameServer"], refuse);
  const rooms = { ...(given["rooms"] as object | undefined), ...recorder.rooms };
  const definitions = Object.entries(rooms).map(([name, room]) => definitionOf(name, room, from));
  const twice = definitions.find(({ name }) => taken.includes(name));
  if (twice !== undefined) throw refuse(`"${twice.name}" is the name of a game and of a room`);
  const express = (given["express"] ?? given["initializeExpress"]) as AddRoutes | undefined;
  return {
    ...{ definitions, leftOut: [...own, ...ownToo].filter((name) => given[name] !== undefined) },
    ...(express !== undefined && { express }),
    ...(given["routes"] !== undefined && { routes: given["routes"] as Router }),
    ...(given["beforeListen"] !== undefined && { beforeListen: given["beforeListen"] as () => unknown }),
    ...(given["auth"] !== undefined && { auth: given["auth"] as ServerOptions["auth"] }),
    ...(recorder.onShutdown !== undefined && { onShutdown: recorder.onShutdown }),
  };
}

/** One object of options, whichever form they came in. */
function optionsOf(configuration: object): Readonly<Record<string, unknown>> {
  if (configuration instanceof Server)
    return {
      ...configuration.options,
      ...{ rooms: configuration["~rooms"], routes: configuration.router },
    };
  const { options, ...others } = configuration as RoomsConfiguration;
  return { ...options, ...others };
}

/** @throws StoreError */
function definitionOf(name: string, room: unknown, from: string): RoomDefinition {
  const refuse = (why: string) => new StoreError("rooms/invalid", `${from}: room "${name}": ${why}`);
  if (!nameShape.test(name)) throw refuse("a name has up to 64 letters, digits, - and _");
  const registered = isRegistered(room) ? room : undefined;
  const klass: unknown = registered?.klass ?? room;
  if (typeof klass !== "function")
    throw refuse("it must be a class that extends Room, or defineRoom() of one");
  if (klass !== Room && !(klass.prototype instanceof Room)) {
    if (typeof klass.prototype?.broadcastPatch !== "function") throw refuse("its class does not extend Room");
    throw otherCopy(`${from}: room "${name}" extends Room of another copy of @colyseus/core`);
  }
  const handler = registered ?? new RegisteredHandler(klass as never);
  return { name, klass: klass as RoomClass, handler };
}

/** `defineRoom()` of another copy of Colyseus has another class, and the same fields. */
const isRegistered = (room: unknown): room is RegisteredHandler =>
  typeof room === "object" && room !== null && "klass" in room;

export function otherCopy(what: string): StoreError {
  return new StoreError(
    "rooms/other-copy",
    `${what}: its rooms would be in a matchmaker that no client of this server reaches`,
  );
}
