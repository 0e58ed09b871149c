/**
 * A process of the fleet that is kept running: started, watched, restarted when it dies, stopped on request.
 * Owns the process that runs now and the history of deaths. server/ops/restart.ts decides what follows a death; a
 * listener is told.
 */

import type { ChildProcess } from "node:child_process";
import { Child, type ChildStop, type End, killedMsMax, within } from "../server/ops/child.ts";
import type { ChildMessage, StatusNumbers } from "../server/ops/child-messages.ts";
import { HangWatch, silentMsMaxDefault } from "../server/ops/hang-watch.ts";
import {
  afterDeath,
  type Death,
  type Restart,
  type RestartLimits,
  restartLimits,
} from "../server/ops/restart.ts";
import type { SteadyClock } from "../shared/clock.ts";
import { exitCodes } from "../shared/command-line/exit-codes.ts";

const readyMsMaxDefault = 30_000;
const lastLinesMax = 20;
/** In order of life. restarting: it died, and the next one is not ready yet. abandoned: it is not started again. */
export type SupervisedState = "starting" | "ready" | "restarting" | "abandoned" | "stopping" | "stopped";

export interface SupervisedListener {
  line(supervised: SupervisedProcess, stream: "stdout" | "stderr", text: string): void;
  /** It ended without an order. */
  ended(supervised: SupervisedProcess, end: End, next: Restart): void;
  /** It is ready again, this long after its death. */
  back(supervised: SupervisedProcess, afterMs: number): void;
}

export interface SupervisedOptions {
  readonly name: string;
  readonly spawn: () => ChildProcess;
  /** message: it reports over ipc. A pattern: it writes a line that matches. */
  readonly readyWhen: "message" | "spawned" | RegExp;
  readonly listener: SupervisedListener;
  readonly nowMs: SteadyClock;
  /** It leads a process group, which is killed with it. */
  readonly group?: true;
  readonly limits?: RestartLimits;
  readonly readyMsMax?: number;
  /** A process that has reported and is then silent for this long is killed. */
  readonly silentMsMax?: number;
}

/** The first start failed; it has the `code` and the last lines of the process. */
export class StartFailed extends Error {
  readonly code: number | null;

  /** @param lateMs its time, when it was killed for not being ready in it */
  constructor(name: string, end: End, lastLines: readonly string[], lateMs?: number) {
    const why = lateMs === undefined ? ` (${end.words})` : `: it was not ready within ${lateMs / 1000} s`;
    super(`${name} did not start${why}${lastLines.map((line) => `\n  ${line}`).join("")}`);
    this.code = end.code;
  }
}

export class SupervisedProcess {
  readonly name: string;
  state: SupervisedState = "starting";
  /** Figures of the last second, when it is a node. */
  numbers: StatusNumbers | undefined;
  restarts = 0;
  /** Last lines of both streams, oldest first. */
  readonly lastLines: string[] = [];
  readonly #options: SupervisedOptions;
  readonly #hangWatch: HangWatch;
  readonly #started = Promise.withResolvers<void>();
  #child: Child<string> | undefined;
  #deaths: readonly Death[] = [];
  #diedAtMs: number | undefined;
  #backoff: NodeJS.Timeout | undefined;
  /** Set to its limit when it was killed for not being ready within it. */
  #lateMs: number | undefined;

