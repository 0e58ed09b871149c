/**
 * A node and its processes: at most one at a time, each under a name of its own at the same address. What keeps
 * it running (systemd, Kubernetes, the supervisor) starts a new one when one ends by itself.
 */
import type { Peers } from "../../server/fleet/ports.ts";
import { StoreError } from "../../server/store-error.ts";
import type { StoreTrouble, Weather } from "./faults.ts";
import { type Common, NodeProcess } from "./node-process.ts";
import type { RemoteCalls } from "./remote-calls.ts";

/** The kernel tells of a death after this long. */
const deathKnownMs = 30;
/** A process that ended by itself is replaced after this. */
const restartMs = 200;

export interface SimulatedNodeParts extends Common {
  readonly name: string;
  readonly trouble: ReadonlySet<StoreTrouble>;
  /** Who is at an address. */
  readonly at: (address: string) => SimulatedNode | undefined;
  readonly onTake: (node: SimulatedNode) => void;
}

export class SimulatedNode {
  readonly name: string;
  readonly address: string;
  /** Between this node and the others; faults come and go in here. */
  readonly weather = new Set<Weather>();
  readonly #parts: SimulatedNodeParts;
  #starts = 0;
  #process: NodeProcess | undefined;
  /** Not to be started before this. */
  #downUntilMs = 0;

  constructor(parts: SimulatedNodeParts) {
    this.#parts = parts;
    this.name = parts.name;
    this.address = `${parts.name}:1`;
    this.#start();
  }

  /** Undefined while there is none. */
  get process(): NodeProcess | undefined {
    return this.#process;
  }

  /** kill -9; something starts a new process after `downMs`. */
  kill(framesArrive: boolean, downMs: number): void {
    if (this.#process !== undefined) this.#parts.trace.happens(this.#process.name, "dies");
    this.#end(framesArrive, downMs);
  }

  stall(forMs: number): void {
    const process = this.#process;
    if (process === undefined) return;
    this.#parts.trace.happens(process.name, "stands still");
    process.life.stall();
    this.#parts.scheduler.later(forMs, () => {
      if (process.life.state === "stalled") this.#parts.trace.happens(process.name, "wakes up");
      process.life.wake();
    });
  }

  /** SIGTERM; a process that stands still gets it when it wakes up. */
  drain(): void {
    const process = this.#process;
    if (process === undefined) return;
    this.#parts.trace.happens(process.name, "is told to drain");
    process.life.inProcess(() => void this.#drain(process));
  }

  /** The connection to the registry ends, and the registry sees it. */
  breakOff(): void {
    this.#process?.registry.breakOff();
  }

  async #drain(process: NodeProcess): Promise<void> {
    const { trace, findings } = this.#parts;
    const report = await process.stop();
    if (report === undefined) return;
    const left = report.left.join(" ") || "none";
    trace.happens(process.name, `is drained: moved ${report.moved.length}, left ${left}`);
    for (const id of process.rooms.running()) {
      if (!report.left.includes(id))
        findings.add("P7", `${process.name} says that it is empty, and ${id} still runs there`);
    }
  }

  #start(): void {
    const { scheduler, trace, trouble, registryServer, onTake } = this.#parts;
    if (this.#process !== undefined || scheduler.nowMs < this.#downUntilMs) return;
    const name = `${this.name}.${++this.#starts}`;
    trace.happens(name, "starts");
    const process = new NodeProcess({
      ...this.#parts,
      ...{ name, address: this.address },
      conditions: { weather: this.weather, trouble, storeStarts: () => registryServer.starts },
      peers: (calls) => this.#peers(calls),
      onTake: () => onTake(this),
      onExit: () => {
        if (this.#process === process) this.#end(true, restartMs);
      },
    });
    this.#process = process;
    process.start();
  }

  #end(framesArrive: boolean, downMs: number): void {
    const process = this.#process;
    const { scheduler, registryServer } = this.#parts;
    process?.kill(framesArrive);
    this.#process = undefined;
    if (process !== undefined) scheduler.later(deathKnownMs, () => registryServer.disconnect(process.name));
    this.#downUntilMs = Math.max(this.#downUntilMs, scheduler.nowMs + downMs);
    scheduler.at(this.#downUntilMs, () => this.#start());
  }

  /** The other nodes, over the network between them. */
  #peers(calls: RemoteCalls): Peers {
    return {
      offer: (address, match, msMax) => {
        const run = () => {
          const target = this.#parts.at(address);
          if (target === undefined || target.weatherKeepsOut) return new Promise<never>(() => {});
          return target.#asked(match);
        };
        return calls.ask({ what: `take ${match.id} to ${address}`, writes: false, answerMsMax: msMax, run });
      },
    };
  }

  get weatherKeepsOut(): boolean {
    return [...this.weather].some(({ kind, between }) => kind === "cut" && between !== "store");
  }

  #asked(match: { id: string; epoch: number }): ReturnType<Peers["offer"]> {
    const process = this.#process;
    if (process === undefined)
      return Promise.reject(new StoreError("store/unavailable", "connection refused"));
    return new Promise((resolve, reject) =>
      process.life.inProcess(() => void process.fleet.takeOver(match).then(resolve, reject)),
    );
  }
}
