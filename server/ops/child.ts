/**
 * A child process as the supervisor sees it: its role, whether it is ready, its last lines, and how it ended. It owns
 * the listeners of one ChildProcess and nothing else; other code decides what an end means.
 */
import type { ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";
import type { ChildMessage, ParentMessage, Role } from "./child-messages.ts";

const lastLinesMax = 20;

export interface End {
  readonly code: number | null;
  /** For people: "SIGKILL", "exit 1". */
  readonly words: string;
}

/** For people: a child that drained and stopped did not die. */
export const howEnded = ({ code, words }: End): string =>
  code === 0 ? "stopped in order" : `died (${words})`;

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
