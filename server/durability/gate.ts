/**
 * The gate: holds what a tick produced until that tick is durable (P2). It stands in front of a match's sockets and
 * knows neither: a frame is anything, and `deliver` sends it. Order is kept over the whole match. It refuses to let
 * one frame overtake another, and to hold more than `bytesMax`.
 */
import assert from "node:assert/strict";

/** Consumed entries are cut off the front when this many have gathered. */
const compactAt = 1024;

export interface GateParts<Frame> {
  readonly deliver: (frame: Frame) => void;
  readonly bytesMax: number;
  /** Everything up to this tick is durable from the start. */
  readonly durableTick: number;
  /** For tests only: an open gate passes everything at once, and so breaks P2. */
  readonly open?: boolean;
}

export class Gate<Frame> {
  readonly #parts: GateParts<Frame>;
  /** Parallel queues. Invariant: `#ticks` never falls from head to tail. */
  #ticks: number[] = [];
  #frames: Frame[] = [];
  #bytes: number[] = [];
  #head = 0;
  #heldBytes = 0;
  #durableTick: number;
  #open: boolean;

  constructor(parts: GateParts<Frame>) {
    this.#parts = parts;
    this.#durableTick = parts.durableTick;
    this.#open = parts.open ?? false;
  }

  get heldBytes(): number {
    return this.#heldBytes;
  }

  get heldFrames(): number {
    return this.#ticks.length - this.#head;
  }

  /**
   * Sends `frame` now if `tick` is durable, otherwise when it becomes durable.
   * @param tick the newest tick that the frame reflects
   * @returns false when the gate is full: the frame is not kept, and its receiver must start anew
   */
  pass(tick: number, frame: Frame, bytes: number): boolean {
    if (this.#open || (tick <= this.#durableTick && this.heldFrames === 0)) {
      this.#parts.deliver(frame);
      return true;
    }
    if (this.#heldBytes + bytes > this.#parts.bytesMax) return false;
    assert(tick >= (this.#ticks.at(-1) ?? 0), "gate: a frame of an older tick after a newer one");
    this.#ticks.push(tick);
    this.#frames.push(frame);
    this.#bytes.push(bytes);
    this.#heldBytes += bytes;
    return true;
  }

  /** Everything up to `tick` is durable: sends the frames that waited for it. */
  release(tick: number): void {
    if (tick <= this.#durableTick) return;
    this.#durableTick = tick;
    this.#letOut(tick);
  }

  /** Sends what is held, and every later frame until `close`: these frames are not safe. */
  open(): void {
    this.#open = true;
    this.#letOut(Number.POSITIVE_INFINITY);
  }

  /** Frames wait again; everything up to `durableTick` is durable. */
  close(durableTick: number): void {
    this.#open = this.#parts.open ?? false;
    this.#durableTick = Math.max(this.#durableTick, durableTick);
  }

  /** Drops everything that is held: the match lost its epoch, and nobody may see it any more (P3). */
  drop(): void {
    this.#ticks = [];
    this.#frames = [];
    this.#bytes = [];
    this.#head = 0;
    this.#heldBytes = 0;
  }

  #letOut(tick: number): void {
    while (this.#head < this.#ticks.length && this.#ticks[this.#head]! <= tick) {
      const frame = this.#frames[this.#head]!;
      this.#heldBytes -= this.#bytes[this.#head]!;
      this.#head += 1;
      this.#parts.deliver(frame);
    }
    this.#compact();
  }

  #compact(): void {
    if (this.#head === this.#ticks.length) this.drop();
    else if (this.#head >= compactAt) {
      this.#ticks.splice(0, this.#head);
      this.#frames.splice(0, this.#head);
      this.#bytes.splice(0, this.#head);
      this.#head = 0;
    }
  }
}
