/**
 * `holdfast/rooms`: rooms of Colyseus that outlive their process. `DurableRoom` in the place of `Room`, and `durable` for
 * fields beside the state. A server of Holdfast keeps them; docs/durable-rooms.md says what is kept and what is not.
 */
export { durable } from "../server/room/durable/durable-fields.ts";
export { DurableRoom, isDurable, type RestoreInfo } from "../server/room/durable/durable-room.ts";
