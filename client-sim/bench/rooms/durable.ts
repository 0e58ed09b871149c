/** The rooms of `bench -- rooms` as durable rooms: the module that `--rooms` names. */
import type { Room } from "@colyseus/core";
import { DurableRoom } from "../../../doors/rooms.ts";
import { movingRoom, storeRoom, tableRoom } from "./kinds.ts";

const Base = DurableRoom as unknown as new () => Room;

export default { rooms: { moving: movingRoom(Base), table: tableRoom(Base), store: storeRoom(Base) } };
