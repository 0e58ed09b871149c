/** Director processes on a real Redis, to be killed: starts them, and says which of them leads. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { createInterface } from "node:readline";

const childFile = path.join(import.meta.dirname, "directing-child.ts");

export interface DirectorsOptions {
  readonly url: string;
  readonly prefix: string;
  /** How long each proposal's seats take. */
  readonly seatingMs: number;
}

export class Directors {
  readonly #options: DirectorsOptions;
  #count = 0;
  #next = Promise.withResolvers<ChildProcess>();
  readonly #alive = new Set<ChildProcess>();

  constructor(options: DirectorsOptions) {
    this.#options = options;
  }

  start(): void {
    const { url, prefix, seatingMs } = this.#options;
    const args = [childFile, url, prefix, `director-${this.#count++}`, `${seatingMs}`];
    const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
    this.#alive.add(child);
    createInterface({ input: child.stdout! }).on("line", (line) => {
      const { leads } = JSON.parse(line) as { leads: { queue: string } };
      if (leads.queue === "duel") this.#next.resolve(child);
    });
  }

  /** The next director to say that it leads the queue `duel`. */
  async leads(): Promise<ChildProcess> {
    const child = await this.#next.promise;
    this.#next = Promise.withResolvers<ChildProcess>();
    return child;
  }

  async kill(child: ChildProcess): Promise<void> {
    const gone = once(child, "exit");
    child.kill("SIGKILL");
    await gone;
    this.#alive.delete(child);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#alive].map((child) => this.kill(child)));
  }
}
