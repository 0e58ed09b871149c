/**
 * The parent process of `npm start`: keeps one server running, one standby loaded and waiting, and the house bots
 * playing. It listens on no port and opens no store, so little in it can fail. ops/restart.ts decides what follows a
 * death; this module does it. It never restarts a process that was asked to stop or has a bad setting. Its children are
 * not the supervised processes of a local fleet: a dead server's place is taken by another child, not by a new one.
 */

import type { SteadyClock } from "../../shared/clock.ts";
import { exitCodes } from "../../shared/command-line/exit-codes.ts";
import { Child, type End, howEnded } from "../ops/child.ts";
import type { ChildMessage, Role } from "../ops/child-messages.ts";
import { HangWatch, silentMsMaxDefault } from "../ops/hang-watch.ts";
import { lowerWhileLoading, restorePriority, yieldToServer } from "../ops/priority.ts";
import { afterDeath, type Death, type RestartLimits, restartLimits } from "../ops/restart.ts";
import type { Screen } from "../ops/screen.ts";
import type { Spawner } from "../ops/spawner.ts";
import { count, statusLine } from "../ops/status-line.ts";
import { listenToStopSignals } from "../ops/stop-signals.ts";

const stopMsMaxDefault = 10_000;

export interface SupervisorOptions {
  readonly spawn: Spawner;
  readonly bots: boolean;
  /** Closes the port that it holds for its children. */
  readonly closePort?: () => void;
  readonly screen: Screen;
  readonly nowMs: SteadyClock;
  /** Where SIGINT and SIGTERM arrive: `process`. */
  readonly signals: Pick<NodeJS.EventEmitter, "on" | "off">;
  readonly limits?: RestartLimits;
  /** How long children may take to stop before they are killed. */
  readonly stopMsMax?: number;
  /** A server that is silent for this long is killed. */
  readonly silentMsMax?: number;
}

/** Resolves when everything has stopped. @returns the exit code: 0 on request, 1 gave up, 78 a bad setting */
export async function runSupervisor(options: SupervisorOptions): Promise<number> {
  const supervisor = new Supervisor(options);
  const { signals, nowMs } = options;
  const stopListening = listenToStopSignals({
    ...{ signals, nowMs },
    onFirst: () => supervisor.stopInOrder(),
    onAgain: () => supervisor.killAll(),
  });
  supervisor.start();
  const code = await supervisor.stopped;
  stopListening();
  options.screen.clearStatus();
  return code;
}

/** Roles that the server can do without. */
type Companion = Exclude<Role, "server">;

class Supervisor {
  readonly stopped: Promise<number>;
  readonly #stopped = Promise.withResolvers<number>();
  readonly #options: SupervisorOptions;
  readonly #limits: RestartLimits;
  readonly #children = new Set<Child>();
  readonly #deaths: Record<Role, readonly Death[]> = { server: [], standby: [], bots: [] };
  readonly #abandoned = new Set<Companion>();
  /** The server's URL, which stays the same as long as this process lives. */
  #url: string | undefined;
  /** How and when the server was lost; undefined while it runs. */
  #lost: { readonly how: string; readonly atMs: number } | undefined;
  readonly #backoffs = new Map<Role, NodeJS.Timeout>();
  readonly #hangWatch: HangWatch;
  #restarts = 0;
  #stopping = false;

