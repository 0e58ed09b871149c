/**
 * Packs a match's state into the bytes of a snapshot, and back. The payload is the state as one msgpack map: the
 * World is plain data, so nothing can be left out. By version of the frame (durability/format.ts):
 *
 * 2   the state; the World's version is in the frame's header and can be read without unpacking
 * 1   the state and `version`, the World's; the oldest snapshots have no `version`
 */
import assert from "node:assert/strict";
import { Packr } from "msgpackr";
import { type Framed, frameSnapshot } from "../durability/format.ts";
import type { ReadersByVersion } from "../durability/format-versions.ts";
import { RestoreError } from "./restore-error.ts";
import type { MatchState } from "./state.ts";

const packr = new Packr({ useRecords: false });

interface Unpacked {
  readonly state: MatchState;
  /** Version of the World; undefined when the snapshot does not say it. */
  readonly version: number | undefined;
}

interface SnapshotReader {
  unpack(framed: Framed): Unpacked;
  worldVersion(framed: Framed): number | undefined;
}

const first: SnapshotReader = {
  unpack: ({ payload }) => {
    const { version, ...state } = packr.unpack(payload) as MatchState & { version?: number };
    return { state, version };
  },
  worldVersion: (framed) => first.unpack(framed).version,
};

export const snapshotReaders: ReadersByVersion<SnapshotReader> = {
  1: first,
  2: {
    unpack: ({ payload, contentVersion }) => ({ state: packr.unpack(payload), version: contentVersion }),
    worldVersion: ({ contentVersion }) => contentVersion,
  },
};

/** @param version of the World; undefined when unknown */
export function packSnapshot({
  epoch,
  state,
  version,
}: {
  readonly epoch: number;
  readonly state: MatchState;
  readonly version: number | undefined;
}): Buffer {
  return frameSnapshot({ epoch, tick: state.tick, payload: packr.pack(state), contentVersion: version });
}

/** @throws RestoreError `restore/unreadable`, and nothing else */
export function unpackSnapshot(framed: Framed): Unpacked {
  return read(framed, () => {
    const unpacked = snapshotReaders[framed.version]!.unpack(framed);
    const { tick, world, seats } = unpacked.state;
    assert(typeof world === "object" && world !== null && Array.isArray(seats), "it contains no match");
    assert(tick === framed.tick, `it contains tick ${tick}`);
    return unpacked;
  });
}

/**
 * The version of the snapshot's World; undefined when the snapshot does not say it.
 * @throws RestoreError `restore/unreadable`, and nothing else
 */
export function worldVersionOf(framed: Framed): number | undefined {
  return read(framed, () => snapshotReaders[framed.version]!.worldVersion(framed));
}

/** The checksum was right: the bytes are what a server wrote, and the fault is in the writer. */
function read<Result>({ tick }: Framed, reading: () => Result): Result {
  try {
    return reading();
  } catch (cause) {
    const why = `the snapshot at tick ${tick} cannot be unpacked: ${(cause as Error).message}`;
    throw new RestoreError("restore/unreadable", why, { cause });
  }
}
