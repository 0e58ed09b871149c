/**
 * A real redis-server for a test: on a free port, in a temporary directory, gone when the test is over, also
 * with everything on its disk. It can be stopped, killed, held still and started again on the same port.
 */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { Redis } from "ioredis";
import { freePort } from "../../client-sim/processes/free-port.ts";
import { ensureTool } from "../../tools/ensure-tool.ts";

const startTriesMax = 5;
const ready = /Ready to accept connections/;
/** A replica is of use only when it has what its master has. */
const replicaReady = /sync: Finished with success|Successful partial resynchronization/;

const tool = await ensureTool("redis-server");
// With CI=true a skip would be a proof that nobody made.
if (!tool.ok && process.env.CI === "true") throw new Error(tool.hint);
if (!tool.ok) console.warn(tool.hint);

/** For `describe.skipIf`. */
export const noRedis = !tool.ok;

/** The program. */
export function redisServerPath(): string {
  if (!tool.ok) throw new Error(tool.hint);
  return tool.path;
}

/** Redis' own settings without the dashes: `{ appendonly: "yes" }`. */
export type RedisSettings = Readonly<Record<string, string>>;

const running = new Set<ChildProcess>();
process.on("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

export class RedisServer {
  readonly directory = fs.mkdtempSync(path.join(os.tmpdir(), "holdfast-redis-"));
  readonly #settings: RedisSettings;
  port = 0;
  #child: ChildProcess | undefined;

  private constructor(settings: RedisSettings) {
    this.#settings = settings;
  }

  static async start(settings: RedisSettings = {}): Promise<RedisServer> {
    const server = new RedisServer(settings);
    for (let tries = 1; ; tries++) {
      try {
        server.port = await freePort();
        await server.start();
        return server;
      } catch (error) {
        // Another process may take the port in between.
        if (tries < startTriesMax && /Address already in use/.test((error as Error).message)) continue;
        await server.dispose();
        throw error;
      }
    }
  }

  get url(): string {
    return `${this.#tls ? "rediss" : "redis"}://127.0.0.1:${this.port}`;
  }

  get #tls(): boolean {
    return "tls-cert-file" in this.#settings;
  }

  /** 7.2 of "7.2.4". */
  get version(): number {
    if (!tool.ok) throw new Error(tool.hint);
    return Number(/v=(\d+\.\d+)/.exec(execFileSync(tool.path, ["--version"], { encoding: "utf8" }))?.[1]);
  }

  /** Resolves when it has read its files and takes connections; a replica, when it has caught up. */
  async start(): Promise<void> {
    if (!tool.ok) throw new Error(tool.hint);
    const settings = {
      port: this.#tls ? "0" : `${this.port}`,
      ...(this.#tls && { "tls-port": `${this.port}`, "tls-auth-clients": "no" }),
      bind: "127.0.0.1",
      dir: this.directory,
      save: "",
      ...this.#settings,
    };
    const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]);
    const child = spawn(tool.path, args, { stdio: ["ignore", "pipe", "inherit"] });
    running.add(child);
    child.once("exit", () => running.delete(child));
    this.#child = child;
    const awaited = "replicaof" in this.#settings ? replicaReady : ready;
    let log = "";
    for await (const line of createInterface({ input: child.stdout! })) {
      log += `${line}\n`;
      if (awaited.test(line)) {
        child.stdout!.resume();
        return;
      }
    }
    throw new Error(`redis-server did not start:\n${log}`);
  }

  /** SIGSTOP holds it still, SIGCONT lets it go on. */
  signal(signal: "SIGSTOP" | "SIGCONT"): void {
    this.#child?.kill(signal);
  }

  /** SIGTERM lets it write what it has; SIGKILL does not. Resolves when the process is gone. */
  async stop(signal: "SIGTERM" | "SIGKILL"): Promise<void> {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, "exit");
    child.kill(signal);
    await gone;
  }

  /** One command on a connection of its own. */
  async command(name: string, ...args: (string | number)[]): Promise<unknown> {
    const redis = new Redis(this.port, { retryStrategy: null });
    try {
      return await redis.call(name, args);
    } finally {
      redis.disconnect();
    }
  }

  /** The file to which every write is appended; before the first rewrite there is one. */
  get appendOnlyFile(): string {
    const directory = path.join(this.directory, "appendonlydir");
    const name = fs.readdirSync(directory).find((each) => each.endsWith(".incr.aof"));
    return path.join(directory, name!);
  }

  async dispose(): Promise<void> {
    this.signal("SIGCONT");
    await this.stop("SIGKILL");
    fs.rmSync(this.directory, { recursive: true, force: true });
  }
}
