/**
 * A real Sentinel for a test: it watches one master, promotes a replica of it when it does not answer, and says who
 * is master. It is redis-server itself, started as such. One alone decides, which nobody should do outside a test.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { Redis } from "ioredis";
import { freePort } from "../../client-sim/processes/free-port.ts";
import { type RedisServer, redisServerPath } from "./redis-server.ts";

const name = "matches";

export class Sentinel {
  readonly #child: ChildProcess;
  readonly #directory: string;
  readonly #client: Redis;

  private constructor(child: ChildProcess, directory: string, port: number) {
    this.#child = child;
    this.#directory = directory;
    this.#client = new Redis(port, { maxRetriesPerRequest: 0 });
    this.#client.on("error", () => {});
  }

  static async watching(master: RedisServer, downAfterMs: number): Promise<Sentinel> {
    const directory = fs.mkdtempSync(path.join(os.tmpdir(), "holdfast-sentinel-"));
    const port = await freePort();
    const file = path.join(directory, "sentinel.conf");
    const lines = [
      `port ${port}`,
      "bind 127.0.0.1",
      `dir ${directory}`,
      `sentinel monitor ${name} 127.0.0.1 ${master.port} 1`,
      `sentinel down-after-milliseconds ${name} ${downAfterMs}`,
      `sentinel failover-timeout ${name} 4000`,
    ];
    fs.writeFileSync(file, `${lines.join("\n")}\n`);
    const child = spawn(redisServerPath(), [file, "--sentinel"], { stdio: ["ignore", "pipe", "inherit"] });
    process.on("exit", () => child.kill("SIGKILL"));
    for await (const line of createInterface({ input: child.stdout! })) {
      if (line.includes("+monitor")) break;
    }
    child.stdout!.resume();
    return new Sentinel(child, directory, port);
  }

  async replicas(): Promise<number> {
    return ((await this.#client.call("SENTINEL", "REPLICAS", name)) as unknown[]).length;
  }

  /** The port of who is master now, as Sentinel sees it. */
  async master(): Promise<number> {
    const [, port] = (await this.#client.call("SENTINEL", "GET-MASTER-ADDR-BY-NAME", name)) as string[];
    return Number(port);
  }

  async dispose(): Promise<void> {
    this.#client.disconnect();
    const gone = once(this.#child, "exit");
    this.#child.kill("SIGKILL");
    await gone;
    fs.rmSync(this.#directory, { recursive: true, force: true });
  }
}
