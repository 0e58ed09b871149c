/**
 * A durable room goes on in this process: its state, fields, timers, listing and clients are as its journal has them, and
 * the room is told before the first client is back. Without `onRestore`, its `onCreate` sets it up first.
 */
import type { Room } from "@colyseus/core";
import { TypeContext } from "@colyseus/schema";
import type { LiveMatch } from "../../match/live-match.ts";
import type { SeatState } from "../../match/state.ts";
import { countIdsFrom, type SchemaClass } from "../colyseus-internals/tree-internals.ts";
import type { OutFrame } from "../gated-socket.ts";
import type { RestoreInfo } from "./durable-room.ts";
import type { DurableSerializer, RestoringState } from "./durable-serializer.ts";
import type { HeldPlaces } from "./held-places.ts";
import { clientOfBefore } from "./kept-clients.ts";
import { packed, unpacked } from "./packed.ts";
import type { RoomHooks } from "./room-hooks.ts";
import type { RoomTurns } from "./room-turns.ts";
import type { RoomWorld } from "./room-world.ts";
import { builtState } from "./state-builder.ts";
import { storedState } from "./state-reader.ts";
import { declaredState } from "./unkept-fields.ts";

/** The host of the room, as far as a restore needs it. */
export interface RestoringHost {
  readonly room: Room;
  readonly live: LiveMatch<OutFrame>;
  readonly hooks: RoomHooks;
  readonly turns: RoomTurns;
  readonly places: HeldPlaces;
  readonly serializer: DurableSerializer | undefined;
  /** Set while the next state is one that was made from the journal. */
  restoring: RestoringState | undefined;
}

/** @throws what the room's own methods throw */
export async function restoredRoom(host: RestoringHost, given: unknown): Promise<void> {
  const { live, hooks, room, turns } = host;
  const world = live.match.state.world as RoomWorld;
  if (world.isOver) return;
  const options = world.options === undefined ? given : unpacked(world.options);
  const onRestore = hooks.theirs("onRestore");
  // It ended before its first record: nobody has seen it.
  const isNew = world.options === undefined;
  if (isNew || onRestore === undefined) await hooks.theirs("onCreate")?.(options);
  room.roomId = live.id;
  if (isNew) {
    turns.add({ options: packed(options) });
    return;
  }
  const gapMs = Math.max(0, live.match.clock - (live.match.state.nowMs ?? 0));
  if (world.image !== undefined) restoreState(host, world, world.image);
  room.clock.elapsedTime = world.elapsedMs + gapMs;
  const missed = missedTimers(world, room.clock.elapsedTime);
  turns.fields.restore(world.durable);
  turns.timers.restore(world.timers);
  turns.once.restore(world.once ?? {});
  const clients = live.match.state.seats.map((seat) => restoredClient(host, world, seat));
  if (world.listing !== undefined) turns.listing.restore(world.listing);
  const info: RestoreInfo = { gapMs, missed, tick: live.match.tick, options };
  await onRestore?.(info);
  host.places.hold(clients);
}

function restoreState(host: RestoringHost, { changes, nextId }: RoomWorld, image: Uint8Array): void {
  const { room } = host;
  const root = (room.state?.constructor ?? declaredState(room)) as SchemaClass | undefined;
  if (root === undefined)
    throw new Error(
      `the class of the state of the room "${room.roomName}" is not known: declare it, as \`state = new …()\` or \`static State = …\``,
    );
  const classes = [...TypeContext.cache(root).schemas.keys()];
  const stored = storedState(image, changes);
  const built = builtState(stored, { classes, nextId });
  const changesBytes = changes.reduce((sum, { length }) => sum + length, 0);
  const journaled = { types: stored.types.length, imageBytes: image.length, changesBytes };
  host.restoring = { journaled: built.isSame ? journaled : undefined };
  room.state = built.root as never;
  host.restoring = undefined;
  countIdsFrom(host.serializer!.stateEncoder, built.nextId);
}

function missedTimers({ timers }: RoomWorld, nowMs: number): RestoreInfo["missed"] {
  return timers
    .filter(({ dueMs, leftMs }) => leftMs === undefined && dueMs < nowMs)
    .map(({ name, dueMs }) => ({ name, lateMs: Math.round(nowMs - dueMs) }));
}

function restoredClient({ turns }: RestoringHost, world: RoomWorld, seat: SeatState) {
  const client = clientOfBefore(seat);
  const kept = world.clients[seat.sessionId];
  if (kept !== undefined) {
    turns.clients.restore(client, kept);
    if (kept.view !== undefined) client.view = turns.views.viewOf(seat.sessionId, kept.view);
  } else turns.clients.joins(client);
  const was = seat.droppedAt === undefined ? "connected" : "away";
  return { client, was } as const;
}
