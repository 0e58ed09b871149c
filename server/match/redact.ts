/**
 * A stored match without the reconnection tokens of its players, for a file that leaves the machine: who has
 * a token can take its seat while the match runs. A replay needs none of them. What cannot be read is left
 * out, and said in the copy's damage notes, since nobody could promise that no token is in it.
 */

import type { AnyGame } from "../../shared/game.ts";
import { type Framed, frameRecord, frameSnapshot, readFrame } from "../durability/format.ts";
import type { StoredMatch } from "../durability/store.ts";
import { recordCodec } from "./record.ts";
import { packState, unpackState } from "./state.ts";

export function withoutTokens(game: AnyGame, stored: StoredMatch): StoredMatch {
  const codec = recordCodec<never>(game.input as never);
  const damage = [...stored.damage];

  function redacted(
    bytes: Uint8Array,
    remake: (payload: Uint8Array) => Uint8Array,
    reframe: (framed: Framed) => Uint8Array,
  ): Uint8Array[] {
    const reading = readFrame(bytes);
    if (reading.ok) return [reframe({ ...reading, payload: remake(reading.payload) })];
    damage.push(`an unreadable part of ${bytes.length} bytes (${reading.reason}) was left out of this copy`);
    return [];
  }

  const record = (payload: Uint8Array): Uint8Array => {
    const decoded = codec.decode(payload);
    if (decoded.events?.joins === undefined) return payload;
    const joins = decoded.events.joins.map((join) => ({ ...join, token: "" }));
    return codec.encode({ ...decoded, events: { ...decoded.events, joins } });
  };
  const snapshot = (payload: Uint8Array): Uint8Array => {
    const { state, version } = unpackState(payload);
    return packState({ ...state, seats: state.seats.map((seat) => ({ ...seat, token: "" })) }, version);
  };
  return {
    entry: stored.entry,
    records: stored.records.flatMap((bytes) => redacted(bytes, record, frameRecord)),
    snapshots: stored.snapshots.flatMap((bytes) => redacted(bytes, snapshot, frameSnapshot)),
    damage,
  };
}
