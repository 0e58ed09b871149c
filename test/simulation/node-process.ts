/**
 * One start of a node: the real committer, ticker, host and fleet node over a store, a registry and peers behind a
 * bad network. What server/compose/room-node.ts is in the product, this is here.
 */

import { Committer } from "../../server/durability/committer.ts";
import { formatsHere } from "../../server/durability/format.ts";
import type { DrainReport } from "../../server/fleet/drain.ts";
import { FleetNode } from "../../server/fleet/fleet-node.ts";
import type { NodeEntry } from "../../server/fleet/node-registry.ts";
import type { Matches, Peers } from "../../server/fleet/ports.ts";
import { MatchHost } from "../../server/match/host.ts";
import { Ticker } from "../../server/match/ticker.ts";
import type { OutFrame } from "./body.ts";
import type { Chance } from "./chance.ts";
import type { Findings } from "./findings.ts";
import { ledger } from "./ledger.ts";
import type { LineParts } from "./line.ts";
import { catalogueOf, matchesOf } from "./node-matches.ts";
import { NodeRooms } from "./node-rooms.ts";
import { ProcessLife } from "./process-life.ts";
import type { RecordingStore } from "./recording-store.ts";
import type { RegistryServer } from "./registry-server.ts";
import { type Conditions, RemoteCalls } from "./remote-calls.ts";
import { RemoteNodeRegistry } from "./remote-node-registry.ts";
import { RemoteStore } from "./remote-store.ts";
import type { Sabotage } from "./sabotage.ts";
import type { Scheduler } from "./scheduler.ts";
import type { Settings } from "./settings.ts";
import { tellingPeers, tellingRegistry, tellingStore } from "./telling.ts";
import type { Trace } from "./trace.ts";

/** Between being declared lost and the end of the process, as in the product. */
const goodbyeMs = 150;

export interface Common {
  readonly settings: Settings;
  readonly scheduler: Scheduler;
  readonly chance: Chance;
  readonly trace: Trace;
  readonly findings: Findings;
  readonly store: RecordingStore;
  readonly registryServer: RegistryServer;
  readonly line: LineParts;
  readonly sabotage: Sabotage;
}

export interface NodeProcessParts extends Common {
  /** The name of this start. */
  readonly name: string;
  /** The node's address, the same at every start. */
  readonly address: string;
  readonly conditions: Conditions;
  readonly peers: (calls: RemoteCalls) => Peers;
  readonly onTake: (id: string) => void;
  /** It ended by itself. */
  readonly onExit: (why: string) => void;
}

const ignored = () => {};

export class NodeProcess {
  readonly name: string;
  readonly life: ProcessLife;
  readonly rooms: NodeRooms;
  readonly registry: RemoteNodeRegistry;
  readonly fleet: FleetNode;
  readonly #parts: NodeProcessParts;
  readonly #committer: Committer;
  readonly #ticker: Ticker;
  readonly #host: MatchHost<OutFrame>;
  readonly #matches: Matches;
  #ending = false;

