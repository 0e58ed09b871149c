/** A name and its lives: a node that may die and come back as a new process that knows nothing. */
import type { Weather } from "./faults.ts";
import type { NodeProcess } from "./node-process.ts";
import type { Scheduler } from "./scheduler.ts";
import type { Trace } from "./trace.ts";

/** The kernel tells of a death after so long. */
const deathKnownMs = 30;
const beatsPerLease = 4;

export interface SimulatedNodeParts {
  readonly name: string;
  readonly scheduler: Scheduler;
  readonly trace: Trace;
  readonly leaseMs: number;
  /** Between this node and the store; faults come and go in here. */
  readonly weather: Set<Weather>;
  readonly newProcess: () => NodeProcess;
  readonly onBeat: (hosted: ReadonlyMap<string, number>) => void;
  readonly onDeath: () => void;
}

export class SimulatedNode {
  readonly name: string;
  readonly weather: Set<Weather>;
  readonly #parts: SimulatedNodeParts;
  /** Undefined while there is none. */
  process: NodeProcess | undefined;

  constructor(parts: SimulatedNodeParts) {
    this.#parts = parts;
    this.name = parts.name;
    this.weather = parts.weather;
    this.start();
  }

  start(): void {
    if (this.process !== undefined) return;
    this.#parts.trace.say(`${this.name}: starts`);
    const process = this.#parts.newProcess();
    this.process = process;
    this.#beat(process);
  }

  kill(framesArrive: boolean): void {
    const { process } = this;
    if (process === undefined) return;
    this.#parts.trace.say(`${this.name}: dies`);
    process.kill(framesArrive);
    this.process = undefined;
    // A new life that is there by then has told of itself, or will at its next beat.
    this.#parts.scheduler.later(deathKnownMs, () => this.#parts.onDeath());
  }

  stall(forMs: number): void {
    const { process } = this;
    if (process === undefined) return;
    this.#parts.trace.say(`${this.name}: stands still`);
    process.stall();
    this.#parts.scheduler.later(forMs, () => {
      if (process.isAlive) this.#parts.trace.say(`${this.name}: wakes up`);
      process.wake();
    });
  }

  #beat(process: NodeProcess): void {
    process.beat((hosted) => {
      // Word of an earlier life says nothing about this one.
      if (process === this.process) this.#parts.onBeat(hosted);
    });
    process.later(() => this.#beat(process), this.#parts.leaseMs / beatsPerLease);
  }
}