  constructor(options: SupervisedOptions) {
    this.#options = options;
    this.name = options.name;
    const silentMsMax = options.silentMsMax ?? silentMsMaxDefault;
    this.#hangWatch = new HangWatch(silentMsMax, () => {
      options.listener.line(this, "stdout", `has said nothing for ${silentMsMax / 1000} s: killing it`);
    });
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Resolves when it is ready for the first time. @throws StartFailed; the process is then gone */
  async start(): Promise<void> {
    const { readyMsMax = readyMsMaxDefault } = this.#options;
    const tooLate = setTimeout(() => {
      this.#lateMs = readyMsMax;
      this.kill();
    }, readyMsMax);
    this.#spawn();
    await this.#started.promise.finally(() => clearTimeout(tooLate));
  }

  /**
   * Bounded: SIGTERM, a second one after `hurryMs` if given, and SIGKILL after `killMs`.
   * @returns whether it ended by itself
   */
  async stop(options: Pick<ChildStop, "hurryMs" | "killMs">): Promise<boolean> {
    clearTimeout(this.#backoff);
    this.#hangWatch.stop();
    const child = this.#child;
    if (child === undefined || this.state === "stopped") {
      this.state = "stopped";
      return true;
    }
    this.state = "stopping";
    const byItself = await child.stop({ ...options, kill: () => this.kill() });
    this.state = "stopped";
    return byItself;
  }

  /** Kills it at once, for good. */
  end(): void {
    this.state = "stopping";
    this.kill();
  }

  /** Kills it at once, with what it started. Unless it is stopping, it is started again. */
  kill(): void {
    const pid = this.#child?.pid;
    if (pid === undefined) return;
    try {
      process.kill(this.#options.group ? -pid : pid, "SIGKILL");
    } catch {
      // It has just ended by itself.
    }
  }

  #spawn(): void {
    this.#child = new Child(this.name, this.#options.spawn(), {
      message: (from, message) => this.#onMessage(from, message),
      line: (from, stream, text) => this.#onLine(from, stream, text),
      end: (from, end) => this.#onEnd(from, end),
    });
    if (this.#options.readyWhen === "spawned") this.#onReady(this.#child);
  }

  #onMessage(child: Child<string>, message: ChildMessage): void {
    if (child !== this.#child || message.type === "standby-ready") return;
    if (this.state !== "stopping") this.#hangWatch.heard(child);
    if (message.type === "status") this.numbers = message;
    else if (this.#options.readyWhen === "message") this.#onReady(child);
  }

  #onLine(child: Child<string>, stream: "stdout" | "stderr", text: string): void {
    const { readyWhen, listener } = this.#options;
    if (readyWhen instanceof RegExp && child.readyAtMs === undefined && readyWhen.test(text)) {
      this.#onReady(child);
    }
    this.lastLines.push(text);
    if (this.lastLines.length > lastLinesMax) this.lastLines.shift();
    listener.line(this, stream, text);
  }

  #onReady(child: Child<string>): void {
    child.readyAtMs = this.#options.nowMs();
    if (this.state === "stopping") return;
    this.state = "ready";
    this.#started.resolve();
    if (this.#diedAtMs !== undefined) this.#options.listener.back(this, child.readyAtMs - this.#diedAtMs);
    this.#diedAtMs = undefined;
  }

  #onEnd(child: Child<string>, end: End): void {
    // A child of it may hold the port that the next process needs.
    if (this.#options.group) this.kill();
    this.#hangWatch.stop();
    this.numbers = undefined;
    // After that, another process may have its id.
    void child.closed.then(() => {
      if (this.#child === child) this.#child = undefined;
    });
    if (child.readyAtMs === undefined && this.restarts === 0) {
      if (this.state === "starting") this.state = "stopped";
      // Its last lines are still to be read.
      void within(child.closed, killedMsMax).then(() =>
        this.#started.reject(new StartFailed(this.name, end, this.lastLines, this.#lateMs)),
      );
    }
    if (this.state === "stopping" || this.state === "stopped") return;
    const { limits = restartLimits, nowMs, listener } = this.#options;
    const atMs = nowMs();
    this.#diedAtMs ??= atMs;
    this.restarts++;
    const next = this.#nextRestart(child, end, atMs, limits);
    if (next.kind === "restart") {
      this.state = "restarting";
      listener.ended(this, end, next);
      this.#backoff = setTimeout(() => this.#spawn(), next.afterMs);
      return;
    }
    this.state = "abandoned";
    // Its last lines are still to be read; the message includes them.
    void within(child.closed, killedMsMax).then(() => listener.ended(this, end, next));
  }

  #nextRestart({ readyAtMs }: Child<string>, { code }: End, atMs: number, limits: RestartLimits): Restart {
    if (code === exitCodes.badSetting) return { kind: "final" };
    // It did what a lost node must do, so this end does not count as a crash.
    if (code === exitCodes.lost && readyAtMs !== undefined)
      return { kind: "restart", afterMs: limits.calmMs ?? 0 };
    const death = readyAtMs === undefined ? { atMs } : { atMs, readyAtMs };
    const { deaths, next } = afterDeath(this.#deaths, death, limits);
    this.#deaths = deaths;
    return next;
  }
}