  constructor(parts: NodeProcessParts) {
    const { name, settings, scheduler, chance, trace, findings, sabotage } = parts;
    this.name = name;
    this.#parts = parts;
    this.life = new ProcessLife({
      ...{ scheduler, wakesTo: settings.wakesTo },
      onUncaught: ({ stack }) => findings.add("P7", `${name}: an error that nothing caught: ${stack}`),
    });
    const { later } = this.life;
    const nowMs = () => scheduler.nowMs;
    const { answerMsMax } = settings;
    const { conversation } = trace;
    const calls = this.#calls("store");
    const heard = conversation === undefined ? parts.store : tellingStore(parts.store, name, conversation);
    const store = new RemoteStore({ store: heard, calls, answerMsMax });
    this.registry = new RemoteNodeRegistry({
      ...{ node: name, server: parts.registryServer, later, calls: this.#calls("store"), answerMsMax },
      ...(conversation !== undefined && { tell: (nodes) => tellingRegistry(nodes, name, conversation) }),
    });
    const onTrouble = (error: Error | undefined) =>
      trace.say(`${name}: trouble ${error?.message ?? "is over"}`);
    this.#committer = new Committer({ store, later, onTrouble });
    const afterSlot = () => this.#committer.flushUrgent();
    this.#ticker = new Ticker({ nowMs, later, onLateness: ignored, onSlowed: ignored, afterSlot });
    const log = (message: string, details: object) => trace.say(`${name}: ${message} ${said(details)}`);
    this.#host = new MatchHost({
      ...{ node: name, games: [ledger], store, committer: this.#committer, ticker: this.#ticker, nowMs, log },
      unixMs: nowMs,
      limits: settings.limits,
      seed: () => chance.uint32(),
      deliver: (frame) => this.rooms.deliver(frame),
      gateOpen: sabotage.gateOpen ?? false,
    });
    this.rooms = new NodeRooms({
      ...{ name, trace, chance, findings, store: parts.store, host: this.#host, life: this.life, settings },
      stale: () => sabotage.neverStale !== true && this.fleet.stale(),
    });
    this.#matches = matchesOf({
      ...{ host: this.#host, store, later, onTake: parts.onTake },
      openRoom: (live) => this.rooms.openRoom(live),
      happens: (what) => trace.happens(name, what),
    });
    const peers = parts.peers(this.#calls("peers"));
    this.fleet = new FleetNode({
      ...{ node: name, registry: this.registry, matches: this.#matches, clock: { nowMs, later }, log },
      catalogue: catalogueOf(store),
      peers: conversation === undefined ? peers : tellingPeers(peers, name, conversation),
      entry: () => this.#entry(),
      onLost: (why) => this.#startOver(why),
      onTakeover: (id, afterMs) =>
        trace.say(`${name}: has ${id}, ${Math.round(afterMs)} ms after it was seen without an owner`),
      limits: settings.fleet,
    });
    this.#host.onChanged = () => this.fleet.changed();
  }

  start(): void {
    this.fleet.start().catch((error: Error) => this.#end(`could not start: ${error.message}`));
  }

  /** Moves its matches away, then stops what is left: SIGTERM. Undefined when it was ending already. */
  async stop(): Promise<DrainReport | undefined> {
    if (this.#ending) return undefined;
    const report = await this.fleet.drain();
    if (this.#ending) return undefined;
    this.#ending = true;
    this.#ticker.stop();
    await this.#committer.close();
    this.rooms.sendEveryoneAway();
    await Promise.allSettled(this.#host.all().map(({ live }) => live.park()));
    await this.fleet.stop();
    this.life.later(goodbyeMs, () => this.#parts.onExit("drained"));
    return report;
  }

  /** Makes a new match; resolves with whether its creation was heard of. */
  async open(id: string): Promise<boolean> {
    if (this.fleet.stale() || this.fleet.state !== "ready") return false;
    try {
      const opened = await this.#host.open(id, ledger, { overAt: this.#parts.settings.overAtTick });
      if (opened.ok) this.rooms.openRoom(opened.live);
      return opened.ok;
    } catch {
      return false;
    }
  }

  kill(framesArrive: boolean): void {
    this.life.die();
    this.rooms.orphanAll(framesArrive);
  }

  #calls(of: "store" | "peers"): RemoteCalls {
    const { name, chance, trace, conditions, line, settings } = this.#parts;
    const { inProcess, later } = this.life;
    const { ghostPercent } = settings;
    return new RemoteCalls({ name, of, ghostPercent, chance, trace, conditions, line, inProcess, later });
  }

  #entry(): Omit<NodeEntry, "node" | "role" | "state" | "matches"> {
    const { matchesMax } = this.#parts.settings.limits;
    const matches = this.#host.all().length;
    const full = matches >= matchesMax;
    const load = { tickShare: 0.1, latenessMsP99: 1, seatsTaken: 0, seatsMax: 50, joinsWaiting: 0 };
    return {
      ...{
        address: this.#parts.address,
        pid: 1,
        games: { [ledger.name]: ledger.version },
        formats: formatsHere,
      },
      ...{ load: { ...load, matches, matchesMax, full }, processId: this.name, startedAtMs: 0 },
    };
  }

  /** What it owned is others' now, and its name is used up. */
  #startOver(why: string): void {
    this.#end(`declared lost: ${why}`);
  }

  #end(why: string): void {
    if (this.#ending && why.startsWith("could not start")) return;
    this.#ending = true;
    this.#parts.trace.happens(this.name, `ends: ${why}`);
    this.life.later(goodbyeMs, () => this.#parts.onExit(why));
  }
}

/** Errors have no fields of their own. */
function said(details: object): string {
  return JSON.stringify(details, (_, value) => (value instanceof Error ? value.message : value));
}
