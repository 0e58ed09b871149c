/**
 * A child process as its parent sees it: its role, whether it is ready, its last lines, how it ended, and how it is
 * stopped. It owns the listeners of one ChildProcess and nothing else; other code decides what an end means.
 */
import type { ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";
import type { ChildMessage, ParentMessage, Role } from "./child-messages.ts";

const lastLinesMax = 20;
/** Time after SIGKILL for the kernel to clean up and for the last lines to be read. */
export const killedMsMax = 1000;

export interface End {
  readonly code: number | null;
  /** For people: "SIGKILL", "exit 1". */
  readonly words: string;
}

/** For people: a child that drained and stopped did not die. */
export const howEnded = ({ code, words }: End): string =>
  code === 0 ? "stopped in order" : `died (${words})`;

export interface ChildStop {
  /** A second SIGTERM after this time: for a child that hurries when it is told twice. */
  readonly hurryMs?: number;
  /** SIGKILL after this time. */
  readonly killMs: number;
  /** Left out: SIGKILL to the child itself. */
  readonly kill?: () => void;
}

export interface ChildListener<Name extends string = Role> {
  message(child: Child<Name>, message: ChildMessage): void;
  line(child: Child<Name>, stream: "stdout" | "stderr", text: string): void;
  /** Called exactly once, immediately; the child's last lines may still arrive until `closed`. */
  end(child: Child<Name>, end: End): void;
}

/** By default the supervisor's child; a fleet has other names. */
export class Child<Name extends string = Role> {
  /** A standby becomes the server when it is told to go. */
  role: Name;
  /** When it was ready in its present role. */
  readyAtMs: number | undefined;
  /** The last lines of its standard error, oldest first. */
  readonly lastLines: string[] = [];
  /** Resolves when it has ended and all its output was read. */
  readonly closed: Promise<void>;
  readonly #process: ChildProcess;

  constructor(role: Name, process: ChildProcess, listener: ChildListener<Name>) {
    this.role = role;
    this.#process = process;
    process.on("message", (message) => listener.message(this, message as ChildMessage));
    this.#readLines("stdout", listener);
    this.#readLines("stderr", listener);
    process.once("exit", (code, signal) => listener.end(this, { code, words: signal ?? `exit ${code}` }));
    const closed = Promise.withResolvers<void>();
    this.closed = closed.promise;
    process.once("close", () => closed.resolve());
    process.on("error", (error) => {
      // Without a pid the child never started, and neither exit nor close will follow. Otherwise a message did not
      // reach it because it is ending, which `exit` reports.
      if (process.pid !== undefined) return;
      this.lastLines.push(error.message);
      listener.end(this, { code: null, words: error.message });
      closed.resolve();
    });
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  send(message: ParentMessage): void {
    if (this.#process.connected) this.#process.send(message);
  }

  kill(signal: "SIGTERM" | "SIGKILL"): void {
    this.#process.kill(signal);
  }

  /**
   * SIGTERM, and SIGKILL when it does not end in time. Resolves when it is gone and read, or can be waited for no longer.
   * @returns whether it ended without SIGKILL
   */
  async stop({ hurryMs, killMs, kill = () => this.kill("SIGKILL") }: ChildStop): Promise<boolean> {
    this.kill("SIGTERM");
    let killed = false;
    const timers = [
      ...(hurryMs === undefined ? [] : [setTimeout(() => this.kill("SIGTERM"), hurryMs)]),
      setTimeout(() => {
        killed = true;
        kill();
      }, killMs),
    ];
    await within(this.closed, killMs + killedMsMax);
    for (const timer of timers) clearTimeout(timer);
    return !killed;
  }

  #readLines(name: "stdout" | "stderr", listener: ChildListener<Name>): void {
    const stream = this.#process[name];
    if (!stream) return;
    createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY }).on("line", (text) => {
      if (name === "stderr") this.lastLines.push(text);
      if (this.lastLines.length > lastLinesMax) this.lastLines.shift();
      listener.line(this, name, text);
    });
  }
}

/** Resolves with the promise, or after `ms` without it. */
export async function within(promise: Promise<void>, ms: number): Promise<void> {
  const enough = new AbortController();
  const tooLate = pause(ms, undefined, { signal: enough.signal }).catch(() => {});
  await Promise.race([promise, tooLate]).finally(() => enough.abort());
}
