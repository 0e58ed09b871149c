/**
 * Rooms as people have them, written for Colyseus alone: each is a function of the class that it extends, so that a test has
 * it as a plain room and, with that one line changed, as a durable one. What else a durable one needs is a class below it.
 */
import type { Room } from "@colyseus/core";
import { DurableRoom } from "../../../doors/rooms.ts";

/** `Room`, or `DurableRoom`. */
export type Base<State extends object> = new () => Room<{ state: State }>;

/** The changed line. */
export const durableBase = <State extends object>() => DurableRoom as unknown as Base<State>;
