/**
 * What is stored of a durable room, state by state. Nothing of it is played: its records say what changed. A room is known by
 * its records, so it needs neither its module nor its classes.
 */
import { type History, historyOf } from "../../server/durability/history.ts";
import type { StoredMatch } from "../../server/durability/store.ts";
import { recordCodec } from "../../server/match/record.ts";
import { unpackSnapshot } from "../../server/match/snapshot-codec.ts";
import { plainState } from "../../server/room/durable/plain-state.ts";
import { type RoomTurn, type RoomWorld, roomGame, turnName } from "../../server/room/durable/room-world.ts";
import { StateReader } from "../../server/room/durable/state-reader.ts";
import { hashPlain } from "../../shared/game/deterministic/hash.ts";
import { comparable } from "../../shared/wire/shown-state.ts";

/** The state at one moment at which clients may have been shown it. */
export interface StoredMoment {
  /** Its record, of which it may be a part. */
  readonly tick: number;
  readonly epoch: number;
  readonly hash: string;
  /** Comparable; for who sees a part of it, and where another process went on with it. */
  readonly state?: unknown;
}

interface WholeMoment extends StoredMoment {
  readonly state: unknown;
}

export interface RoomHistory extends History {
  readonly turns: readonly { readonly tick: number; readonly epoch: number; readonly turn: RoomTurn }[];
  readonly startWorld: RoomWorld | undefined;
}

const { decode } = recordCodec<never>(roomGame("any").input as never);

/** Undefined: it is no durable room. @throws RestoreError when a record cannot be read */
export function roomHistory(stored: StoredMatch): RoomHistory | undefined {
  const history = historyOf(stored);
  const turns: { tick: number; epoch: number; turn: RoomTurn }[] = [];
  for (const { tick, epoch, payload, version } of history.records) {
    const turn = decode(payload, version).events?.commands?.find(isTurn)?.payload as RoomTurn | undefined;
    if (turn === undefined) return undefined;
    turns.push({ tick, epoch, turn });
  }
  const { start } = history;
  const startWorld = start === undefined ? undefined : (unpackSnapshot(start).state.world as RoomWorld);
  if (turns.length === 0 && startWorld?.durable === undefined) return undefined;
  return { ...history, turns, startWorld };
}

/** A room is its only author, and has no seat in itself. */
function isTurn({ seat, name, payload }: { seat: number; name: string; payload: unknown }): boolean {
  return seat === -1 && name === turnName && typeof (payload as RoomTurn).elapsedMs === "number";
}

/** Every moment in order; a room without a state has none. */
export function* roomMoments(history: RoomHistory): Generator<StoredMoment> {
  let hasViews = Object.values(history.startWorld?.clients ?? {}).some(({ view }) => view !== undefined);
  let last: WholeMoment | undefined;
  let isShown = true;
  for (const { moment, views } of wholeMoments(history)) {
    const isNewEpoch = last?.epoch !== moment.epoch;
    if (last !== undefined) yield isShown || isNewEpoch || hasViews ? last : withoutState(last);
    hasViews ||= views;
    last = moment;
    isShown = isNewEpoch;
  }
  if (last !== undefined) yield last;
}

/** What clients may have been shown last, up to a record; undefined: the room had no state there. */
export function roomStateAt(history: RoomHistory, tick: number): StoredMoment | undefined {
  let last: StoredMoment | undefined;
  for (const { moment } of wholeMoments(history)) {
    if (moment.tick > tick) break;
    last = moment;
  }
  return last;
}

const withoutState = ({ tick, epoch, hash }: WholeMoment): StoredMoment => ({ tick, epoch, hash });

function* wholeMoments({ start, startWorld, turns }: RoomHistory) {
  let reader: StateReader | undefined;
  const moment = (tick: number, epoch: number): WholeMoment => {
    const state = comparable(plainState(reader!.state));
    return { tick, epoch, hash: hashPlain(state), state };
  };
  if (startWorld?.image !== undefined) {
    reader = new StateReader();
    for (const bytes of [startWorld.image, ...startWorld.changes]) reader.read(bytes);
    yield { moment: moment(start!.tick, start!.epoch), views: false };
  }
  for (const { tick, epoch, turn } of turns) {
    const views = turn.views !== undefined;
    if (turn.image !== undefined) {
      reader = new StateReader();
      reader.read(turn.image);
      yield { moment: moment(tick, epoch), views };
    }
    for (const change of turn.changes ?? []) {
      reader!.read(change);
      yield { moment: moment(tick, epoch), views };
    }
  }
}
