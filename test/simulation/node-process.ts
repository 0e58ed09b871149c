/**
 * One life of a node: the real committer, ticker and host over a remote store, and the bodies of its matches.
 * It ends at a kill, with all that it knew; while it stands still, whatever comes to it waits.
 */
import { Committer } from "../../server/durability/committer.ts";
import { MatchHost } from "../../server/match/host.ts";
import type { LiveMatch } from "../../server/match/live-match.ts";
import { Ticker } from "../../server/match/ticker.ts";
import { deliver, type OutFrame, SimulatedBody } from "./body.ts";
import type { Chance } from "./chance.ts";
import type { Connection, ServerEnd } from "./connection.ts";
import type { Findings } from "./findings.ts";
import { brokenRule, ledger } from "./ledger.ts";
import type { LineParts } from "./line.ts";
import type { ToServer } from "./messages.ts";
import { type Conditions, RemoteStore } from "./remote-store.ts";
import type { Scheduler } from "./scheduler.ts";
import type { Settings } from "./settings.ts";
import type { Trace } from "./trace.ts";
import type { WitnessStore } from "./witness-store.ts";

export interface NodeProcessParts {
  readonly name: string;
  readonly settings: Settings;
  readonly scheduler: Scheduler;
  readonly chance: Chance;
  readonly trace: Trace;
  readonly findings: Findings;
  readonly store: WitnessStore;
  readonly conditions: Conditions;
  readonly storeLine: LineParts;
  /** Sabotage: what a tick shows leaves before it is durable. */
  readonly gateOpen: boolean;
}

const silentMetrics = {
  tickRan: () => {},
  gateDelay: () => {},
  recordBytes: () => {},
  snapshotTaken: () => {},
  inputDropped: () => {},
};

export class NodeProcess implements ServerEnd {
  readonly #parts: NodeProcessParts;
  readonly #store: RemoteStore;
  readonly #host: MatchHost<OutFrame>;
  readonly #bodies = new Map<string, SimulatedBody>();
  readonly #restoring = new Set<string>();
  readonly #visitors = new Map<Connection, { body: SimulatedBody; sessionId: string }>();
  #life: "running" | "stalled" | "dead" = "running";
  /** What came while the process stood still. */
  #missed: { task: () => void; kind: "timer" | "event" }[] = [];
  #sessions = 0;

