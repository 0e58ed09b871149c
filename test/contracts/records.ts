/** Records and snapshots as tests write them, and how they are read back at a glance. */
import { frameRecord, frameSnapshot, readFrame } from "../../server/durability/format.ts";
import type { RecordWrite, SnapshotWrite } from "../../server/durability/store.ts";

/** Its payload repeats "id/epoch/tick;". */
export function record(id: string, tick: number, { epoch = 1, bytes = 24 } = {}): RecordWrite {
  const payload = Buffer.alloc(bytes, `${id}/${epoch}/${tick};`);
  return { id, epoch, tick, bytes: frameRecord({ epoch, tick, payload }) };
}

export function snapshot(id: string, tick: number, { epoch = 1, bytes = 200 } = {}): SnapshotWrite {
  return {
    id,
    epoch,
    tick,
    bytes: frameSnapshot({ epoch, tick, payload: Buffer.alloc(bytes, `world ${tick}`) }),
  };
}

/** "epoch:tick" of frames, in their order; a frame that cannot be read shows why. */
export function marks(frames: readonly Uint8Array[]): string[] {
  return frames.map((bytes) => {
    const reading = readFrame(bytes);
    return reading.ok ? `${reading.epoch}:${reading.tick}` : reading.reason;
  });
}

/** The same, each record once: a store may hold one twice. */
export function marksOnce(frames: readonly Uint8Array[]): string[] {
  return [...new Set(marks(frames))];
}

export const accepted = { ok: true } as const;
export const stale = { ok: false, code: "fence/stale-epoch" } as const;
export const unknown = { ok: false, code: "store/unknown-match" } as const;
