/** The type of a room class, whatever its state and the types of its constructor are. */
import type { Room } from "@colyseus/core";

export type RoomClass = new (...given: never[]) => Room;
