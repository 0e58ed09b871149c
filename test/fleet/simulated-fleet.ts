/**
 * Fleet nodes on one registry and one store, under a clock that only the test moves. A match is a name here and a
 * claim in the real memory store; opening one takes a while. A process can be killed, stand still, or be cut off
 * from the registry. The simulation of test/simulation/ plays whole matches; this one plays the fleet alone.
 */
import { MemoryStore } from "../../server/durability/stores/memory.ts";
import { FleetNode, fleetLimits } from "../../server/fleet/fleet-node.ts";
import type { HostedMatch, NodeRegistry } from "../../server/fleet/node-registry.ts";
import type { Clock, Matches, Peers, TakeoverOutcome } from "../../server/fleet/ports.ts";
import { Metrics } from "../../server/ops/metrics.ts";
import { StoreError } from "../../server/store-error.ts";
import { samplesOf } from "../docs/described-metrics.ts";
import { Scheduler } from "../simulation/scheduler.ts";
import { memoryNodeRegistry, NodesInMemory } from "./memory-node-registry.ts";
import { entry, hosted, idle } from "./node-entries.ts";

const latencyMs = 1;
/** After which a request to a registry that is away rejects. */
const answerMsMax = 50;
const restoreMs = 30;

export class SimulatedFleet {
  readonly scheduler = new Scheduler();
  readonly store = new MemoryStore();
  readonly registered = new NodesInMemory(() => this.scheduler.nowMs);
  readonly nodes = new Map<string, SimulatedNode>();
  readonly claims: { readonly id: string; readonly node: string; readonly atMs: number }[] = [];
  readonly log: { readonly node: string; readonly message: string; readonly details: object }[] = [];
  registryAway = false;

  get nowMs(): number {
    return this.scheduler.nowMs;
  }

  async start(...names: string[]): Promise<void> {
    for (const name of names) {
      const node = new SimulatedNode(this, name);
      this.nodes.set(name, node);
      const started = node.fleet.start();
      await this.pass(10);
      await started;
    }
  }

  /** Nodes get to know each other, and to trust the registry. */
  settle(): Promise<void> {
    return this.pass(fleetLimits.settleMs + 2 * fleetLimits.lookEveryMs);
  }

  async pass(ms: number): Promise<void> {
    // What the test itself began, begins now and not when the time is over.
    await new Promise((resolve) => setImmediate(resolve));
    await this.scheduler.runUntil(this.nowMs + ms);
  }

  node(name: string): SimulatedNode {
    return this.nodes.get(name)!;
  }

  /** The match with its players, opened by the node. */
  async open(name: string, id: string, players = 0): Promise<void> {
    const about = JSON.stringify({ game: "arena", version: 3 });
    await this.store.create({ id, node: name, about });
    this.node(name).matches.set(id, hosted(id, { players }));
    this.node(name).fleet.changed();
  }

  /** Living nodes at which the match runs. */
  hostsOf(id: string): string[] {
    return [...this.nodes.values()]
      .filter((node) => node.isUp && node.matches.has(id))
      .map(({ name }) => name);
  }
}

export class SimulatedNode {
  readonly name: string;
  readonly matches = new Map<string, HostedMatch>();
  readonly fleet: FleetNode;
  readonly metrics = new Metrics({ process: false });
  /** Why it was declared lost. */
  lost: string | undefined;
  isCutOff = false;
  /** By which its announcements are slower than anything else. */
  announceMs = 0;
  /** What `take` says of a match instead of opening it. */
  readonly cannotOpen = new Map<string, "left" | "throws" | "hangs">();
  state: "up" | "still" | "dead" = "up";
  load = idle;
  /** What it would do if it did not stand still. */
  #held: (() => void)[] = [];
  readonly #of: SimulatedFleet;

