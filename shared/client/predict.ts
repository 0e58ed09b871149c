/**
 * Client-side prediction. The own player moves at once, by the same function that the server uses, and is
 * corrected when the server disagrees. The others are drawn a little in the past (interpolate.ts). There is
 * no clock and no game in here: time and the movement function are arguments.
 */

/** Limit of inputs in flight, 4 s at 30 a second. Beyond it the oldest is forgotten, and a correction follows. */
const pendingMax = 120;
/** Time in which a visible correction shrinks to a third. */
const smoothMs = 80;

interface Position {
  x: number;
  y: number;
}

export interface OwnMotionRules<Body extends Position, Input> {
  /** One input is one fixed step. Changes `body` in place; must be the server's own function. */
  readonly move: (body: Body, input: Input) => void;
  /** Largest distance that rounding on the wire explains; beyond it the prediction was wrong. */
  readonly tolerance: number;
  /** A correction above this distance is a respawn or a long gap: jump, do not slide. */
  readonly jumpDistance: number;
}

interface PredictedStep<Body, Input> {
  /** The SDK's number of the input (InputHandle.send), which the server acknowledges. */
  readonly sent: number;
  readonly input: Input;
  /** The body after this input, as predicted. */
  after: Body;
}

/**
 * The own player, predicted by the inputs that are not acknowledged yet.
 * Bodies must be flat objects: they are copied by spreading.
 */
export class OwnMotion<Body extends Position, Input> {
  readonly #rules: OwnMotionRules<Body, Input>;
  #pending: PredictedStep<Body, Input>[] = [];
  /** The predicted body at the last acknowledged input, with all that a View rounds or leaves out (velocity). */
  #base: Body | undefined;
  #before: Body | undefined;
  #now: Body | undefined;
  #steppedAtMs = 0;
  /** Shown minus predicted position; fades to nothing. */
  #offset: Position = { x: 0, y: 0 };
  #offsetAtMs = 0;

  constructor(rules: OwnMotionRules<Body, Input>) {
    this.#rules = rules;
  }

  get body(): Readonly<Body> | undefined {
    return this.#now;
  }

  get pendingCount(): number {
    return this.#pending.length;
  }

  /** Call it with every input that was sent and the number that `send` returned. */
  step(sent: number, input: Input, nowMs: number): void {
    if (!this.#now) return;
    this.#before = this.#now;
    this.#now = { ...this.#now };
    this.#rules.move(this.#now, input);
    this.#pending.push({ sent, input, after: this.#now });
    if (this.#pending.length > pendingMax) this.#pending.shift();
    this.#steppedAtMs = nowMs;
  }

  /**
   * Takes the server's state: `known` is the body after all inputs up to `acknowledged`.
   * @returns the distance by which the prediction was wrong; 0 when it was right
   */
  reconcile(known: Body, acknowledged: number, nowMs: number): number {
    const predicted = this.#forget(acknowledged);
    const error = predicted ? distance(predicted, known) : Number.POSITIVE_INFINITY;
    if (predicted && error <= this.#rules.tolerance) {
      this.#base = predicted;
      return 0;
    }
    const shown = this.#now && this.shown(nowMs);
    this.#replayFrom(known);
    if (!shown || error > this.#rules.jumpDistance) this.#offset = { x: 0, y: 0 };
    else this.#slideFrom(shown, nowMs);
    return error;
  }

  /** A new connection counts inputs from 1 again; those in flight are lost. */
  restart(): void {
    this.#base = this.#now;
    this.#pending = [];
  }

  /** Where to draw it: between the last two steps, plus what is left of a correction. */
  shown(nowMs: number, stepMs = 1000 / 30): Position | undefined {
    if (!this.#now) return undefined;
    const from = this.#before ?? this.#now;
    const part = Math.min(1, Math.max(0, (nowMs - this.#steppedAtMs) / stepMs));
    const left = Math.exp(-Math.max(0, nowMs - this.#offsetAtMs) / smoothMs);
    return {
      x: from.x + (this.#now.x - from.x) * part + this.#offset.x * left,
      y: from.y + (this.#now.y - from.y) * part + this.#offset.y * left,
    };
  }

  /** Drops what is acknowledged; returns what was predicted for the last input of it. */
  #forget(acknowledged: number): Body | undefined {
    let predicted = this.#base;
    const known = this.#pending.findLastIndex((step) => step.sent <= acknowledged);
    if (known >= 0) {
      predicted = this.#pending[known]!.after;
      this.#pending = this.#pending.slice(known + 1);
    }
    return predicted;
  }

  #replayFrom(known: Body): void {
    this.#base = { ...known };
    let body = this.#base;
    this.#before = body;
    for (const step of this.#pending) {
      this.#before = body;
      body = { ...body };
      this.#rules.move(body, step.input);
      step.after = body;
    }
    this.#now = body;
  }

  #slideFrom(shown: Position, nowMs: number): void {
    this.#offset = { x: 0, y: 0 };
    const target = this.shown(nowMs)!;
    this.#offset = { x: shown.x - target.x, y: shown.y - target.y };
    this.#offsetAtMs = nowMs;
  }
}

function distance(a: Position, b: Position): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}