  constructor(options: SupervisorOptions) {
    this.#options = options;
    this.#limits = options.limits ?? restartLimits;
    this.stopped = this.#stopped.promise;
    const silentMsMax = options.silentMsMax ?? silentMsMaxDefault;
    this.#hangWatch = new HangWatch(silentMsMax, ({ pid }) =>
      this.#say(`server ${pid} has said nothing for ${silentMsMax / 1000} s: killing it`),
    );
  }

  start(): void {
    this.#spawn("server");
  }

  stopInOrder(): void {
    this.#stop(0);
  }

  killAll(): void {
    // Also when it is already stopping for another reason.
    this.#stop(0);
    for (const child of this.#children) child.kill("SIGKILL");
  }

  #spawn(role: Role): void {
    const child = new Child(role, this.#options.spawn(role, this.#url), {
      message: (from, message) => this.#onMessage(from, message),
      line: (from, stream, text) => this.#onLine(from, stream, text),
      end: (from, end) => this.#onEnd(from, end),
    });
    this.#children.add(child);
    if (role === "standby" && child.pid) lowerWhileLoading(child.pid);
    if (role === "bots" && child.pid) yieldToServer(child.pid);
    // Bots send no ready message: they count as ready from the start.
    if (role === "bots") child.readyAtMs = this.#options.nowMs();
  }

  #find(role: Role): Child | undefined {
    return [...this.#children].find((child) => child.role === role);
  }

  #onMessage(child: Child, message: ChildMessage): void {
    // The end of a child may be known before its last message, which is then ignored.
    if (!this.#children.has(child)) return;
    if (message.type !== "standby-ready" && !this.#stopping) this.#hangWatch.heard(child);
    switch (message.type) {
      case "ready":
        this.#onReady(child, message);
        break;
      case "standby-ready":
        // It may have been told to go while it was loading: then it is the server, and not ready yet.
        if (child.role === "standby") child.readyAtMs = this.#options.nowMs();
        if (child.pid) restorePriority(child.pid);
        break;
      case "status":
        this.#options.screen.status((width) => statusLine(message, this.#restarts, width));
    }
  }

  #onReady(child: Child, { url, pid, matches }: ChildMessage & { type: "ready" }): void {
    child.readyAtMs = this.#options.nowMs();
    if (this.#lost) {
      this.#options.screen.clearStatus();
      const backMs = Math.round(child.readyAtMs - this.#lost.atMs);
      const goOn = count(matches, "match goes on", "matches go on");
      this.#say(`server ${this.#lost.how}; back in ${backMs} ms; ${goOn}; again: kill -9 ${pid}`);
    }
    if (this.#url === undefined) {
      this.#say(`play      ${url}/`);
      this.#say(`matches   ${url}/v1/matches`);
      this.#say(`metrics   ${url}/metrics`);
      this.#say(`kill it   kill -9 ${pid}   (and the matches go on)`);
    }
    this.#url = url;
    this.#lost = undefined;
    // Not earlier: until here the processor belonged to the restore.
    this.#startCompanion("standby");
    this.#startCompanion("bots");
  }

  /** Does nothing without a server; the server's `ready` calls it again. */
  #startCompanion(role: Companion): void {
    if (role === "bots" && !this.#options.bots) return;
    if (this.#stopping || this.#lost || this.#abandoned.has(role) || this.#find(role)) return;
    this.#spawn(role);
  }

  #onLine(child: Child, stream: "stdout" | "stderr", text: string): void {
    if (child.role === "bots") return;
    if (stream === "stdout") this.#say(text);
    else this.#options.screen.log(text);
  }

  #onEnd(child: Child, end: End): void {
    this.#children.delete(child);
    if (this.#stopping) return;
    const { role, readyAtMs } = child;
    if (role === "server" && end.code === exitCodes.badSetting) {
      // Its last lines say which setting is wrong: they are read first.
      void child.closed.then(() => this.#stop(exitCodes.badSetting));
      return;
    }

    // Its game has no bots.
    if (role === "bots" && end.code === exitCodes.ok) return void this.#abandoned.add("bots");

    const atMs = this.#options.nowMs();
    const death = readyAtMs === undefined ? { atMs } : { atMs, readyAtMs };
    const { deaths, next } = afterDeath(this.#deaths[role], death, this.#limits);
    this.#deaths[role] = deaths;
    if (role === "server") this.#onServerLost(end, atMs);

    if (next.kind === "give-up") this.#abandon(child, next.instantDeaths);
    else if (next.afterMs === 0) this.#replace(role);
    else
      this.#backoffs.set(
        role,
        setTimeout(() => this.#replace(role), next.afterMs),
      );
  }

  #onServerLost(end: End, atMs: number): void {
    this.#hangWatch.stop();
    const how = howEnded(end);
    this.#lost ??= { how, atMs };
    this.#restarts++;
    this.#options.screen.status((width) => `server ${how}; it is coming back …`.slice(0, width));
  }

  #replace(role: Role): void {
    if (role !== "server") this.#startCompanion(role);
    else this.#serve(this.#find("standby"));
  }

  #serve(standby: Child | undefined): void {
    if (standby) {
      standby.role = "server";
      standby.readyAtMs = undefined;
      // It may still be loading, at the lowest priority.
      if (standby.pid) restorePriority(standby.pid);
      standby.send({ type: "go" });
    } else this.#spawn("server");
  }

  #abandon(child: Child, instantDeaths: number): void {
    const died = `The ${child.role} died ${instantDeaths} times in a row right after the start`;
    if (child.role !== "server") this.#abandoned.add(child.role);
    void child.closed.then(() => {
      const last = child.lastLines.map((line) => `  ${line}`).join("\n") || "  (it wrote nothing)";
      const then =
        child.role === "server" ? "giving up, the matches are in the store" : "the server continues without";
      this.#say(`${died}: ${then}. Its last lines:\n${last}`);
      if (child.role === "server") this.#stop(1);
    });
  }

  /** Bounded: SIGTERM to all, later SIGKILL, and later still it ends in any case. */
  #stop(code: number): void {
    if (this.#stopping) return;
    this.#stopping = true;
    // New connections are refused, instead of waiting for a server that will not come.
    this.#options.closePort?.();
    this.#hangWatch.stop();
    for (const timer of this.#backoffs.values()) clearTimeout(timer);
    const killMs = this.#options.stopMsMax ?? stopMsMaxDefault;
    const stopping = [...this.#children].map((child) => child.stop({ killMs }));
    void Promise.all(stopping).then(() => this.#stopped.resolve(code));
  }

  #say(text: string): void {
    this.#options.screen.line(text);
  }
}
