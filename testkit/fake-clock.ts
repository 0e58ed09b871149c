/** A clock that stands still until a test moves it, and timers that run then: for what takes time as an argument. */

interface Waiting {
  readonly atMs: number;
  readonly task: () => void;
}

export class FakeClock {
  #nowMs: number;
  #waiting: Waiting[] = [];

  constructor(startMs = 0) {
    this.#nowMs = startMs;
  }

  /** Bound, so that it can be handed over as a clock. */
  readonly now = (): number => this.#nowMs;

  /** Runs `task` when so much time has gone by. @returns what takes it back */
  readonly later = (ms: number, task: () => void): (() => void) => {
    const waiting = { atMs: this.#nowMs + ms, task };
    this.#waiting.push(waiting);
    return () => {
      this.#waiting = this.#waiting.filter((each) => each !== waiting);
    };
  };

  /** What is due on the way runs at its moment, the earliest first; also what is added meanwhile. */
  advance(ms: number): void {
    const untilMs = this.#nowMs + ms;
    for (let next = this.#due(untilMs); next !== undefined; next = this.#due(untilMs)) {
      this.#nowMs = next.atMs;
      next.task();
    }
    this.#nowMs = untilMs;
  }

  #due(untilMs: number): Waiting | undefined {
    const due = this.#waiting.filter(({ atMs }) => atMs <= untilMs);
    const next = due.reduce<Waiting | undefined>(
      (a, b) => (a === undefined || b.atMs < a.atMs ? b : a),
      undefined,
    );
    this.#waiting = this.#waiting.filter((each) => each !== next);
    return next;
  }
}
