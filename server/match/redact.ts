/**
 * Removes the reconnection tokens of players from a stored match, for a file that leaves the machine: with a token
 * anybody can take the seat while the match runs. A replay needs no tokens. Unreadable parts are left out, because
 * they could hold a token, and are listed in the copy's damage notes.
 */

import type { AnyGame } from "../../shared/game/game.ts";
import { type Framed, frameRecord, readFrame } from "../durability/format.ts";
import type { StoredMatch } from "../durability/store.ts";
import { recordCodec } from "./record.ts";
import { RestoreError } from "./restore-error.ts";
import { packSnapshot, unpackSnapshot } from "./snapshot-codec.ts";

export function withoutTokens(game: AnyGame, stored: StoredMatch): StoredMatch {
  const codec = recordCodec<never>(game.input as never);
  const damage = [...stored.damage];

  /** @param remake makes the frame again in the present format */
  function redacted(bytes: Uint8Array, remake: (framed: Framed) => Uint8Array): Uint8Array[] {
    const reading = readFrame(bytes);
    const remade = reading.ok ? unlessUnreadable(() => remake(reading)) : reading.reason;
    if (typeof remade !== "string") return [remade];
    damage.push(`an unreadable part of ${bytes.length} bytes (${remade}) was left out of this copy`);
    return [];
  }

  const record = ({ epoch, tick, payload, version }: Framed): Uint8Array => {
    const decoded = codec.decode(payload, version);
    const joins = decoded.events?.joins?.map((join) => ({ ...join, token: "" }));
    const copy = joins === undefined ? decoded : { ...decoded, events: { ...decoded.events, joins } };
    return frameRecord({ epoch, tick, payload: codec.encode(copy) });
  };
  const snapshot = (framed: Framed): Uint8Array => {
    const { state, version } = unpackSnapshot(framed);
    const seats = state.seats.map((seat) => ({ ...seat, token: "" }));
    return packSnapshot({ epoch: framed.epoch, state: { ...state, seats }, version });
  };
  return {
    entry: stored.entry,
    records: stored.records.flatMap((bytes) => redacted(bytes, record)),
    snapshots: stored.snapshots.flatMap((bytes) => redacted(bytes, snapshot)),
    damage,
  };
}

/** @returns what `remake` made, or why it failed */
function unlessUnreadable(remake: () => Uint8Array): Uint8Array | string {
  try {
    return remake();
  } catch (error) {
    if (error instanceof RestoreError) return error.message;
    throw error;
  }
}