  constructor(parts: NodeProcessParts) {
    this.#parts = parts;
    const { name, settings, scheduler, chance, trace } = parts;
    const nowMs = () => scheduler.nowMs;
    this.#store = new RemoteStore({
      ...{ name, chance, trace, store: parts.store, conditions: parts.conditions, line: parts.storeLine },
      answerMsMax: settings.answerMsMax,
      inProcess: (task) => this.inProcess(task),
      later: this.later,
    });
    const onTrouble = (error: Error | undefined) =>
      trace.say(`${name}: trouble ${error?.message ?? "is over"}`);
    const committer = new Committer({ store: this.#store, later: this.later, onTrouble });
    const ignored = () => {};
    const afterSlot = () => committer.flushUrgent();
    const ticker = new Ticker({
      nowMs,
      later: this.later,
      onLateness: ignored,
      onSlowed: ignored,
      afterSlot,
    });
    this.#host = new MatchHost({
      ...{ node: name, games: [ledger], committer, ticker, nowMs, deliver },
      store: this.#store,
      limits: settings.limits,
      metrics: silentMetrics,
      seed: () => chance.uint32(),
      log: (message) => trace.say(`${name}: ${message}`),
      gateOpen: parts.gateOpen,
    });
  }

  get isAlive(): boolean {
    return this.#life !== "dead";
  }

  get isRunning(): boolean {
    return this.#life === "running";
  }

  inProcess(task: () => void, kind: "timer" | "event" = "event"): void {
    if (this.#life === "stalled") this.#missed.push({ task, kind });
    if (this.#life !== "running") return;
    try {
      task();
    } catch (error) {
      const { stack } = error as Error;
      this.#parts.findings.add("P7", `${this.#parts.name}: an error that nothing caught: ${stack}`);
    }
  }

  later = (task: () => void, ms: number): void => {
    this.#parts.scheduler.later(ms, () => this.inProcess(task, "timer"));
  };

  /** Makes a new match; resolves with whether its creation was heard of. */
  async open(id: string): Promise<boolean> {
    this.#restoring.add(id);
    try {
      const opened = await this.#host.open(id, ledger, { overAt: this.#parts.settings.overAtTick });
      if (opened.ok) this.#embody(opened.live);
      return opened.ok;
    } catch {
      return false;
    } finally {
      this.#restoring.delete(id);
    }
  }

  /** Claims match `id` and goes on with it. */
  async takeOver(id: string): Promise<void> {
    const { trace, name } = this.#parts;
    if (this.#restoring.has(id)) return;
    this.#restoring.add(id);
    this.#close(id);
    try {
      this.#store.want(id);
      const report = await this.#host.restoreAll();
      for (const { reason } of [...report.setAside, ...report.left])
        trace.say(`${name}: not restored: ${reason}`);
      const live = this.#host.take(id);
      if (live !== undefined) this.#embody(live);
    } catch (error) {
      trace.say(`${name}: taking ${id} over failed: ${(error as Error).message}`);
    } finally {
      this.#restoring.delete(id);
    }
  }

  /** Tells whoever watches what runs here, by match and epoch. */
  beat(arrive: (hosted: ReadonlyMap<string, number>) => void): void {
    const hosted = new Map<string, number>();
    for (const [id, body] of this.#bodies) hosted.set(id, body.live.epoch);
    this.#store.tell(() => arrive(hosted));
  }

  live(id: string): LiveMatch<OutFrame> | undefined {
    return this.#bodies.get(id)?.live;
  }

  receive(connection: Connection, message: ToServer): void {
    if (message.kind === "hello") this.#welcome(connection, message);
    else {
      const visitor = this.#visitors.get(connection);
      visitor?.body.receive(connection, visitor.sessionId, message);
    }
  }

  gone(connection: Connection): void {
    const visitor = this.#visitors.get(connection);
    visitor?.body.gone(connection, visitor.sessionId);
    this.#visitors.delete(connection);
  }

  stall(): void {
    if (this.#life === "running") this.#life = "stalled";
  }

  wake(): void {
    if (this.#life !== "stalled") return;
    this.#life = "running";
    const missed = this.#missed;
    this.#missed = [];
    const isTimer = (entry: { kind: string }) => entry.kind === "timer";
    const order = this.#parts.settings.timersFirst
      ? [...missed.filter(isTimer), ...missed.filter((entry) => !isTimer(entry))]
      : missed;
    for (const { task, kind } of order) this.#parts.scheduler.later(0, () => this.inProcess(task, kind));
  }

  kill(framesArrive: boolean): void {
    this.#life = "dead";
    this.#missed = [];
    for (const connection of this.#visitors.keys()) connection.orphan(framesArrive);
  }

  #welcome(connection: Connection, { match, user, token }: Extract<ToServer, { kind: "hello" }>): void {
    const body = this.#bodies.get(match);
    if (body === undefined) {
      connection.close("not-here");
      return;
    }
    const sessionId = body.hello(connection, user, token);
    if (sessionId !== undefined) this.#visitors.set(connection, { body, sessionId });
  }

  #embody(live: LiveMatch<OutFrame>): void {
    const { trace, name, chance } = this.#parts;
    const { id, epoch } = live;
    trace.say(`${name}: runs ${id} e${epoch} from t${live.match.tick}`);
    const body = new SimulatedBody({
      live,
      sessionId: () => `${name}/${id}/${epoch}/${++this.#sessions}`,
      token: () => chance.token(),
      onStopped: (why) => {
        trace.say(`${name}: stopped ${id} e${epoch}: ${why.code}`);
        this.#judgeStop(live, why);
        this.#forget(body);
      },
      onOver: () => {
        trace.say(`${name}: ${id} is over`);
        this.#forget(body);
      },
    });
    this.#bodies.set(id, body);
    this.#host.start(live);
  }

  /** A match may stop because another process took it over, or because of a bug in its rules: it has none. */
  #judgeStop({ id, epoch }: LiveMatch<OutFrame>, { code, message }: { code: string; message: string }): void {
    const { findings, store } = this.#parts;
    const entry = store.entry(id);
    if (code === "match/failed" && message.includes(brokenRule)) return;
    if (code !== "fence/stale-epoch") findings.add("P5", `${id} stopped: ${message}`);
    else if (entry === undefined || entry.epoch <= epoch)
      findings.add(
        "P5",
        `${id}: epoch ${epoch} was fenced off although it is the newest; it is ${entry?.state}`,
      );
  }

  #close(id: string): void {
    const body = this.#bodies.get(id);
    if (body === undefined) return;
    body.abandon("come-back");
    this.#forget(body);
  }

  #forget(body: SimulatedBody): void {
    const { live } = body;
    if (this.#bodies.get(live.id) !== body) return;
    this.#bodies.delete(live.id);
    this.#host.forget(live);
  }
}