  constructor(of: SimulatedFleet, name: string) {
    this.#of = of;
    this.name = name;
    const clock: Clock = {
      nowMs: () => of.nowMs,
      later: (ms, task) => of.scheduler.later(ms, () => this.#run(task)),
    };
    this.fleet = new FleetNode({
      ...{ node: name, clock, registry: this.#registry(), matches: this.#matches(), peers: this.#peers() },
      catalogue: {
        running: async () => {
          await this.#wait(latencyMs);
          const running = (await of.store.list()).filter(({ state }) => state === "running");
          return running.map(({ id, epoch, node }) => ({ id, epoch, node, game: "arena", version: 3 }));
        },
      },
      entry: () => ({ ...entry(name), load: this.load }),
      log: (message, details) => of.log.push({ node: name, message, details }),
      metrics: this.metrics.fleet,
      onLost: (why) => {
        this.lost = why;
      },
    });
  }

  /** The metrics of its part in the fleet that are not 0. */
  async counted(): Promise<Record<string, number>> {
    const samples = [...samplesOf((await this.metrics.text()).text)];
    const ours = samples.filter(
      ([name, value]) => /takeover|_moves|move_|nodes_lost/.test(name) && value !== 0,
    );
    const plain = ours.filter(([name]) => !name.includes("_bucket"));
    return Object.fromEntries(plain.map(([name, value]) => [name.replace("holdfast_", ""), value]));
  }

  get isUp(): boolean {
    return this.state !== "dead" && this.lost === undefined;
  }

  /** kill -9: nothing of it runs any more, and the kernel closes its connection. */
  kill(): void {
    this.state = "dead";
    this.#of.registered.disconnect(this.name);
  }

  /** SIGSTOP: its connection stands. */
  standStill(): void {
    this.state = "still";
  }

  goOn(): void {
    this.state = "up";
    for (const task of this.#held.splice(0)) this.#run(task);
  }

  #run(task: () => void): void {
    if (this.state === "still") this.#held.push(task);
    else if (this.state === "up") task();
  }

  #wait(ms: number): Promise<void> {
    return new Promise((resolve) => this.#of.scheduler.later(ms, () => this.#run(resolve)));
  }

  #registry(): NodeRegistry {
    const real = memoryNodeRegistry(this.#of.registered, this.name);
    const ask = async <Answer>(question: () => Promise<Answer>): Promise<Answer> => {
      const isAway = () => this.isCutOff || this.#of.registryAway;
      await this.#wait(isAway() ? answerMsMax : latencyMs);
      if (isAway()) throw new StoreError("store/unavailable", "the registry is away");
      const answer = await question();
      await this.#wait(latencyMs);
      return answer;
    };
    return {
      announce: async (own, leaseMs) => {
        await this.#wait(this.announceMs);
        return ask(() => real.announce(own, leaseMs));
      },
      read: () => ask(() => real.read()),
      declareLost: (node, why) => ask(() => real.declareLost(node, why)),
      leave: (node) => ask(() => real.leave(node)),
      onChanged: (listener) =>
        real.onChanged(() => this.#of.scheduler.later(latencyMs, () => this.#run(listener))),
      close: () => real.close(),
    };
  }

  #matches(): Matches {
    return {
      hosted: () => [...this.matches.values()],
      hosts: (id) => this.matches.has(id),
      takeOver: (match) => this.take(match),
      freeze: async (id) => {
        await this.#wait(latencyMs);
        const match = this.matches.get(id);
        return match && { epoch: match.epoch };
      },
      resume: () => {},
      movedAway: (id) => this.matches.delete(id),
      lostOwnership: () => this.matches.clear(),
    };
  }

  async take({ id, epoch }: { id: string; epoch: number }): Promise<TakeoverOutcome> {
    const { store, claims, nowMs } = this.#of;
    claims.push({ id, node: this.name, atMs: nowMs });
    await this.#wait(latencyMs);
    const trouble = this.cannotOpen.get(id);
    if (trouble === "hangs") return new Promise(() => {});
    try {
      await store.claim(id, this.name, { under: epoch });
    } catch (error) {
      if ((error as StoreError).code === "store/claimed-meanwhile") return { kind: "lost-race" };
      throw error;
    }
    if (trouble === "throws") throw new StoreError("store/unavailable", "the store is away");
    if (trouble === "left") return { kind: "left", reason: "it cannot be opened here" };
    await this.#wait(restoreMs);
    this.matches.set(id, hosted(id, { epoch: epoch + 1 }));
    return { kind: "restored" };
  }

  /** Another node, over HTTP: one that is dead or stands still does not answer. */
  #peers(): Peers {
    return {
      offer: async (address, match, msMax) => {
        const target = this.#of.node(address.split(":")[0]!);
        if (target.state === "dead") throw new Error("connection refused");
        const noAnswer = this.#wait(msMax).then(() => Promise.reject(new Error("no answer")));
        const answer = target.take(match).then((outcome) => {
          target.fleet.changed();
          return outcome.kind === "restored"
            ? { ok: true as const }
            : { ok: false as const, reason: outcome.kind };
        });
        return Promise.race([answer, noAnswer]);
      },
    };
  }
}
