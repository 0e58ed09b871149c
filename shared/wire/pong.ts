/**
 * The server's answer to a client's ping. Colyseus answers with the kind alone; a match with inputs adds when it is on the
 * server, and how the client's inputs come. The Colyseus SDK reads the kind and leaves the rest. Nothing of a World is in it,
 * so it passes the gate.
 *
 *   u8    the kind, 18
 *   u32   match time now, ms, little endian as all that follows
 *   i16   the least time to spare of an input since the last answer, in 1/16 ms; the least number: there was none
 *   u16   how long an input waited since then, on average, in 1/16 ms
 *   u8    ticks without an input since then
 *   u8    inputs that waited behind every tick since then
 */

export const pongKind = 18;
const pongBytes = 11;
const perMs = 16;
const none = -0x8000;
const most = 0x7fff;
const waitMost = 0xffff;
const countMax = 0xff;

export interface Pong {
  /** Match time when it was sent. */
  readonly serverMs: number;
  readonly spareMs: number | undefined;
  readonly waitMs: number;
  readonly missed: number;
  readonly waiting: number;
}

export function pongOf({ serverMs, spareMs, waitMs, missed, waiting }: Pong): Uint8Array {
  const view = new DataView(new ArrayBuffer(pongBytes));
  view.setUint8(0, pongKind);
  view.setUint32(1, Math.max(0, Math.floor(serverMs)) >>> 0, true);
  const spare = spareMs === undefined ? none : Math.round(spareMs * perMs);
  view.setInt16(5, spareMs === undefined ? none : Math.max(none + 1, Math.min(most, spare)), true);
  view.setUint16(7, Math.min(waitMost, Math.round(waitMs * perMs)), true);
  view.setUint8(9, Math.min(countMax, missed));
  view.setUint8(10, Math.min(countMax, waiting));
  return new Uint8Array(view.buffer);
}

/** @returns undefined: the kind alone, or no pong */
export function readPong(frame: ArrayBuffer): Pong | undefined {
  const view = new DataView(frame);
  if (view.byteLength < pongBytes || view.getUint8(0) !== pongKind) return undefined;
  const spare = view.getInt16(5, true);
  return {
    serverMs: view.getUint32(1, true),
    spareMs: spare === none ? undefined : spare / perMs,
    waitMs: view.getUint16(7, true) / perMs,
    missed: view.getUint8(9),
    waiting: view.getUint8(10),
  };
}
