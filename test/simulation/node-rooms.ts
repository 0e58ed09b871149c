/**
 * The rooms of one process: the bodies of its matches and the connections of their clients. What server/room/ is in
 * the product, with the same two things in front of everything that leaves: the gate, and silence when stale.
 */
import type { MatchHost } from "../../server/match/host.ts";
import type { LiveMatch } from "../../server/match/live-match.ts";
import { deliver, type OutFrame, SimulatedBody } from "./body.ts";
import type { Chance } from "./chance.ts";
import type { Connection, ServerEnd } from "./connection.ts";
import type { Findings } from "./findings.ts";
import { brokenRule } from "./ledger.ts";
import type { ToServer } from "./messages.ts";
import { isRunning } from "./node-matches.ts";
import type { ProcessLife } from "./process-life.ts";
import type { RecordingStore } from "./recording-store.ts";
import type { Settings } from "./settings.ts";
import type { Trace } from "./trace.ts";

/** A room closes in so much time, and stays for a moment after a match that ended. */
const closingMsMax = 60;
const resultShownMs = 400;

export interface NodeRoomsParts {
  readonly name: string;
  readonly settings: Settings;
  readonly trace: Trace;
  readonly chance: Chance;
  readonly findings: Findings;
  readonly store: RecordingStore;
  readonly host: MatchHost<OutFrame>;
  readonly life: ProcessLife;
  /** Whether nothing may leave any more. */
  readonly stale: () => boolean;
}

export class NodeRooms implements ServerEnd {
  readonly #parts: NodeRoomsParts;
  readonly #bodies = new Map<string, SimulatedBody>();
  readonly #visitors = new Map<Connection, { body: SimulatedBody; sessionId: string }>();
  #sessions = 0;
  #closed = false;

  constructor(parts: NodeRoomsParts) {
    this.#parts = parts;
  }

  get inProcess(): ServerEnd["inProcess"] {
    return this.#parts.life.inProcess;
  }

  live(id: string): LiveMatch<OutFrame> | undefined {
    return this.#bodies.get(id)?.live;
  }

  /** Matches that go on here. */
  running(): readonly string[] {
    return [...this.#bodies.values()].filter(({ live }) => isRunning(live)).map(({ live }) => live.id);
  }

  /** [P3] A process that stood still for longer than its lease lets nothing out any more. */
  deliver(frame: OutFrame): void {
    const { stale, life, settings, findings, name } = this.#parts;
    if (stale()) return;
    if (life.longestStallMs > settings.leaseMs) {
      const stood = `${name} stood still for ${Math.round(life.longestStallMs)} ms`;
      findings.add("P3", `${stood}, longer than its lease, and then sent ${frame.message.kind}`);
    }
    deliver(frame);
  }

  openRoom(live: LiveMatch<OutFrame>): void {
    const { trace, name, chance, host } = this.#parts;
    const { id, epoch } = live;
    trace.happens(name, `runs ${id}, epoch ${epoch}, from tick ${live.match.tick}`);
    const body = new SimulatedBody({
      live,
      sessionId: () => `${name}/${id}/${epoch}/${++this.#sessions}`,
      token: () => chance.token(),
      onStopped: (why) => {
        trace.happens(name, `closes ${id}, epoch ${epoch}: ${why.code}`);
        this.#judgeStop(live, why);
        this.#forgetLater(body, chance.below(closingMsMax));
      },
      onOver: () => {
        trace.say(`${name}: ${id} is over`);
        this.#forgetLater(body, resultShownMs);
      },
    });
    this.#bodies.set(id, body);
    host.start(live);
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

  /** Closes the door, and every connection so that its client comes back. */
  sendEveryoneAway(): void {
    this.#closed = true;
    for (const body of this.#bodies.values()) body.abandon("come-back");
  }

  /** The process died: the kernel closes its sockets. */
  orphanAll(framesArrive: boolean): void {
    for (const connection of this.#visitors.keys()) connection.orphan(framesArrive);
  }

  #welcome(connection: Connection, { match, user, token }: Extract<ToServer, { kind: "hello" }>): void {
    const body = this.#closed ? undefined : this.#bodies.get(match);
    if (body === undefined) {
      connection.close("not-here");
      return;
    }
    const sessionId = body.hello(connection, user, token);
    if (sessionId !== undefined) this.#visitors.set(connection, { body, sessionId });
  }

  /** A match may stop because another process has it, or because of a bug in its rules: it has none. */
  #judgeStop({ id, epoch }: LiveMatch<OutFrame>, { code, message }: { code: string; message: string }): void {
    const { findings, store } = this.#parts;
    const entry = store.entry(id);
    const isNewest = entry === undefined || entry.epoch <= epoch;
    switch (code) {
      // It stood still, or the others said so: whether they have it yet does not matter.
      case "fleet/declared-lost":
        return;
      case "match/failed":
        if (!message.includes(brokenRule)) findings.add("P5", `${id} stopped: ${message}`);
        return;
      case "fence/stale-epoch":
      case "match/moved":
        if (isNewest)
          findings.add(
            "P5",
            `${id}: ${code} for epoch ${epoch} although it is the newest; it is ${entry?.state}`,
          );
        return;
      default:
        findings.add("P5", `${id} stopped: ${message}`);
    }
  }

  /** Its door is shut; the room goes when its clients have gone. Another start of the match may come before that. */
  #forgetLater(body: SimulatedBody, ms: number): void {
    const { live } = body;
    if (this.#bodies.get(live.id) === body) this.#bodies.delete(live.id);
    this.#parts.life.later(ms, () => this.#parts.host.forget(live));
  }
}
